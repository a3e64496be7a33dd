"""Checking what one voucher declares against what was seen: three bands, and never a near twin.

A declared number matches when it fits a line well (its score) and clearly better than every number the line could be
taken for instead (its margin). Numbers of one voucher are judged together: a line goes to the number that fits it
best, and beside the matching plate of the other side of the border a weakly seen plate needs less score, never less
margin. What is read stays what was read; the declared number is never reported as a reading.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition.evidence import WORST, Expected, Fit, fits
from recognition.pipeline import Observation
from recognition.sightings import is_word
from recognition.values import Box, ContainerReading, Line, PlateReading, Readings, Verification

__all__ = ["BANDS", "Bands", "Expected", "Judged", "at_home", "homes_read", "judge", "lines_of", "verify"]

_NOTHING = Fit(WORST, WORST, Box(0, 0, 0, 0))
_SAME_PLACE = 0.5
_NEAR = 2
_OTHER_HOME = 1.0
_HOME_READ = (
    0.3  # less than for a stranger: it only keeps an unresolved 港 or 澳 from being taken for granted
)
_HOMES = {"港": Jurisdiction.HK, "澳": Jurisdiction.MO}
_SIDE_BY_SIDE = {
    Jurisdiction.CN: {Jurisdiction.CN},
    Jurisdiction.HK: {Jurisdiction.HK, Jurisdiction.MO},
    Jurisdiction.MO: {Jurisdiction.HK, Jurisdiction.MO},
    Jurisdiction.OTHER: {Jurisdiction.HK, Jurisdiction.MO, Jurisdiction.OTHER},
}
"""Whose plates stand in the place of a declared one: a plate of the other side of the border contradicts nothing."""


@dataclass(frozen=True)
class Bands:
    """Where match and mismatch begin for one kind of number; docs/recognition.md has the curve they come from."""

    score: float
    margin: float
    score_beside_partner: float
    mismatch: float = -6.0
    sure_reading: float = 0.8
    sure_near_reading: float = 0.95


BANDS: Mapping[SubjectKind, Bands] = MappingProxyType(
    {
        SubjectKind.PLATE: Bands(score=-4.0, margin=0.75, score_beside_partner=-5.5),
        SubjectKind.CONTAINER: Bands(score=-5.0, margin=1.5, score_beside_partner=-5.0),
    }
)


@dataclass(frozen=True)
class Judged:
    """A declared number with the fit that speaks most for it, and whether that makes a match.

    `beside_partner` says that the plate of the other side of the border matched, which lets less score be enough.
    """

    subject: Expected
    fit: Fit
    matches: bool
    beside_partner: bool = False


def verify(
    observation: Observation, readings: Readings, expected: Sequence[Expected]
) -> tuple[Verification, ...]:
    """One verdict for each declared number, in their order.

    MATCH: a line bears it out. MISMATCH: another number of its kind, declared nowhere, was surely read and this one
    fits badly. UNSURE: anything between, an empty picture too.
    """
    evidence = [fits(lines_of(observation, subject), subject) for subject in expected]
    declared = {subject.text for subject in expected}
    judged = judge(expected, evidence, homes_read(readings, declared))
    return tuple(_verdict(entry, readings, declared) for entry in judged)


def homes_read(readings: Readings, declared: Collection[str]) -> frozenset[Jurisdiction]:
    """Where the Hong Kong and Macao plates belong that were read, the declared ones left out."""
    plates = (
        plate for plate in readings.plates if plate.confidence >= _HOME_READ and plate.text not in declared
    )
    return frozenset(plate.jurisdiction for plate in plates if plate.jurisdiction in _HOMES.values())


def judge(
    expected: Sequence[Expected],
    evidence: Sequence[Sequence[Fit]],
    homes: frozenset[Jurisdiction] = frozenset(),
) -> tuple[Judged, ...]:
    """The numbers of one voucher judged together, from each one's fits on all lines.

    `homes` are the jurisdictions of other plates in view: where 港 or 澳 is not resolved, they speak for it.
    """
    free = [
        [fit for fit in own if not _belongs_to_another(fit, subject, (expected, evidence))]
        for subject, own in zip(expected, evidence, strict=True)
    ]
    alone = [_judged(subject, own, None) for subject, own in zip(expected, free, strict=True)]
    partners = [_partner(entry.subject, alone) for entry in alone]
    together = (
        replace(entry, beside_partner=partner is not None)
        if entry.matches
        else _judged(entry.subject, own, partner)
        for entry, own, partner in zip(alone, free, partners, strict=True)
    )
    seen = homes | {entry.subject.jurisdiction for entry in alone if entry.matches}
    return tuple(
        replace(entry, matches=entry.matches and at_home(entry.subject, entry.fit, seen))
        for entry in together
    )


def at_home(subject: Expected, fit: Fit, seen: Collection[Jurisdiction | None]) -> bool:
    """Whether a 粤Z plate's 港 or 澳 stands as declared: seen so, or not resolved and no other home's plate in view."""
    if not subject.is_cross_border or fit.home_margin >= BANDS[subject.kind].margin:
        return True
    home = _HOMES[subject.text[-1]]
    others = {jurisdiction for jurisdiction in seen if jurisdiction in _HOMES.values()} - {home}
    return fit.home_margin > -_OTHER_HOME and (home in seen or not others)


def lines_of(observation: Observation, subject: Expected) -> Sequence[Line]:
    """The lines on which a declared number could stand."""
    if subject.kind is SubjectKind.CONTAINER:
        return observation.container_lines
    marks = observation.words if subject.jurisdiction is Jurisdiction.HK and is_word(subject.text) else ()
    return (*observation.plate_lines, *marks)


def _judged(subject: Expected, own: Sequence[Fit], partner: Judged | None) -> Judged:
    bands = BANDS[subject.kind]
    apart = [fit for fit in own if partner is None or fit.box.overlap(partner.fit.box) < _SAME_PLACE]
    least = bands.score_beside_partner if partner else bands.score
    good = [fit for fit in apart if fit.score >= least and fit.margin >= bands.margin]
    best = max(good or own, key=lambda fit: fit.score, default=_NOTHING)
    return Judged(subject, best, bool(good), partner is not None)


def _partner(subject: Expected, alone: Sequence[Judged]) -> Judged | None:
    """The matching plate of another jurisdiction on the same vehicle."""
    if subject.kind is not SubjectKind.PLATE:
        return None
    others = (entry for entry in alone if entry.matches and entry.subject.kind is SubjectKind.PLATE)
    return next((entry for entry in others if entry.subject.jurisdiction is not subject.jurisdiction), None)


def _belongs_to_another(
    fit: Fit, subject: Expected, voucher: tuple[Sequence[Expected], Sequence[Sequence[Fit]]]
) -> bool:
    """Whether another declared number of the kind fits better in the same place, so that this one cannot be there."""
    others = (
        rival
        for other, rivals in zip(*voucher, strict=True)
        if other is not subject and other.kind is subject.kind and other.text != subject.text
        for rival in rivals
        if rival.score > fit.score and rival.margin > 0
    )
    return any(fit.box.overlap(rival.box) >= _SAME_PLACE for rival in others)


def _verdict(entry: Judged, readings: Readings, declared: set[str]) -> Verification:
    subject, fit = entry.subject, entry.fit
    strangers = _strangers(readings, subject, declared)
    verdict, box = Verdict.UNSURE, None
    if entry.matches:
        verdict, box = Verdict.MATCH, fit.box
    elif fit.score < BANDS[subject.kind].mismatch and strangers:
        verdict, box = Verdict.MISMATCH, strangers[0].box
    read = _read(readings, subject, strangers)
    return Verification(subject.text, verdict, round(fit.score, 3), read, box, round(fit.margin, 3))


def _strangers(
    readings: Readings, subject: Expected, declared: set[str]
) -> list[PlateReading | ContainerReading]:
    """Sure readings of numbers that nobody declared and that stand where the subject would.

    What is a character or two away, or a part of it, may be the subject itself badly read: it has to be surer.
    """
    bands = BANDS[subject.kind]
    return [
        reading
        for reading in _alike(readings, subject)
        if reading.text not in declared
        and reading.confidence
        >= (bands.sure_near_reading if _is_near(reading.text, subject.text) else bands.sure_reading)
    ]


def _is_near(read: str, declared: str) -> bool:
    if len(read) == len(declared):
        return sum(one != other for one, other in zip(read, declared, strict=True)) <= _NEAR
    return read in declared or declared in read


def _alike(readings: Readings, subject: Expected) -> list[PlateReading | ContainerReading]:
    if subject.kind is SubjectKind.CONTAINER:
        return list(readings.containers)
    places = _SIDE_BY_SIDE[subject.jurisdiction or Jurisdiction.OTHER]
    # A trailer's plate hangs behind that of its tractor: neither contradicts the other.
    trailer = subject.text.endswith("挂")
    return [
        plate
        for plate in readings.plates
        if plate.jurisdiction in places and plate.text.endswith("挂") is trailer
    ]


def _read(
    readings: Readings, subject: Expected, strangers: Sequence[PlateReading | ContainerReading]
) -> str | None:
    """What was read in its place: the same text, else the surest stranger, else the best reading of its kind."""
    alike = _alike(readings, subject)
    texts = {plate.text for plate in readings.plates} | {number.text for number in readings.containers}
    if subject.text in texts:
        return subject.text
    return next((reading.text for reading in (*strangers, *alike)), None)
