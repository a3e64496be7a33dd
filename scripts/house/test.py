"""`scripts/test`: the checks, then every test; the last lines give the counts."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.house import check
from scripts.house.places import ROOT, STATE, VENV_PYTHON, HouseError
from scripts.house.steps import say

RESULTS = STATE / "results"
WORKSPACES = ("ui", "pwa", "kiosk/page")


@dataclass(frozen=True)
class Counts:
    """What one runner says; `clean` is its exit code, which also knows of a test it could not collect."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    clean: bool = True

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.clean and other.clean,
        )

    def __str__(self) -> str:
        broken = "" if self.clean or self.failed else ", runner failed"
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped{broken}"


def main(arguments: list[str]) -> int:
    """Run the runners named, or all; 1 if anything failed or was left out."""
    unknown = [name for name in arguments if name not in RUNNERS]
    if unknown:
        raise HouseError(f"no runner {' '.join(unknown)}", f"choose from: {' '.join(RUNNERS)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    counts = {}
    for name in arguments or RUNNERS:
        say(f"== {name}")
        counts[name] = RUNNERS[name]()
    total = sum(counts.values(), Counts())
    say(f"== counts, after {time.monotonic() - began:.0f} s")
    for name, count in counts.items():
        say(f"{name}: {count}")
    say(f"total: {total}")
    return 0 if total.clean and not total.failed and not total.skipped else 1


def _check() -> Counts:
    clean = check.main([]) == 0
    return Counts(passed=int(clean), failed=int(not clean), clean=clean)


def _pytest() -> Counts:
    report = _fresh("pytest.xml")
    # Two at a time, a file always whole: most of the time is waiting for servers, elections and restarts.
    spread = ["--numprocesses=2", "--dist=loadfile"]
    code = _run(str(VENV_PYTHON), "-m", "pytest", "--quiet", *spread, f"--junit-xml={report}")
    if not report.exists():
        return Counts(clean=False)
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    numbers = [
        {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        for suite in suites
    ]
    failed = sum(number["failures"] + number["errors"] for number in numbers)
    skipped = sum(number["skipped"] for number in numbers)
    return Counts(
        sum(number["tests"] for number in numbers) - failed - skipped, failed, skipped, clean=code == 0
    )


def _vitest() -> Counts:
    return sum((_vitest_of(folder) for folder in WORKSPACES), Counts())


def _vitest_of(folder: str) -> Counts:
    if "test" not in json.loads((ROOT / folder / "package.json").read_text()).get("scripts", {}):
        return Counts()
    report = _fresh(f"vitest-{Path(folder).name}.json")
    reporters = ["--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
    code = _run("npm", "test", "--silent", "--workspace", folder, "--", *reporters)
    if not report.exists():
        return Counts(clean=False)
    found = json.loads(report.read_text())
    skipped = found["numPendingTests"] + found["numTodoTests"]
    return Counts(found["numPassedTests"], found["numFailedTests"], skipped, clean=code == 0)


def _journeys() -> Counts:
    if not (ROOT / "tests/journeys/playwright.config.ts").exists():
        return Counts()
    report = _fresh("journeys.json")
    environment = {"PLAYWRIGHT_JSON_OUTPUT_NAME": str(report), "CLEARLANE_JOURNEY_SITES": "2"}
    code = _run(
        "npx", "--no", "playwright", "test", "--config=tests/journeys", "--reporter=list,json", **environment
    )
    if not report.exists():
        return Counts(clean=False)
    found = json.loads(report.read_text())["stats"]
    return Counts(found["expected"], found["unexpected"] + found["flaky"], found["skipped"], clean=code == 0)


def _run(*arguments: str, **environment: str) -> int:
    return subprocess.run(arguments, cwd=ROOT, env=os.environ | environment, check=False).returncode


def _fresh(name: str) -> Path:
    report = RESULTS / name
    report.unlink(missing_ok=True)
    return report


RUNNERS: dict[str, Callable[[], Counts]] = {
    "check": _check,
    "python": _pytest,
    "pages": _vitest,
    "journeys": _journeys,
}
