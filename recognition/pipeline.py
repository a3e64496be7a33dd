"""From a frame to its readings: one detection, the lines worth reading, and the grammars that read them.

`Recogniser.observe` is all that needs the models; what is read or verified in an observation is pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from recognition.container_lines import container_groups
from recognition.containers import may_be_container, read_containers
from recognition.gaze import Gaze
from recognition.plate_lines import plate_groups
from recognition.plates import may_be_plate, read_plates
from recognition.protocols import Detector, Reader
from recognition.sightings import Sighting
from recognition.values import Frame, Line, Readings, Region

_MOST_REGIONS = 24
_SMALLEST_HEIGHT = 7.0
_SAME = 0.5
_SURE = 0.75
_CROP_FRAME = (160, 1.8)


@dataclass(frozen=True)
class Observation:
    """What the readers saw in one frame: lines that may hold a plate, lines that may hold a container number."""

    plate_lines: tuple[Line, ...]
    container_lines: tuple[Line, ...]


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
        """Everything that may be a number in the frame, as all readers see it.

        Where a first look leaves doubt, a finer one is taken, at the cost of two.
        """
        gaze = Gaze(frame, self._readers)
        height, width = frame.shape[:2]
        tallest, aspect = _CROP_FRAME
        if height <= tallest and width >= aspect * height:
            return _observation(gaze.sightings([whole(frame)]), gaze)
        first = gaze.sightings(_worth_reading(self._detector.detect(frame)))
        observation = _observation(first, gaze)
        if _is_convincing(readings(observation)):
            return observation
        fine = gaze.sightings(_worth_reading(self._detector.detect(frame, fine=True)))
        return _observation(fine + [entry for entry in first if _stands_alone(entry, fine)], gaze)


def _observation(sightings: Sequence[Sighting], gaze: Gaze) -> Observation:
    plates = gaze.lines(plate_groups(sightings, gaze), may_be_plate)
    return Observation(plates, gaze.lines(container_groups(sightings), may_be_container))


def _is_convincing(found: Readings) -> bool:
    confidences = [plate.confidence for plate in found.plates]
    confidences += [container.confidence for container in found.containers]
    return bool(confidences) and min(confidences) >= _SURE


def _stands_alone(sighting: Sighting, others: Sequence[Sighting]) -> bool:
    return all(sighting.region.box.overlap(other.region.box) < _SAME for other in others)


def _worth_reading(regions: Iterable[Region]) -> list[Region]:
    tall = (region for region in regions if region.height >= _SMALLEST_HEIGHT)
    return sorted(tall, key=lambda region: -region.height)[:_MOST_REGIONS]


def whole(frame: Frame) -> Region:
    """The frame itself as one region: a picture of nothing but a plate."""
    height, width = frame.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return Region(corners, 1.0)
