"""Signs as masks of ink: stamped strokes, stencilled strokes or a printed font, never one face alone."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from simulator.images.fonts import bold
from simulator.images.hard.strokes import Mask, stroke_sign

_PRINTED = 0.2
"""Share of plates and walls whose signs come from the font."""
_DRAWN = 160
"""Size of the font a sign is drawn at before it is fitted."""
_SLIM = "1IJ"


@dataclass(frozen=True)
class Face:
    """How signs look: `weight` is the stroke's share of the height, 0 for the printed font."""

    weight: float
    stencil: bool = False


def plate_face(random: Random) -> Face:
    """Return the face of a plate: stamps are bold, an eighth to a sixth of their height."""
    return Face(0.0 if random.random() < _PRINTED else random.uniform(0.11, 0.16))


def wall_face(random: Random) -> Face:
    """Return the face of a container's marking: painted through stencils, thin or bold."""
    if random.random() < _PRINTED:
        return Face(0.0)
    return Face(random.uniform(0.10, 0.17), stencil=random.random() < 0.25)


def sign_mask(sign: str, width: int, height: int, face: Face) -> Mask:
    """Return one sign filling its field; a Han character comes from the font in any face."""
    if ord(sign) > 0x2E80 or face.weight == 0:
        return _printed(sign, max(width, 1), height)
    slim = width if sign not in _SLIM else max(round(width * 0.55), 1)
    drawn = stroke_sign(sign, slim, height, face.weight)
    if face.stencil:
        drawn = _with_bridge(drawn)
    field = np.zeros((height, width), dtype=np.uint8)
    left = (width - slim) // 2
    field[:, left : left + slim] = drawn
    return field


def row_mask(text: str, height: int, face: Face, *, width: float = 0.5, gap: float = 0.14) -> Mask:
    """Return a row of signs; width and gap are shares of the height, a blank is half a sign."""
    across, between = max(round(height * width), 2), max(round(height * gap), 1)
    parts: list[Mask] = []
    for sign in text:
        if sign == " ":
            parts.append(np.zeros((height, across // 2), dtype=np.uint8))
        elif sign.isalnum():
            parts += [sign_mask(sign, across, height, face), np.zeros((height, between), dtype=np.uint8)]
        else:
            parts.append(_point(height, across // 2))
    return np.concatenate(parts or [np.zeros((height, 1), dtype=np.uint8)], axis=1)


def _point(height: int, width: int) -> Mask:
    field = np.zeros((height, width), dtype=np.uint8)
    field[-max(height // 7, 1) :, width // 4 : width // 4 + max(height // 7, 1)] = 255
    return field


def _with_bridge(drawn: Mask) -> Mask:
    """Cut the narrow bridge that holds a stencil's middle."""
    cut = drawn.copy()
    middle, half = drawn.shape[1] // 2, max(drawn.shape[1] // 16, 1)
    cut[:, middle - half : middle + half] //= 3
    return cut


@lru_cache(maxsize=2048)
def _printed(sign: str, width: int, height: int) -> Mask:
    font = bold(_DRAWN)
    box = font.getbbox(sign)
    across, tall = round(box[2] - box[0]), round(box[3] - box[1])
    image = Image.new("L", (across, tall), 0)
    ImageDraw.Draw(image).text((-box[0], -box[1]), sign, fill=255, font=font)
    wanted = width if sign not in _SLIM else max(width // 2, 1)
    fitted = cv2.resize(np.asarray(image, dtype=np.uint8), (wanted, height), interpolation=cv2.INTER_AREA)
    field = np.zeros((height, width), dtype=np.uint8)
    left = (width - wanted) // 2
    field[:, left : left + wanted] = fitted
    return field
