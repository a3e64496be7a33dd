"""A case drawn: its scene, then the weather, then what every camera does, as JPEG with what is true of it."""

from dataclasses import dataclass
from random import Random

import cv2

from simulator.images.camera import Pixels
from simulator.images.hard.cases import CONTAINERS, Case, Condition, Subject
from simulator.images.hard.container_scenes import container_scene
from simulator.images.hard.plate_scenes import plate_scene
from simulator.images.hard.scenery import strength_of
from simulator.images.hard.weather import EFFECTS, compression, sensor

_JPEG = (
    (cv2.IMWRITE_JPEG_QUALITY, 76), (cv2.IMWRITE_JPEG_OPTIMIZE, 1), (cv2.IMWRITE_JPEG_PROGRESSIVE, 0),
    (cv2.IMWRITE_JPEG_RST_INTERVAL, 0), (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420),
)  # fmt: skip
"""Every setting of the encoder is named: a new library with other habits must not change the bytes."""


@dataclass(frozen=True)
class Drawing:
    """One image with its truth. `box`: left, top, width, height of all numbers together, pixels."""

    case: Case
    jpeg: bytes
    kind: str
    """As `evaluate` names it: plate, container, or both (container first)."""
    numbers: tuple[str, ...]
    box: tuple[int, int, int, int]


def draw(case: Case) -> Drawing:
    """Draw the case; the same case gives the same bytes. Raises FontMissing."""
    random = Random(f"{case.seed} {case.condition} {case.level} {case.subject}")
    strength = strength_of(case, random)
    scene_of = container_scene if case.subject in CONTAINERS else plate_scene
    scene = scene_of(case, strength, random)
    picture = scene.picture
    if case.condition in EFFECTS:
        picture = EFFECTS[case.condition](picture, scene.target, strength, random)
    picture = sensor(picture, random)
    if case.condition is Condition.COMPRESSION:
        picture = compression(picture, strength, random)
    target = scene.target
    box = (target.left, target.top, target.right - target.left, target.bottom - target.top)
    left, top, wide, tall = (round(part) for part in box)
    return Drawing(case, _encoded(picture), _kind(case.subject), scene.numbers, (left, top, wide, tall))


def _encoded(picture: Pixels) -> bytes:
    done, encoded = cv2.imencode(".jpg", picture, [part for pair in _JPEG for part in pair])
    assert done  # an array of this shape can always be written as JPEG
    return encoded.tobytes()


def _kind(subject: Subject) -> str:
    if subject is Subject.BOTH:
        return "both"
    return "container" if subject in CONTAINERS else "plate"
