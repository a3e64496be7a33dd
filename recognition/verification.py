"""Checking a declared number against what was seen: forced alignment, and the nearest other numbers.

A declared number matches when it fits a line well (its score, a log-likelihood ratio) and clearly better than every
number that differs from it in one character (its margin): a near twin is never waved through. What is read stays
what was read; the declared number is never reported as a reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition.alphabet import DIGITS, LETTERS, PROVINCES, SUFFIXES
from recognition.containers import NUMBER
from recognition.ctc import Position, Template
from recognition.pipeline import Observation
from recognition.plates import CROSS_BORDER, HONG_KONG_SIGNS, MAINLAND_SIGNS, believed
from recognition.values import Box, ContainerReading, Line, PlateReading, Readings, Verification

MATCH_SCORE = -4.0
MATCH_MARGIN = 1.5
MISMATCH_SCORE = -6.0
SURE_READING = 0.6

_NOTHING_SEEN = -20.0
_SMALL_PRINT = 1.5
_SAME_SHAPE = {"0": "O", "O": "0", "1": "I", "I": "1"}
_STRAY = 4.0


@dataclass(frozen=True)
class Expected:
    """A declared number: its kind, its canonical text, and for a plate its jurisdiction."""

    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None = None


@dataclass(frozen=True)
class _Fit:
    score: float
    margin: float
    box: Box | None = None

    @property
    def good(self) -> bool:
        return self.score >= MATCH_SCORE and self.margin >= MATCH_MARGIN


def verify(
    observation: Observation, readings: Readings, expected: Sequence[Expected]
) -> tuple[Verification, ...]:
    """One verdict for each declared number, in their order.

    MATCH: a line bears it out. MISMATCH: another number of its kind, declared nowhere, was surely read and this one
    fits badly. UNSURE: anything between, an empty picture too.
    """
    return tuple(_verify(observation, readings, subject, expected) for subject in expected)


def _verify(
    observation: Observation, readings: Readings, subject: Expected, declared: Sequence[Expected]
) -> Verification:
    lines = observation.plate_lines if subject.kind is SubjectKind.PLATE else observation.container_lines
    fits = [_fit(line, subject) for line in lines]
    best = max(fits, key=lambda fit: (fit.good, fit.score), default=_Fit(_NOTHING_SEEN, 0.0))
    strangers = _strangers(readings, subject, {entry.text for entry in declared})
    verdict, box = Verdict.UNSURE, None
    if best.good:
        verdict, box = Verdict.MATCH, best.box
    elif best.score < MISMATCH_SCORE and strangers:
        verdict, box = Verdict.MISMATCH, strangers[0].box
    read = _read(readings, subject, strangers)
    return Verification(subject.text, verdict, round(best.score, 3), read, box)


def _fit(line: Line, subject: Expected) -> _Fit:
    template = _template(subject)
    twins = [
        subject.text[:place] + sign + subject.text[place + 1 :]
        for place, position in enumerate(template.positions)
        for sign in position.allowed
        if sign != subject.text[place] and not _small_print(subject, place)
    ]
    own, *others = believed(
        line, template, [subject.text, *twins], subject.jurisdiction or Jurisdiction.OTHER
    )
    margin = own - max(others, default=_NOTHING_SEEN)
    if _is_cross_border(subject.text):
        own = min(own + _SMALL_PRINT, 0.0)
    return _Fit(max(own, _NOTHING_SEEN), margin, line.box)


def _template(subject: Expected) -> Template:
    if subject.kind is SubjectKind.CONTAINER:
        return Template(NUMBER.positions, NUMBER.stray)
    if _is_cross_border(subject.text):
        return Template(CROSS_BORDER.positions, _STRAY)
    return Template(tuple(Position(_rivals(subject, place)) for place in range(len(subject.text))), _STRAY)


def _rivals(subject: Expected, place: int) -> str:
    """What else could stand in this place of a plate, the declared character among it."""
    sign = subject.text[place]
    if sign in PROVINCES:
        return PROVINCES
    if sign in SUFFIXES:
        return SUFFIXES
    if subject.jurisdiction is Jurisdiction.CN:
        return LETTERS if place == 1 else MAINLAND_SIGNS
    if subject.jurisdiction is Jurisdiction.MO:
        return DIGITS if sign in DIGITS else LETTERS
    if subject.jurisdiction is Jurisdiction.HK:
        # Personalised marks put letters anywhere: XAZ554 is a twin of XA2554.
        return HONG_KONG_SIGNS
    return (DIGITS + LETTERS).replace(_SAME_SHAPE.get(sign, " "), "")


def _is_cross_border(text: str) -> bool:
    return text.startswith("粤Z") and text[-1] in "港澳" and len(text) == len(CROSS_BORDER.positions)


def _small_print(subject: Expected, place: int) -> bool:
    """粤, 港 and 澳 of a cross-border plate are seldom resolved: they neither prove nor disprove the plate."""
    return _is_cross_border(subject.text) and subject.text[place] in "粤港澳"


def _strangers(
    readings: Readings, subject: Expected, declared: set[str]
) -> list[PlateReading | ContainerReading]:
    """Sure readings of the subject's kind that nobody declared."""
    return [
        reading
        for reading in _alike(readings, subject)
        if reading.confidence >= SURE_READING and reading.text not in declared
    ]


def _alike(readings: Readings, subject: Expected) -> list[PlateReading | ContainerReading]:
    if subject.kind is SubjectKind.CONTAINER:
        return list(readings.containers)
    mainland = subject.jurisdiction is Jurisdiction.CN
    return [reading for reading in readings.plates if (reading.jurisdiction is Jurisdiction.CN) is mainland]


def _read(
    readings: Readings, subject: Expected, strangers: Sequence[PlateReading | ContainerReading]
) -> str | None:
    """What was read in its place: the same text, else the surest stranger, else the best reading of its kind."""
    alike = _alike(readings, subject)
    if any(reading.text == subject.text for reading in alike):
        return subject.text
    return next((reading.text for reading in (*strangers, *alike)), None)
