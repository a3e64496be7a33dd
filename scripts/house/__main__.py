"""The one door of all commands: sets up with the system's Python, then goes on inside the environment."""

import contextlib
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from scripts.house.places import ROOT, VENV, VENV_PYTHON, HouseError
from scripts.house.setup import set_up
from scripts.house.steps import fail, say

COMMANDS = ("setup", "run", "test", "check", "schema", "pictures", "bench", "drill", "doctor")
FIGURES = {"bench", "drill"}
"""What these print on standard output are figures only."""
HELP = {"-h", "--help"}


def main(arguments: list[str]) -> int:
    if not arguments or HELP & set(arguments):
        say(_help())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        return fail(HouseError(f"no command {name}", f"choose from: {' '.join(COMMANDS)}"))
    # a shell starts what it puts behind with SIGINT ignored
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.default_int_handler)
    try:
        if name == "doctor":
            return int(importlib.import_module("scripts.house.doctor").main(rest))
        if Path(sys.prefix).resolve() == VENV.resolve() and os.environ.get("CLEARLANE_SET_UP"):
            return int(importlib.import_module(f"scripts.house.{name}").main(rest))
        with contextlib.redirect_stdout(sys.stderr if name in FIGURES else sys.stdout):
            set_up()
    except HouseError as error:
        return fail(error)
    if name == "setup":
        return 0
    os.environ["CLEARLANE_SET_UP"] = "1"
    return _go_on(name, rest)


def _help() -> str:
    """What each command's own file says of it."""
    lines = []
    for name in COMMANDS:
        told = (ROOT / "scripts" / name).read_text().splitlines()[1]
        lines.append(f"  scripts/{name:<10}{told.removeprefix('# ')}")
    return "\n".join(["The commands of Clearlane:", *lines])


def _go_on(name: str, rest: list[str]) -> NoReturn:
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), "-m", "scripts.house", name, *rest])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
