"""Where a vehicle stands: asphalt with its lines, what is behind, sky or canopy or a hall's dark."""

from random import Random

import cv2
import numpy as np

from simulator.images.camera import Pixels
from simulator.images.hard.space import Point, Surface, View, paint
from simulator.images.hard.surfaces import COLOURS, clouds, lit, mix, plain, slope

_NEAR, _FAR, _SIDE = -12.0, 40.0, 14.0


def empty_place(view: View, random: Random) -> Pixels:
    """Return the place without a vehicle, as this camera sees it."""
    canvas = _behind(view, random)
    begin = max(_NEAR, view.place[2] + 0.6)
    corners: tuple[Point, Point, Point, Point] = (
        (-_SIDE, 0.0, _FAR), (_SIDE, 0.0, _FAR), (_SIDE, 0.0, begin), (-_SIDE, 0.0, begin),
    )  # fmt: skip
    paint(canvas, view, [Surface(_road(random), corners)])
    return canvas


def _behind(view: View, random: Random) -> Pixels:
    """Sky above, dim blocks of buildings and stacks along the horizon, out of focus."""
    sky = random.choice(((214, 206, 196), (226, 214, 190), (176, 172, 168), (120, 118, 116)))
    canvas = lit(plain(view.width, view.height, sky), slope(view.width, view.height, 1.08, 0.9))
    horizon = int(view.project([(0.0, 0.0, 400.0)])[0][1])
    left = -40
    while left < view.width:
        wide, tall = random.randint(40, 190), random.randint(30, 220)
        tone = [60 + part // 2 for part in random.choice(COLOURS)]
        cv2.rectangle(canvas, (left, horizon - tall), (left + wide, horizon + 20), tone, -1)
        for down in range(horizon - tall + 10, horizon, 26):
            cv2.line(canvas, (left, down), (left + wide, down), [part * 0.8 for part in tone], 6)
        left += wide + random.randint(-10, 60)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 5), dtype=np.uint8)


def _road(random: Random) -> Pixels:
    width, height = 900, 1400
    tone = random.randint(84, 128)
    surface = plain(width, height, (tone, tone, tone - 4))
    fine = np.random.default_rng(random.getrandbits(64)).normal(1.0, 0.07, (height, width))
    surface = lit(surface, np.asarray(fine * (0.82 + 0.36 * clouds(width, height, random)), dtype=np.float32))
    line = random.choice(((206, 210, 210), (60, 170, 206)))
    for metres in (-1.9, 1.9, -5.4, 5.4):
        across = round((metres + _SIDE) / (2 * _SIDE) * width)
        dashed = random.random() < 0.5
        for down in range(0, height, 110):
            cv2.line(surface, (across, down), (across, down + (60 if dashed else 110)), line, 5)
    oil = np.clip((clouds(width, height, random, grain=10) - 0.72) * 3, 0, 0.6)
    mix(surface, np.asarray(oil, dtype=np.float32), (40, 40, 42))
    return surface
