"""Programs of a folder of tests that say what they found as one JSON object a line: all of them, or those named."""

import subprocess
from collections.abc import Sequence

from scripts.house.places import ROOT, VENV_PYTHON, HouseError


def run_programs(folder: str, kind: str, arguments: Sequence[str]) -> int:
    """Run each `tests/FOLDER/KIND_*.py`, or those named, with the options; the exit code is that of the worst.

    Raises HouseError for a name that none of them has.
    """
    options = [word for word in arguments if word.startswith("--")]
    names = [word for word in arguments if not word.startswith("--")]
    programs = {
        path.stem.removeprefix(f"{kind}_"): path
        for path in sorted((ROOT / "tests" / folder).glob(f"{kind}_*.py"))
    }
    unknown = [name for name in names if name not in programs]
    if unknown or not programs:
        raise HouseError(
            f"no {kind} {' '.join(unknown)}", f"choose from: {' '.join(programs) or '(none yet)'}"
        )
    codes = [
        subprocess.run(
            [VENV_PYTHON, "-m", f"tests.{folder}.{path.stem}", *options], cwd=ROOT, check=False
        ).returncode
        for name, path in programs.items()
        if not names or name in names
    ]
    return max(abs(code) for code in codes)
