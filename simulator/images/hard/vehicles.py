"""Vehicles as bodies of a few faces: cars, coaches and tractors from the front, box bodies from behind."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

import numpy as np

from simulator.images.hard.fronts import car_front, coach_front, tractor_front, truck_rear, windscreen
from simulator.images.hard.space import Corners, Surface, upright
from simulator.images.hard.strokes import Mask
from simulator.images.hard.surfaces import Colour, lit, plain, slope, soft_block

_BODIES: tuple[Colour, ...] = (
    (226, 228, 228), (54, 50, 48), (150, 152, 150), (112, 62, 34), (38, 34, 150), (60, 96, 58), (70, 72, 120),
    (190, 196, 200), (36, 120, 206),
)  # fmt: skip
_WAIST = 0.82
"""Height of a car's bonnet at its nose, metres."""


class Body(StrEnum):
    """What comes: its width, height, and how high its plate hangs differ."""

    CAR = "CAR"
    COACH = "COACH"
    TRACTOR = "TRACTOR"
    TRUCK_REAR = "TRUCK_REAR"


@dataclass(frozen=True)
class Build:
    """Sizes in metres; `plate` is the middle of the place of the plates above the road."""

    width: float
    height: float
    length: float
    clearance: float
    plate: float


BUILDS = {
    Body.CAR: Build(1.84, 1.5, 4.0, 0.18, 0.48),
    Body.COACH: Build(2.5, 3.3, 9.0, 0.3, 0.62),
    Body.TRACTOR: Build(2.46, 3.0, 2.2, 0.34, 0.66),
    Body.TRUCK_REAR: Build(2.44, 3.1, 7.0, 0.55, 0.8),
}
_FRONTS = {Body.COACH: coach_front, Body.TRACTOR: tractor_front, Body.TRUCK_REAR: truck_rear}


def body_faces(body: Body, random: Random) -> list[Surface]:
    """Return the vehicle's faces, farthest first; its front stands at 0 ahead, in the middle of the lane."""
    build = BUILDS[body]
    colour = random.choice(_BODIES)
    faces = [_shadow(build), *_wheels(build)]
    return faces + (_car(build, colour, random) if body is Body.CAR else _box(body, build, colour, random))


def _box(body: Body, build: Build, colour: Colour, random: Random) -> list[Surface]:
    half, top, far, low = build.width / 2, build.height, build.length, build.clearance
    side = lit(plain(128, 64, colour), slope(128, 64, 0.8, 0.4))
    walls = [Surface(side, _side(across, (top, far), (top, 0.0), low)) for across in (-half, half)]
    lid: Corners = ((-half, top, far), (half, top, far), (half, top, 0.0), (-half, top, 0.0))
    walls.append(Surface(lit(plain(64, 64, colour), slope(64, 64, 1.0, 1.1)), lid))
    pixels = _FRONTS[body](build.width, top - low, colour, random)
    return [*walls, Surface(pixels, upright(-half, low, build.width, top - low))]


def _car(build: Build, colour: Colour, random: Random) -> list[Surface]:
    """Nose, bonnet, windscreen and roof, each at its own slant; the cabin is narrower than the body."""
    half, cabin, low, top = build.width / 2, build.width * 0.4, build.clearance, build.height
    side = lit(plain(128, 64, colour), slope(128, 64, 0.85, 0.4))
    glass = lit(plain(64, 32, (46, 42, 38)), slope(64, 32, 1.6, 0.8))
    bonnet: Corners = (
        (-half + 0.08, 1.0, 1.05),
        (half - 0.08, 1.0, 1.05),
        (half, _WAIST, 0.0),
        (-half, _WAIST, 0.0),
    )
    screen: Corners = (
        (-cabin, top, 1.75),
        (cabin, top, 1.75),
        (half - 0.12, 1.0, 1.0),
        (-half + 0.12, 1.0, 1.0),
    )
    roof: Corners = ((-cabin, top, 3.4), (cabin, top, 3.4), (cabin, top, 1.7), (-cabin, top, 1.7))
    faces = [Surface(side, _side(across, (1.0, 4.0), (_WAIST, 0.0), low)) for across in (-half, half)]
    for across in (-1, 1):
        pane: Corners = (
            (across * cabin, top, 3.4), (across * cabin, top, 1.75),
            (across * (half - 0.08), 1.0, 1.0), (across * (half - 0.08), 1.0, 3.9),
        )  # fmt: skip
        faces.append(Surface(glass, pane))
    shine = lit(plain(128, 64, colour), slope(128, 64, 0.9, 1.22))
    shine[:, 40:44] = shine[:, 84:88] = np.clip(shine[:, 40:44] * 0.86, 0, 255)
    mirrors = [
        Surface(plain(8, 8, (40, 38, 38)), upright(across, 0.92, 0.18, 0.14, 1.15))
        for across in (-half - 0.16, half - 0.02)
    ]
    nose = car_front(build.width, _WAIST - low, colour, random)
    return [
        *faces, Surface(lit(plain(64, 64, colour), slope(64, 64, 0.9, 1.1)), roof),
        Surface(windscreen(330, 150, random), screen), *mirrors, Surface(shine, bonnet),
        Surface(nose, upright(-half, low, build.width, _WAIST - low), _rounded(nose.shape[1], nose.shape[0])),
    ]  # fmt: skip


def _rounded(width: int, height: int) -> Mask:
    """A car's nose has no corners below."""
    mask = np.full((height, width), 255, dtype=np.uint8)
    for row in range(24):
        cut = round(24 - (24**2 - (24 - row) ** 2) ** 0.5)
        mask[height - 24 + (23 - row), :cut] = mask[height - 24 + (23 - row), width - cut :] = 0
    return mask


def _side(across: float, far: tuple[float, float], near: tuple[float, float], low: float) -> Corners:
    """A wall that leads away: heights and distances of its far and near upper corners."""
    return (across, far[0], far[1]), (across, near[0], near[1]), (across, low, near[1]), (across, low, far[1])


def _shadow(build: Build) -> Surface:
    half, far = build.width / 2, build.length
    under: Corners = (
        (-half - 0.35, 0.005, far + 0.4), (half + 0.35, 0.005, far + 0.4),
        (half + 0.35, 0.005, -0.55), (-half - 0.35, 0.005, -0.55),
    )  # fmt: skip
    return Surface(plain(64, 64, (16, 16, 16)), under, soft_block(64, 64))


def _wheels(build: Build) -> list[Surface]:
    tyre = lit(plain(40, 60, (34, 32, 32)), slope(40, 60, 1.2, 0.6))
    half = build.width / 2
    return [
        Surface(tyre, upright(left, 0.0, 0.24, build.clearance + 0.2, 0.3))
        for left in (-half + 0.06, half - 0.3)
    ]
