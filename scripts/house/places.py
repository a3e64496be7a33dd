"""Where things lie in the working tree, and the one error every command turns into a line."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".clearlane"  # everything a start makes: database, models, keys, logs
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
MODELS = STATE / "models"
MONGOD = STATE / "mongod"


class HouseError(Exception):
    """Something outside the code is missing or in the way.

    `what` says what is the case, `do` what the person at the keyboard can do; printed as one line.
    """

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what}: {do}")
        self.what = what
        self.do = do
