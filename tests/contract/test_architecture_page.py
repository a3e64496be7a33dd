"""The pictures and the glossary name the states that the code has, and the steps that it allows."""

import re
from enum import StrEnum

import pytest

from core.passages.lane import ALLOWED, PassageState
from core.states import (
    ClearanceState,
    InspectionNeed,
    TripState,
    VoucherState,
    WorkOrderState,
)
from scripts.house.pictures import MOST_BYTES
from scripts.house.places import ROOT
from tests.contract.order import DOMAINS

ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
STATES: dict[str, type[StrEnum]] = {
    "work order": WorkOrderState,
    "trip": TripState,
    "clearance": ClearanceState,
    "inspection need": InspectionNeed,
    "voucher": VoucherState,
    "passage": PassageState,
}
STEP = re.compile(r"([A-Z_]+|\[\*\]) --> ([A-Z_]+)")


def steps(of: str) -> list[tuple[str, str]]:
    """Return the arrows of one state picture."""
    picture = ARCHITECTURE.split(f"  state {of} {{\n", 1)[1].split("\n  }", 1)[0]
    return STEP.findall(picture)


@pytest.mark.parametrize(("of", "states"), STATES.items())
def test_the_glossary_names_every_state_and_no_other(of: str, states: type[StrEnum]) -> None:
    states_table = GLOSSARY.split("## States", 1)[1]
    row = next(line for line in states_table.splitlines() if line.startswith(f"| {of} |"))
    assert set(re.findall(r"\b[A-Z_]{4,}\b", row)) == {state.value for state in states}


def test_the_picture_of_a_passage_shows_allowed_steps_only() -> None:
    drawn = [(before, after) for before, after in steps("Passage") if before != "[*]"]
    assert len(drawn) == len(set(drawn)) == 9
    for before, after in drawn:
        assert PassageState(after) in ALLOWED[PassageState(before)]


@pytest.mark.parametrize(("of", "states"), [("Trip", TripState), ("Voucher", VoucherState)])
def test_the_other_pictures_name_states_of_the_code(of: str, states: type[StrEnum]) -> None:
    drawn = {state for step in steps(of) for state in step if state != "[*]"}
    assert drawn <= {state.value for state in states}
    assert len(drawn) >= 5


def test_the_picture_of_the_folders_has_every_domain_in_its_order() -> None:
    first = ARCHITECTURE.split("  core --> kit --> ", 1)[1].splitlines()
    drawn = [*first[0].split(" --> "), *first[1].strip().split(" --> ")[1:]]
    there = [name for name in DOMAINS if (ROOT / "backend" / name / "__init__.py").exists()]
    assert drawn == there


def test_the_readme_shows_a_moving_picture_of_at_most_three_megabytes() -> None:
    assert "docs/pictures/way.gif" in (ROOT / "README.md").read_text()
    assert 0 < (ROOT / "docs/pictures/way.gif").stat().st_size <= MOST_BYTES
