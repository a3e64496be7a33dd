"""`scripts/bench`: every measurement of tests/bench, one JSON object a line; `--long` adds the slow ones."""

import subprocess

from scripts.house.places import ROOT, VENV_PYTHON, HouseError


def main(arguments: list[str]) -> int:
    """Run each `tests/bench/bench_*.py`, or those named; the exit code is that of the worst."""
    options = [word for word in arguments if word.startswith("--")]
    names = [word for word in arguments if not word.startswith("--")]
    programs = {
        path.stem.removeprefix("bench_"): path for path in sorted((ROOT / "tests/bench").glob("bench_*.py"))
    }
    unknown = [name for name in names if name not in programs]
    if unknown or not programs:
        raise HouseError(
            f"no measurement {' '.join(unknown)}", f"choose from: {' '.join(programs) or '(none yet)'}"
        )
    codes = [
        subprocess.run(
            [VENV_PYTHON, "-m", f"tests.bench.{path.stem}", *options], cwd=ROOT, check=False
        ).returncode
        for name, path in programs.items()
        if not names or name in names
    ]
    return max(codes)
