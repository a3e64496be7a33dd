"""One answer out of the frames of one passage: readings of the same number vote for it, near variants help it.

Nothing is made up: what is reported was read, as it stands, in at least one frame.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from recognition.values import ContainerReading, PlateReading, Readings

_LOOKALIKES = frozenset(
    map(frozenset, ("0O", "0D", "0Q", "1I", "2Z", "5S", "6G", "8B", "VY", "UV", "MN", "MW"))
)
_LIKE, _NEAR = 0.5, 0.3
_HOME = "粤港澳"
_SERIAL = slice(4, 10)
_UNCHECKED = 0.7
_REPEATED = 0.5
"""What one more frame is worth: frames of one passage share their light and their dirt, so they are no fresh proof."""


Reading = TypeVar("Reading", PlateReading, ContainerReading)


@dataclass(frozen=True)
class _Seen(Generic[Reading]):
    frame: int
    weight: float
    reading: Reading


def vote(frames: Sequence[Readings]) -> Readings:
    """The readings of all frames of one passage put together, best first, each number once.

    Of near variants (one sign apart, or the same serial number) only the one with the most votes is left; two that
    stand apart in one and the same frame are two numbers. A number with strong rivals loses confidence.
    """
    plates = _elected(_all(entry.plates for entry in frames), _kinship_of_plates)
    containers = _elected(_all(entry.containers for entry in frames), _kinship_of_containers)
    return Readings(
        tuple(_plate(votes, confidence) for votes, confidence in plates),
        tuple(_container(votes, confidence) for votes, confidence in containers),
    )


def _all(
    frames: Iterable[Sequence[Reading]],
) -> list[_Seen[Reading]]:
    return [
        _Seen(index, _weight(reading), reading) for index, found in enumerate(frames) for reading in found
    ]


def _weight(reading: PlateReading | ContainerReading) -> float:
    """A printed check digit that was not read cannot agree: such a reading says less."""
    if isinstance(reading, ContainerReading) and not reading.check_digit:
        return reading.confidence * _UNCHECKED
    return reading.confidence


def _elected(
    seen: Sequence[_Seen[Reading]], kinship: Callable[[Reading, Reading], float]
) -> list[tuple[list[_Seen[Reading]], float]]:
    """The votes for each number that is left, with the confidence it has earned; most first."""
    numbers: dict[object, list[_Seen[Reading]]] = {}
    for entry in seen:
        numbers.setdefault(_identity(entry.reading), []).append(entry)
    helped = [(_strength(votes, seen, kinship), votes) for votes in numbers.values()]
    elected: list[list[_Seen[Reading]]] = []
    for _, votes in sorted(helped, key=lambda pair: -pair[0]):
        if not any(_is_variant(votes, other, kinship) for other in elected):
            elected.append(votes)
    answers = [(votes, _earned(votes, numbers.values(), kinship)) for votes in elected]
    return sorted(answers, key=lambda answer: -answer[1])


def _identity(reading: PlateReading | ContainerReading) -> object:
    return (reading.text, reading.jurisdiction) if isinstance(reading, PlateReading) else reading.text


def _strength(
    votes: Sequence[_Seen[Reading]],
    seen: Iterable[_Seen[Reading]],
    kinship: Callable[[Reading, Reading], float],
) -> float:
    """The votes of all frames: each gives its best reading of this number or of a near variant, once."""
    given: dict[int, float] = {}
    for entry in seen:
        share = entry.weight * kinship(votes[0].reading, entry.reading)
        given[entry.frame] = max(given.get(entry.frame, 0.0), share)
    return sum(given.values())


def _is_variant(
    votes: Sequence[_Seen[Reading]],
    other: Sequence[_Seen[Reading]],
    kinship: Callable[[Reading, Reading], float],
) -> bool:
    if kinship(votes[0].reading, other[0].reading) == 0:
        return False
    return not any(
        one.frame == two.frame and one.reading.box.overlap(two.reading.box) == 0
        for one in votes
        for two in other
    )


def _earned(
    votes: Sequence[_Seen[Reading]],
    numbers: Iterable[Sequence[_Seen[Reading]]],
    kinship: Callable[[Reading, Reading], float],
) -> float:
    """How sure the number is: doubt shrinks with each frame that read it, and grows with what its rivals got."""
    best: dict[int, float] = {}
    for entry in votes:
        best[entry.frame] = max(best.get(entry.frame, 0.0), entry.reading.confidence)
    ordered = sorted(best.values(), reverse=True)
    doubt = math.prod(1 - confidence * _REPEATED**place for place, confidence in enumerate(ordered))
    rivals = (other for other in numbers if other is not votes and _is_variant(other, votes, kinship))
    against = max((sum(entry.weight for entry in other) for other in rivals), default=0.0)
    own = sum(entry.weight for entry in votes)
    return round((1 - doubt) * own / max(own + max(against - own / 2, 0.0), 1e-9), 4)


def _kinship_of_plates(first: PlateReading, second: PlateReading) -> float:
    """How much a reading of the second speaks for the first, 0 to 1."""
    if first.text == second.text:
        return 1.0 if first.jurisdiction is second.jurisdiction else _LIKE
    return _one_apart(first.text, second.text)


def _kinship_of_containers(first: ContainerReading, second: ContainerReading) -> float:
    """How much a reading of the second speaks for the first, 0 to 1; the owner is often worse to read."""
    if first.text == second.text:
        return 1.0
    if first.text[_SERIAL] == second.text[_SERIAL]:
        return _LIKE
    # The check digit follows the other signs: one slip among them changes it too.
    return _one_apart(first.text[:10], second.text[:10])


def _one_apart(first: str, second: str) -> float:
    """1 for the same, less where one sign differs, least where it is a sign that looks otherwise."""
    if len(first) != len(second):
        return 0.0
    pairs = [{one, two} for one, two in zip(first, second, strict=True) if one != two]
    if len(pairs) > 1:
        return 0.0
    return _LIKE if not pairs or pairs[0] in _LOOKALIKES or pairs[0] & set(_HOME) else _NEAR


def _plate(votes: Sequence[_Seen[PlateReading]], confidence: float) -> PlateReading:
    best = max(votes, key=lambda entry: entry.weight).reading
    least = min((entry.reading.inferred for entry in votes), key=len)
    return replace(best, confidence=confidence, inferred=least)


def _container(votes: Sequence[_Seen[ContainerReading]], confidence: float) -> ContainerReading:
    best = max(votes, key=lambda entry: entry.weight).reading
    agreed = any(entry.reading.check_digit for entry in votes)
    return replace(best, confidence=confidence, check_digit=agreed)
