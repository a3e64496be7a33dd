"""What stands between a number and its reader: night, rain, glare, motion, posts, shadows, a poor line.

Every effect gets the picture, the place that matters, a strength (0 to 1) and its chance, and returns the picture.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from simulator.images.camera import Pixels
from simulator.images.hard.cases import Condition
from simulator.images.hard.surfaces import Share, lit, mix, slope


@dataclass(frozen=True)
class Target:
    """Where the numbers stand in the picture, and how tall the smallest of their signs is; pixels."""

    left: float
    top: float
    right: float
    bottom: float
    sign: float

    @property
    def middle(self) -> tuple[float, float]:
        """Across and down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


Effect = Callable[[Pixels, Target, float, Random], Pixels]


def night(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """Little light, a lamp's pool somewhere near, warm or as the infrared camera sees it, grains."""
    height, width = picture.shape[:2]
    across, down = target.middle
    pool = _spot(
        width, height, (across + random.uniform(-0.4, 0.4) * width, down - 0.2 * height), 0.45 * width
    )
    dark = np.asarray(0.36 - 0.2 * strength + 0.35 * pool, dtype=np.float32)
    seen = lit(picture, dark)
    if random.random() < 0.35:
        grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
        seen = np.asarray(cv2.merge([grey, grey, grey]), dtype=np.uint8)
    else:
        tint = random.choice(((0.7, 0.92, 1.1), (1.1, 0.98, 0.86)))
        seen = np.asarray(np.clip(seen * np.array(tint), 0, 255), dtype=np.uint8)
    return _grains(seen, 3 + 7 * strength, random)


def rain(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """Streaks, grey air, and drops on the lens that smear what is behind them."""
    height, width = picture.shape[:2]
    seen = np.asarray(
        cv2.convertScaleAbs(picture, alpha=0.86 - 0.22 * strength, beta=26 + 24 * strength), np.uint8
    )
    streaks = np.zeros_like(seen)
    lean = random.randint(-8, 8)
    for _ in range(round(150 + 350 * strength)):
        across, down, length = random.randrange(width), random.randrange(height), random.randint(10, 34)
        tone = random.randint(14, 54)
        cv2.line(streaks, (across, down), (across + lean, down + length), (tone, tone, tone), 1, cv2.LINE_AA)
    seen = np.asarray(cv2.add(seen, streaks), dtype=np.uint8)
    drops = np.zeros((height, width), dtype=np.uint8)
    for _ in range(round(10 + 26 * strength)):
        place = (random.randrange(width), random.randrange(height))
        cv2.ellipse(
            drops, place, (random.randint(5, 15), random.randint(6, 20)), 0, 0, 360, 255, -1, cv2.LINE_AA
        )
    smeared = cv2.GaussianBlur(seen, (0, 0), 1 + target.sign * 0.12 * (0.5 + strength))
    share = (cv2.GaussianBlur(drops, (0, 0), 1.5).astype(np.float32) / 255)[:, :, None]
    return np.asarray(np.clip(seen * (1 - share) + (smeared * 0.97 + 8) * share, 0, 255), dtype=np.uint8)


def glare(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """A lamp or the sun shines into the lens, or back from the number itself; its haze takes the contrast."""
    height, width = picture.shape[:2]
    half = (target.right - target.left) / 2
    size = max(min(half, 4 * target.sign), 2 * target.sign) * random.uniform(0.7, 1.0)
    side = random.choice((-1, 1))
    across, down = target.middle
    away = half * (1.15 - 0.5 * strength) + size * (0.55 - 0.4 * strength)
    place = (across + side * away, down - 0.2 * size)
    core, haze = _spot(width, height, place, size * 0.5), _spot(width, height, place, width * 0.5)
    light = core * (190 + 120 * strength) + haze * (50 + 50 * strength)
    return np.asarray(np.clip(picture * (1 - 0.15 * strength) + light[:, :, None], 0, 255), dtype=np.uint8)


def motion(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """The vehicle moved while the shutter was open: up to two fifths of a sign's height, mostly down the lane."""
    length = max(target.sign * (0.16 + 0.22 * strength), 2.0)
    angle = np.deg2rad(random.uniform(55, 125) if random.random() < 0.7 else random.uniform(0, 180))
    size = int(length) * 2 + 3
    fine = 8
    kernel = np.zeros((size * fine, size * fine), dtype=np.float32)
    middle, half = size * fine / 2, length * fine / 2
    first = (round(middle - np.cos(angle) * half), round(middle - np.sin(angle) * half))
    last = (round(middle + np.cos(angle) * half), round(middle + np.sin(angle) * half))
    cv2.line(kernel, first, last, 1.0, fine)
    small = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.filter2D(picture, -1, small / small.sum()), dtype=np.uint8)


def partial(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """A post, a rope or a raised arm stands before a part of the number."""
    height, width = picture.shape[:2]
    wide = max(round(target.sign * (0.1 + 0.5 * strength)), 2)
    across = round(random.uniform(target.left, target.right))
    lean = round(random.uniform(-0.35, 0.35) * height)
    down = round(target.middle[1])
    post = np.zeros((height, width), dtype=np.uint8)
    cv2.line(post, (across - lean, down - height), (across + lean, down + height), 255, wide, cv2.LINE_AA)
    tone = random.choice(((40, 42, 44), (36, 150, 214), (196, 200, 202), (40, 44, 176)))
    seen = picture.copy()
    shade = np.roll(post, wide // 2 + 3, axis=1).astype(np.float32) / 255 * 0.4
    mix(seen, np.asarray(shade, dtype=np.float32), (10, 10, 10))
    mix(seen, post.astype(np.float32) / 255, tone)
    return seen


def shadow(picture: Pixels, target: Target, strength: float, random: Random) -> Pixels:
    """The edge of a deep shadow, or the stripes of a fence's, lies across the number."""
    height, width = picture.shape[:2]
    dark = np.zeros((height, width), dtype=np.uint8)
    across, down = round(target.middle[0]), round(target.middle[1])
    lean = random.randint(-height // 2, height // 2)
    stripes = random.random() < 0.4
    wide = round(target.sign * random.uniform(0.5, 1.2)) if stripes else width * 2
    step = max(wide * 2, 4)
    for place in range(across - 40 * step, across + 40 * step, step) if stripes else (across + width,):
        cv2.line(
            dark, (place - lean, down - height), (place + lean, down + height), 255, max(wide, 1), cv2.LINE_AA
        )
    soft = cv2.GaussianBlur(dark, (0, 0), 2.0).astype(np.float32) / 255
    seen = lit(picture, np.asarray(1.12 - soft * (0.55 + 0.3 * strength), dtype=np.float32))
    return _grains(seen, 2.0, random)


def compression(picture: Pixels, strength: float, random: Random) -> Pixels:
    """A thin line: the picture was sent small and squeezed hard, then shown large again."""
    height, width = picture.shape[:2]
    share = 1.0 - 0.35 * strength
    small = cv2.resize(picture, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    quality = round(26 - 12 * strength) + random.randint(-2, 2)
    _, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded the line above
    return np.asarray(cv2.resize(decoded, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


EFFECTS: Mapping[Condition, Effect] = {
    Condition.NIGHT: night,
    Condition.RAIN: rain,
    Condition.GLARE: glare,
    Condition.MOTION: motion,
    Condition.PARTIAL: partial,
    Condition.SHADOW: shadow,
}
"""The conditions that befall the picture; the others befall the scene, or the line after the camera."""


def sensor(picture: Pixels, random: Random) -> Pixels:
    """What every camera does: darker corners, a lens not quite sharp, grains."""
    height, width = picture.shape[:2]
    edge = 0.78 + 0.26 * _spot(width, height, (width / 2, height / 2), width * 0.75)
    light = random.uniform(0.86, 1.1)
    uneven = np.asarray(edge * light * slope(width, height, 1.02, 0.98), dtype=np.float32)
    soft = cv2.GaussianBlur(lit(picture, uneven), (0, 0), random.uniform(0.45, 0.75))
    return _grains(np.asarray(soft, dtype=np.uint8), random.uniform(1.2, 3.2), random)


def _spot(width: int, height: int, middle: tuple[float, float], radius: float) -> Share:
    across = (np.arange(width, dtype=np.float32) - middle[0])[None, :]
    down = (np.arange(height, dtype=np.float32) - middle[1])[:, None]
    return np.asarray(np.exp(-(across**2 + down**2) / (2 * radius**2)), dtype=np.float32)


def _grains(picture: Pixels, amount: float, random: Random) -> Pixels:
    source = np.random.default_rng(random.getrandbits(64))
    grains = source.standard_normal(picture.shape[:2], dtype=np.float32)[:, :, None] * amount
    return np.asarray(np.clip(picture + grains, 0, 255), dtype=np.uint8)
