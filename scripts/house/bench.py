"""`scripts/bench`: every measurement of tests/bench, one JSON object a line; `--long` adds the slow ones."""

from scripts.house.programs import run_programs


def main(arguments: list[str]) -> int:
    """Run each `tests/bench/bench_*.py`, or those named; the exit code is that of the worst."""
    return run_programs("bench", "bench", arguments)
