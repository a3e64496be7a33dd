"""`scripts/drill`: every drill of tests/drills, one JSON object a line; exit code 1 where a promise broke."""

from scripts.house.programs import run_programs


def main(arguments: list[str]) -> int:
    """Run each `tests/drills/drill_*.py`, or those named; the exit code is that of the worst."""
    return run_programs("drills", "drill", arguments)
