"""docs/trust.md names tests, drills and commands that exist: a promise whose proof is gone is no promise."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "trust.md"
HEAD = "| promise | shown by | figure | date | command |"


def rows() -> list[list[str]]:
    """The cells of every row of every table of promises."""
    found: list[list[str]] = []
    within = False
    for line in PAGE.read_text().splitlines():
        if line == HEAD:
            within = True
        elif within and line.startswith("|"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
        else:
            within = False
    return [cells for cells in found if not set(cells[0]) <= {"-"}]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_promise_has_a_proof_a_figure_a_date_and_a_command() -> None:
    promises = rows()
    assert promises
    assert [cells for cells in promises if len(cells) != 5 or not all(cells)] == []
    assert [cells[3] for cells in promises if not re.fullmatch(r"\d{4}-\d\d-\d\d", cells[3])] == []


def test_every_proof_is_a_file_that_holds_the_test_it_names() -> None:
    missing = []
    for place in (place for cells in rows() for place in quoted(cells[1])):
        file, _, name = place.partition("::")
        path = ROOT / file
        if not path.exists() or (name and f"def {name}(" not in path.read_text()):
            missing.append(place)
    assert missing == []


def test_every_command_is_one_of_ours() -> None:
    commands = [command.split() for cells in rows() for command in quoted(cells[4])]
    assert commands
    unknown = []
    for program, *words in commands:
        if program in ("scripts/drill", "scripts/bench"):
            folder = ROOT / "tests" / program.removeprefix("scripts/").replace("drill", "drills")
            known = {path.stem.partition("_")[2] for path in folder.glob("*_*.py")}
            unknown += [word for word in words if not word.startswith("--") and word not in known]
        elif not (ROOT / program).exists() and program != "python":
            unknown.append(program)
    assert unknown == []
