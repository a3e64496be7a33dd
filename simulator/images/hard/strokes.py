"""Letters and digits as single strokes of one width: what stamps and stencils make, in any weight and width.

Each sign stands on a grid of 6 x 12. A stroke begins with how it bends (`-` sharp, `~` round corners, `o` round and
closed), then its points, two characters each: across 0 to 6, down 0 to c.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""Height x width, 0 to 255: how much ink."""
Points = NDArray[np.float64]

_STROKES = {
    "0": "o00606c0c", "1": "-12303c", "2": "~030060640c -0c6c", "3": "~0200606626 ~26666c0c0a",
    "4": "-400969 -454c", "5": "-600005 ~05656c0c0a", "6": "-5006 o05656c0c", "7": "-00602c",
    "8": "o00606606 o06666c0c", "9": "-1c66 o00606707", "A": "-0c306c -1858",
    "B": "-000c ~00606606 ~06666c0c", "C": "~6360000c6c69", "D": "-000c ~00606c0c", "E": "-60000c6c -0656",
    "F": "-60000c -0656", "G": "~6260000c6c6737", "H": "-000c -606c -0666", "I": "-303c",
    "J": "~606c0c09", "K": "-000c -6007 -256c", "L": "-000c6c", "M": "-0c0038606c", "N": "-0c006c60",
    "O": "o00606c0c", "P": "-0c00 ~00606707", "Q": "o00606c0c -286c", "R": "-0c00 ~00606707 -376c",
    "S": "~62600006666c0c0a", "T": "-0060 -303c", "U": "~000c6c60", "V": "-003c60", "W": "-001c335c60",
    "X": "-006c -600c", "Y": "-003660 -363c", "Z": "-00600c6c",
}  # fmt: skip
ACROSS, DOWN = 6, 12
_ROUND = 2.4
"""Radius of a round corner, in units of the grid."""
_FINE = 4
"""Pixels are drawn this much smaller, then joined: cv2's own smoothing of thick lines is uneven."""


@lru_cache(maxsize=4096)
def stroke_sign(sign: str, width: int, height: int, weight: float) -> Mask:
    """Return the sign filling width x height pixels; weight is the stroke's share of the height.

    Raises:
        KeyError: neither a capital letter nor a digit.
    """
    thickness = max(weight * height * _FINE, 1.0)
    drawn = np.zeros((height * _FINE, width * _FINE), dtype=np.uint8)
    room = np.array([drawn.shape[1] - thickness - 1, drawn.shape[0] - thickness - 1])
    for stroke in _STROKES[sign].split(" "):
        places = thickness / 2 + _bent(stroke) / (ACROSS, DOWN) * np.maximum(room, 1)
        cv2.polylines(
            drawn, [np.round(places).astype(np.int32)], stroke[0] == "o", 255, max(round(thickness), 1)
        )
    return np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _bent(stroke: str) -> Points:
    """Return the stroke's points, its corners rounded where it is so written."""
    signs = stroke[1:]
    points = np.array(
        [(int(signs[at], 16), int(signs[at + 1], 16)) for at in range(0, len(signs), 2)], dtype=np.float64
    )
    if stroke[0] == "-":
        return points
    closed = stroke[0] == "o"
    corners = range(len(points)) if closed else range(1, len(points) - 1)
    rounded = [_corner(points[at - 1], points[at], points[(at + 1) % len(points)]) for at in corners]
    if closed:
        return np.concatenate(rounded)
    return np.concatenate([points[:1], *rounded, points[-1:]])


def _corner(before: Points, corner: Points, after: Points) -> Points:
    """Return a curve that leaves the one edge and meets the other."""
    begin, end = (corner + _towards(corner, other) for other in (before, after))
    share = np.linspace(0, 1, 7)[:, None]
    return np.asarray((1 - share) ** 2 * begin + 2 * share * (1 - share) * corner + share**2 * end)


def _towards(corner: Points, other: Points) -> Points:
    edge = other - corner
    length = float(np.linalg.norm(edge))
    return np.asarray(edge / length * min(_ROUND, length / 2))
