"""What a real camera does to a scene: it stands askew, the light changes, the sensor is noisy, JPEG blurs."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red."""

QUALITY = 88


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
    pixels = np.asarray(scene, dtype=np.uint8)[:, :, ::-1]
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    lean = np.array(
        [[random.uniform(-0.02, 0.02) * width, random.uniform(-0.02, 0.02) * height] for _ in range(4)]
    )
    matrix = cv2.getPerspectiveTransform(corners, (corners + lean).astype(np.float32))
    askew = cv2.warpPerspective(
        np.ascontiguousarray(pixels),
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    exposure = _EXPOSURES[light]
    lit = cv2.GaussianBlur(askew, (0, 0), exposure.blur).astype(np.float32) * exposure.gain + exposure.lift
    if light is Light.RAIN:
        _rain(lit, random)
    seen: Pixels = np.clip(lit, 0, 255).astype(np.uint8)
    return seen


def expose(developed: Pixels, light: Light, seed: tuple[int, int]) -> bytes:
    """Return one picture as JPEG; each seed has its own noise, so that no two pictures are the same bytes."""
    noise = np.random.default_rng(seed).normal(0.0, _EXPOSURES[light].noise, developed.shape)
    noisy = np.clip(developed + noise, 0, 255).astype(np.uint8)
    done, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done  # an array of this shape can always be written as JPEG
    return encoded.tobytes()


def _rain(lit: NDArray[np.float32], random: Random) -> None:
    """Streaks of rain, thin and faint."""
    height, width = lit.shape[:2]
    streaks = np.zeros((height, width), dtype=np.float32)
    for _ in range(220):
        x, y, length = random.randrange(width), random.randrange(height), random.randint(10, 26)
        cv2.line(streaks, (x, y), (x + length // 5, y + length), 1.0, 1)
    lit += cv2.GaussianBlur(streaks, (0, 0), 0.8)[:, :, None] * 34.0
