"""The command `evaluate`: how well a set of images with known truth is read, as a table.

The truth is a CSV file with the columns file (relative to it; its first folder names the set), kind (plate, platecrop,
container, both: container first) and gt (numbers apart by |).
"""

import csv
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.identifiers.containers import parse_container
from core.passages import Verdict
from core.problems import Refusal
from recognition.intake import decode_image
from recognition.pipeline import Observation, Recogniser, readings
from recognition.reading import declared_container, declared_plate
from recognition.values import Readings
from recognition.verification import Expected, verify

SURE = 0.8
_TWINS = {"0": "8", "1": "7", "2": "Z", "3": "8", "5": "S", "6": "G", "8": "B", "B": "8", "S": "5", "Z": "2"}


@dataclass
class Tally:
    """Counts of one set; `milliseconds` is CPU time of all its images."""

    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: float = 0.0

    def row(self) -> str:
        """The set's line of the table."""
        count = self.counts
        cells = (
            f"{count['plates read']}/{count['plates']}",
            f"{count['containers read']}/{count['containers']}",
            str(count["wrong"]),
            f"{count['accepted']}/{count['declared']}",
            f"{count['twins accepted']}/{count['twins']}",
            f"{self.milliseconds / max(count['images'], 1):.0f}",
        )
        return " | ".join((str(count["images"]), *cells))


HEAD = "set | images | plates exact | containers exact | wrong but sure | declared accepted | twins accepted | CPU ms"


def evaluate(recogniser: Recogniser, truth: Path) -> Iterable[str]:
    """The lines of the table, set by set, in the order of the file.

    Raises:
        OSError, KeyError: where the file or a column is missing.
    """
    tallies: dict[str, Tally] = {}
    with truth.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            tally = tallies.setdefault(row["file"].split("/")[0], Tally())
            _count(recogniser, truth.parent / row["file"], row, tally)
    yield HEAD
    for name, tally in tallies.items():
        yield f"{name} | {tally.row()}"


def _count(recogniser: Recogniser, file: Path, row: Mapping[str, str], tally: Tally) -> None:
    frame = decode_image(file.read_bytes())
    begin = time.process_time()
    observation = recogniser.observe(frame)
    found = readings(observation)
    tally.milliseconds += (time.process_time() - begin) * 1000
    tally.counts["images"] += 1
    numbers = row["gt"].split("|")
    containers = {"container": len(numbers), "both": 1}.get(row["kind"], 0)
    _count_kind(tally.counts, "containers", numbers[:containers], [entry.text for entry in found.containers])
    _count_kind(tally.counts, "plates", numbers[containers:], [entry.text for entry in found.plates])
    sure = [entry.text for entry in found.containers if containers and entry.confidence >= SURE]
    sure += [entry.text for entry in found.plates if numbers[containers:] and entry.confidence >= SURE]
    tally.counts["wrong"] += sum(text not in numbers for text in sure)
    for place, number in enumerate(numbers):
        _count_verdicts(tally.counts, observation, found, (number, place < containers))


def _count_kind(counts: Counter[str], kind: str, numbers: list[str], texts: list[str]) -> None:
    counts[kind] += len(numbers)
    counts[f"{kind} read"] += sum(number in texts for number in numbers)


def _count_verdicts(
    counts: Counter[str], observation: Observation, found: Readings, subject: tuple[str, bool]
) -> None:
    """The number itself, if it is one by its grammar, and a confusable twin for each character that has one."""
    number, is_container = subject
    expected = _expected(number, is_container)
    if expected is None:
        return
    twins = [
        _expected(number[:place] + _TWINS[sign] + number[place + 1 :], is_container, any_check_digit=True)
        for place, sign in enumerate(number)
        if sign in _TWINS
    ]
    counts["declared"] += 1
    counts["accepted"] += _matches(observation, found, expected)
    for twin in filter(None, twins):
        counts["twins"] += 1
        counts["twins accepted"] += _matches(observation, found, twin)


def _matches(observation: Observation, found: Readings, expected: Expected) -> bool:
    return verify(observation, found, [expected])[0].verdict is Verdict.MATCH


def _expected(number: str, is_container: bool, *, any_check_digit: bool = False) -> Expected | None:
    try:
        if not is_container:
            return declared_plate(number)
        if not any_check_digit:
            parse_container(number)
        return declared_container(number)
    except Refusal:
        return None
