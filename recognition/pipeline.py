"""From a frame to its readings: as many looks as it takes, the lines worth reading, the grammars that read them.

`Recogniser.observe` is all that needs the models; what is read or verified in an observation is pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.identifiers.plates import Jurisdiction
from recognition.container_lines import container_groups
from recognition.containers import may_be_container, read_containers
from recognition.gaze import Gaze
from recognition.geometry import lying
from recognition.markings import beside, size_types
from recognition.plate_lines import plate_groups
from recognition.plates import may_be_plate, read_plates
from recognition.protocols import Detector, Fineness, Reader
from recognition.sightings import Sighting, is_word
from recognition.values import Frame, Line, Marking, Readings, Region

_PROMISING, _MOST_REGIONS, _MOST_FINE = 10, 24, 14
_BONUS = 1.5
_PLATE_SHAPES = (1.3, 6.0)
_SMALLEST_HEIGHT = 7.0
_SAME = 0.5
_SURE, _SURE_NUMBER = 0.55, 0.75
_DOUBT = 0.3
_NIGHT = 60
_LIFT = 0.5
_RIM = (0.12, 0.08)
_CROP_FRAME = (160, 1.8)


@dataclass(frozen=True)
class Observation:
    """What the readers saw in one frame: lines that may hold a plate, lines that may hold a container number.

    `words` are short lines that are read as no plate, as the first reader alone saw them: EVER and 9999 are words and
    weights until a plate is declared so.
    """

    plate_lines: tuple[Line, ...]
    container_lines: tuple[Line, ...]
    words: tuple[Line, ...] = ()
    codes: tuple[Marking, ...] = ()

    def together_with(self, other: "Observation") -> "Observation":
        """What was seen in two looks at the same frame."""
        return Observation(
            self.plate_lines + other.plate_lines,
            self.container_lines + other.container_lines,
            self.words + other.words,
            self.codes + other.codes,
        )


def readings(observation: Observation) -> Readings:
    """The plates and container numbers in an observation, best first."""
    containers = tuple(
        replace(reading, size_type=beside(reading, observation.codes))
        for reading in read_containers(observation.container_lines)
    )
    plates = read_plates(observation.plate_lines)
    # The serial number of a container makes a fair plate of some country; it is none.
    apart = (
        plate
        for plate in plates
        if not any(
            plate.box.overlap(other.box) > _SAME and plate.confidence < other.confidence + _DOUBT
            for other in containers
        )
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

    def warm_up(self, frames: Mapping[Fineness, Sequence[Frame]], lines: Sequence[Frame]) -> None:
        """Runs the detector on these frames at their fineness, and every reader on these lines, for nothing."""
        for fineness, shown in frames.items():
            for frame in shown:
                self._detector.detect(frame, fineness=fineness)
        for reader in self._readers:
            reader.read(lines)

    def observe(self, frame: Frame) -> Observation:
        """Everything that may be a number in the frame, as all readers see it.

        Where a first look leaves doubt, a finer one is taken, at the cost of two.
        """
        height, width = frame.shape[:2]
        tallest, aspect = _CROP_FRAME
        if height <= tallest and width >= aspect * height:
            gaze = Gaze(frame, self._readers)
            return _observation([Sighting(only := whole(frame), gaze.first([only]))], gaze)
        return self._look_around(frame)

    def _look_around(self, frame: Frame) -> Observation:
        gaze, regions = Gaze(frame, self._readers), _by_promise(self._detector.detect(frame))
        first = gaze.sightings(regions[:_PROMISING])
        observation = _observation(first, gaze)
        if _is_convincing(readings(observation)):
            return observation
        if len(regions) > _PROMISING:
            first += gaze.sightings(regions[_PROMISING:_MOST_REGIONS])
            observation = _observation(first, gaze)
            if _is_convincing(readings(observation)):
                return observation
        lit = _brightened(frame)
        gaze = gaze if lit is frame else Gaze(lit, self._readers)
        for fineness in (Fineness.FINE, Fineness.FINEST):
            found = _by_promise(self._detector.detect(lit, fineness=fineness))
            fine = gaze.sightings(found[:_MOST_FINE])
            fine += [entry for entry in first if _stands_alone(entry, fine)]
            observation = observation.together_with(_observation(fine, gaze))
            if not _is_empty(readings(observation)):
                break
        return observation


def _is_empty(found: Readings) -> bool:
    return not found.plates and not found.containers


def _observation(sightings: Sequence[Sighting], gaze: Gaze) -> Observation:
    plates = gaze.lines(plate_groups(sightings, gaze), may_be_plate)
    words = (entry for entry in sightings if is_word(entry.text))
    return Observation(
        plates,
        gaze.lines(container_groups(sightings), may_be_container),
        tuple(Line(entry.region.box, (entry.seen,)) for entry in words),
        size_types(sightings),
    )


def _brightened(frame: Frame) -> Frame:
    """The frame itself, or one of the night with its shadows lifted: models were made by day."""
    if frame[::4, ::4].mean() >= _NIGHT:
        return frame
    curve = (np.linspace(0, 1, 256) ** _LIFT * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(frame, curve), dtype=np.uint8)


def _is_convincing(found: Readings) -> bool:
    """Whether another look would hardly tell more."""
    ours = [plate for plate in found.plates if plate.jurisdiction is not Jurisdiction.OTHER]
    sure = [plate.confidence >= _SURE for plate in (ours if found.containers else found.plates)]
    sure += [container.confidence >= _SURE_NUMBER for container in found.containers]
    return bool(sure) and all(sure)


def _stands_alone(sighting: Sighting, others: Sequence[Sighting]) -> bool:
    return all(sighting.region.box.overlap(other.region.box) < _SAME for other in others)


def _by_promise(regions: Iterable[Region]) -> list[Region]:
    """The regions tall enough to be read, tall ones first, and such as are shaped like plates before their size."""
    turned = (lying(region) for region in regions)
    tall = [region for region in turned if region.height >= _SMALLEST_HEIGHT]
    return sorted(tall, key=lambda region: -region.height * (_BONUS if _is_plate_shaped(region) else 1.0))


def _is_plate_shaped(region: Region) -> bool:
    lowest, highest = _PLATE_SHAPES
    return lowest * region.height <= region.width <= highest * region.height


def whole(frame: Frame) -> Region:
    """The frame itself as one region, with a rim, which readers want: a picture of nothing but a plate."""
    height, width = frame.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    x, y = _RIM[0] * height, _RIM[1] * height
    return Region(corners + np.array([[-x, -y], [x, -y], [x, y], [-x, y]], np.float32), 1.0)
