"""Where things lie in the working tree, and the one error every command turns into a line."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".clearlane"  # what set-up fetches: models, database server, stamps
HOME = Path(
    os.environ.get("CLEARLANE_HOME") or STATE
).resolve()  # what a start makes: data, keys, journal, logs
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
MODELS = STATE / "models"
MONGOD = STATE / "mongod"


def shown(path: Path) -> str:
    """The path as a person in the repository's root would type it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


class HouseError(Exception):
    """Something outside the code is missing or in the way.

    `what` says what is the case, `do` what the person at the keyboard can do; printed as one line.
    """

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what}: {do}")
        self.what = what
        self.do = do
