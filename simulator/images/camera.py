"""What a real camera does to a scene: it stands askew, the light changes, the sensor is noisy, JPEG blurs."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red."""

QUALITY = 88
LEAN = 0.02
"""How far a corner of the picture may be off, as a share of the picture's size."""
SHIFT = 64
"""Pixels by which two pictures' noise may differ in place: noise is dear to make and cheap to move."""


class Light(StrEnum):
    """The light over a lane, mild: a lane has lamps."""

    DAY = "DAY"
    NIGHT = "NIGHT"
    RAIN = "RAIN"


@dataclass(frozen=True)
class _Exposure:
    gain: float
    lift: float
    noise: float
    blur: float


_EXPOSURES = {
    Light.DAY: _Exposure(1.0, 0.0, 4.0, 0.6),
    Light.NIGHT: _Exposure(0.72, -6.0, 7.0, 0.8),
    Light.RAIN: _Exposure(0.86, 14.0, 5.0, 0.8),
}


def develop(scene: Image.Image, random: Random, light: Light) -> Pixels:
    """Return the scene as this camera sees it, before the sensor's noise: askew and in this light."""
    pixels = cv2.cvtColor(np.asarray(scene, dtype=np.uint8), cv2.COLOR_RGB2BGR)
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    lean = [[random.uniform(-LEAN, LEAN) * size for size in (width, height)] for _ in range(4)]
    matrix = cv2.getPerspectiveTransform(corners, corners + np.array(lean, dtype=np.float32))
    askew = cv2.warpPerspective(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    if light is Light.RAIN:
        askew = cv2.add(askew, _rain(height, width, random))
    exposure = _EXPOSURES[light]
    curve = np.clip(np.arange(256) * exposure.gain + exposure.lift, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.GaussianBlur(askew, (0, 0), exposure.blur), curve), dtype=np.uint8)


def expose(developed: Pixels, light: Light, seed: str) -> bytes:
    """Return one picture as JPEG; each seed has its own noise, so that no two pictures are the same bytes."""
    height, width = developed.shape[:2]
    random = Random(seed)
    down, right = random.randrange(SHIFT), random.randrange(SHIFT)
    place = (slice(down, down + height), slice(right, right + width))
    brighter, darker = make_noise(light, height, width)
    noisy = cv2.subtract(cv2.add(developed, brighter[place]), darker[place])
    # A grain of its own for every picture, whatever the shift of the noise.
    noisy[random.randrange(height), random.randrange(width)] = random.randbytes(1)[0]
    done, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done  # an array of this shape can always be written as JPEG
    return encoded.tobytes()


@lru_cache(maxsize=len(Light))
def make_noise(light: Light, height: int, width: int) -> tuple[Pixels, Pixels]:
    """Return what the sensor adds and what it takes away, somewhat larger than a picture."""
    shape = (height + SHIFT, width + SHIFT, 3)
    drawn = np.random.default_rng(list(Light).index(light)).standard_normal(shape, dtype=np.float32)
    noise = drawn * _EXPOSURES[light].noise
    return np.clip(noise, 0, 255).astype(np.uint8), np.clip(-noise, 0, 255).astype(np.uint8)


def _rain(height: int, width: int, random: Random) -> Pixels:
    """Streaks of rain, thin and faint."""
    streaks = np.zeros((height, width, 3), dtype=np.uint8)
    for _ in range(220):
        x, y, length = random.randrange(width), random.randrange(height), random.randint(10, 26)
        cv2.line(streaks, (x, y), (x + length // 5, y + length), (26, 26, 26), 1)
    return streaks
