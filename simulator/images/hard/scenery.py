"""What a scene is before the weather: the picture, where its numbers stand, what they are."""

from dataclasses import dataclass
from random import Random

import numpy as np

from simulator.images.camera import Pixels
from simulator.images.hard.cases import Case, Condition, Level
from simulator.images.hard.space import Corners, Point, View
from simulator.images.hard.weather import Target


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture without weather. `numbers` in the order of truth.csv: containers first."""

    picture: Pixels
    target: Target
    numbers: tuple[str, ...]


def strength_of(case: Case, random: Random) -> float:
    """Return how strong a condition is, 0 to 1: easy and hard do not overlap."""
    return random.uniform(0.1, 0.4) if case.level is Level.EASY else random.uniform(0.55, 1.0)


@dataclass(frozen=True)
class Shot:
    """How a picture is taken: its size, how large a sign of the smallest row appears, and from where, in degrees."""

    width: int
    height: int
    sign: float
    yaw: float
    pitch: float
    roll: float


def shot_of(case: Case, size: tuple[int, int], strength: float, random: Random) -> Shot:
    """Return the shot: a lane's camera stands a little above and aside; far and askew where the case says so."""
    sign = random.uniform(17, 27)
    if case.condition is Condition.DISTANCE:
        sign = 16 - 6.5 * strength
    yaw, roll = random.uniform(-12, 12), random.uniform(-2, 2)
    if case.condition is Condition.TILT:
        yaw = random.choice((-1, 1)) * (18 + 27 * strength)
        roll = random.choice((-1, 1)) * (3 + 9 * strength)
    return Shot(*size, sign, yaw, random.uniform(6, 20), roll)


def view_of(shot: Shot, middle: Point, sign: float, random: Random) -> View:
    """Return a camera that sees a sign of that height (metres) at the middle as large as the shot wants it."""
    focal = 1.15 * shot.width
    away = focal * sign / shot.sign
    yaw, pitch = np.deg2rad(shot.yaw), np.deg2rad(shot.pitch)
    x, y, z = middle
    place = (
        x + away * float(np.sin(yaw) * np.cos(pitch)),
        max(y + away * float(np.sin(pitch)), 0.4),
        z - away * float(np.cos(yaw) * np.cos(pitch)),
    )
    wide = shot.width / shot.sign * sign
    target = (x + random.uniform(-0.12, 0.12) * wide, max(y + random.uniform(0.0, 0.12) * wide, 0.3), z)
    return View(place, target, shot.width, shot.height, focal, shot.roll)


def target_of(view: View, faces: list[Corners], sign: float) -> Target:
    """Return where the faces that carry numbers stand in the picture; `sign` is the sign's height in metres."""
    seen = [view.project(face) for face in faces]
    every = np.concatenate(seen)
    first = np.array(faces[0])
    tall = float(np.linalg.norm(first[3] - first[0]))
    pixels = float(np.linalg.norm(seen[0][3] - seen[0][0]))
    (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
    return Target(float(left), float(top), float(right), float(bottom), pixels * sign / tall)
