"""From a frame to its readings: one detection, the lines worth reading, and the grammars that read them.

`Recogniser.observe` is all that needs the models; what is read or verified in an observation is pure.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from recognition.containers import OWNER, SERIAL, may_be_container, read_containers
from recognition.ctc import Template, clarity, decode, greedy, join
from recognition.geometry import bridge, cut, follows, part, stands_under
from recognition.plates import is_marking, may_be_plate, may_lack_office, read_plates
from recognition.protocols import Detector, Reader
from recognition.values import Box, Frame, Line, LogProbabilities, Readings, Region

_MOST_REGIONS = 24
_SMALLEST_HEIGHT = 7.0
_UNLIKELY = -6.0
_NUMBER_SIGNS = 9
_PLATE_SIGNS = (3, 10)
_ROW_SIGNS = 5
_ROW_DIGITS = 3
_CLEAR = 0.9
_SAME = 0.5
_TWO_ROWS = 2.4
_CROP_FRAME = (160, 1.8)


@dataclass(frozen=True)
class Observation:
    """What the readers saw in one frame: lines that may hold a plate, lines that may hold a container number."""

    plate_lines: tuple[Line, ...]
    container_lines: tuple[Line, ...]


@dataclass(frozen=True, eq=False)
class _Sighting:
    """A region with what the first reader made of it."""

    region: Region
    seen: LogProbabilities
    text: str

    @property
    def digits(self) -> int:
        return sum(sign.isdigit() for sign in self.text)

    @property
    def clarity(self) -> float:
        return clarity(self.seen)


def readings(observation: Observation) -> Readings:
    """The plates and container numbers in an observation, best first."""
    containers = read_containers(observation.container_lines)
    plates = read_plates(observation.plate_lines)
    # The serial number of a container makes a fair plate of some country; it is none.
    apart = (
        plate for plate in plates if not any(plate.box.overlap(other.box) > _SAME for other in containers)
    )
    return Readings(tuple(apart), containers)


class Recogniser:
    """A detector and its readers; the first reader is the general one, the others are asked about likely lines."""

    def __init__(self, detector: Detector, readers: Sequence[Reader]) -> None:
        self._detector = detector
        self._readers = tuple(readers)

    def read(self, frame: Frame) -> Readings:
        """The plates and container numbers in a frame (blue-green-red)."""
        return readings(self.observe(frame))

    def observe(self, frame: Frame) -> Observation:
        """Everything that may be a number in the frame, as all readers see it."""
        gaze = _Gaze(frame, self._readers)
        sightings = [
            _Sighting(region, seen := gaze.first([region]), _signs(seen)) for region in self._regions(frame)
        ]
        plates = gaze.lines(_plate_groups(sightings), may_be_plate)
        return Observation(plates, gaze.lines(_container_groups(sightings), may_be_container))

    def _regions(self, frame: Frame) -> list[Region]:
        height, width = frame.shape[:2]
        tallest, aspect = _CROP_FRAME
        if height <= tallest and width >= aspect * height:
            return [whole(frame)]
        found = [region for region in self._detector.detect(frame) if region.height >= _SMALLEST_HEIGHT]
        return sorted(found, key=lambda region: -region.height)[:_MOST_REGIONS]


class _Gaze:
    """One frame under the eyes of all readers; no reader is asked twice about the same region."""

    def __init__(self, frame: Frame, readers: Sequence[Reader]) -> None:
        self._frame = frame
        self._readers = readers
        self._known: dict[tuple[int, bytes], LogProbabilities] = {}

    def first(self, group: Sequence[Region]) -> LogProbabilities:
        """The regions as the first reader sees them, one after the other."""
        return self._read(0, group)

    def lines(
        self, groups: Iterable[Sequence[Region]], likely: Callable[[LogProbabilities], bool]
    ) -> tuple[Line, ...]:
        """Each group as one line; the other readers are asked only where the first finds it likely."""
        found = []
        for group in groups:
            first = self.first(group)
            if likely(first):
                others = (self._read(index, group) for index in range(1, len(self._readers)))
                found.append(Line(reduce(Box.union, (region.box for region in group)), (first, *others)))
        return tuple(found)

    def _read(self, index: int, group: Sequence[Region]) -> LogProbabilities:
        keys = [(index, region.corners.tobytes()) for region in group]
        for key, region in zip(keys, group, strict=True):
            if key not in self._known:
                self._known[key] = self._readers[index].read([cut(self._frame, region)])[0]
        return join([self._known[key] for key in keys])


def _signs(seen: LogProbabilities) -> str:
    return greedy(seen).replace("·", "")


def whole(frame: Frame) -> Region:
    """The frame itself as one region: a picture of nothing but a plate."""
    height, width = frame.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return Region(corners, 1.0)


def _plate_groups(sightings: Sequence[_Sighting]) -> Iterable[tuple[Region, ...]]:
    fewest, most = _PLATE_SIGNS
    for sighting in sightings:
        region, signs = sighting.region, len(sighting.text)
        if fewest < signs <= most and not is_marking(sighting.text):
            yield (region,)
        if may_lack_office(sighting.text):
            yield from _with_office(sighting, sightings)
        if region.width < _TWO_ROWS * region.height and signs and sighting.clarity < _CLEAR:
            yield part(region, 0, 0, 1, 0.48), part(region, 0, 0.42, 1, 1)
        if sighting.digits >= _ROW_DIGITS and signs <= _ROW_SIGNS:
            yield from _rows_above(sighting, sightings)


def _with_office(tail: _Sighting, sightings: Sequence[_Sighting]) -> Iterable[tuple[Region, ...]]:
    """A mainland plate whose Han character the detector put in a box of its own, or left out."""
    short = (entry for entry in sightings if entry is not tail and len(entry.text) <= 2)
    offices = [entry.region for entry in short if follows(entry.region, tail.region)]
    for office in offices:
        yield (bridge(office, tail.region, 0.0),)
    if not offices and tail.region.box.x > 0:
        yield (part(tail.region, -0.24, 0.0, 1.03, 1.0),)


def _rows_above(lower: _Sighting, sightings: Sequence[_Sighting]) -> Iterable[tuple[Region, ...]]:
    uppers = [
        other
        for other in sightings
        if other is not lower
        and 0 < len(other.text) <= _ROW_SIGNS
        and not other.text.isdigit()
        and stands_under(other.region, lower.region)
    ]
    for upper in uppers:
        yield upper.region, lower.region
    if not uppers and lower.digits >= len(lower.text) - 1:
        # Detectors often miss the two letters over the digits of a two-row plate.
        yield part(lower.region, 0.0, -1.0, 1.0, 0.05), lower.region


def _container_groups(sightings: Sequence[_Sighting]) -> Iterable[tuple[Region, ...]]:
    for sighting in sightings:
        if len(sighting.text) >= _NUMBER_SIGNS and may_be_container(sighting.seen):
            yield (sighting.region,)
            yield (bridge(sighting.region, sighting.region, 1.4),)
            yield from ((sighting.region, digit) for digit in _check_digits(sighting.region, sightings))
    owners = [entry for entry in sightings if 3 <= len(entry.text) <= 6 and _fits(entry, OWNER)]
    serials = [entry for entry in sightings if 5 <= len(entry.text) <= 9 and _fits(entry, SERIAL)]
    for owner in owners:
        for serial in serials:
            yield from _chained(owner.region, serial.region, sightings)


def _chained(owner: Region, serial: Region, sightings: Sequence[_Sighting]) -> Iterable[tuple[Region, ...]]:
    beside = follows(owner, serial)
    if not beside and not stands_under(owner, serial):
        return
    yield owner, serial
    yield owner, part(serial, 0, 0, 1.4, 1)
    if beside:
        yield (bridge(owner, serial, 1.6),)
    yield from ((owner, serial, digit) for digit in _check_digits(serial, sightings))


def _check_digits(number: Region, sightings: Sequence[_Sighting]) -> list[Region]:
    """What may be the check digit in its box, to the right of the number."""
    short = (entry for entry in sightings if len(entry.text) <= 2 and entry.digits)
    return [entry.region for entry in short if follows(number, entry.region)]


def _fits(sighting: _Sighting, template: Template) -> bool:
    decoded = decode(sighting.seen, template)
    return decoded is not None and decoded.score > _UNLIKELY
