"""The colour a plate is painted: it tells jurisdictions apart where the signs alone do not.

Mainland plates are blue, yellow, green or, across the border, black (GA 36-2018); Hong Kong's are white in front and
yellow behind, Macao's black. Light ink on a dark ground or dark on a light one survives bad light; hue seldom does.
"""

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDES = 0.12
_PLAIN = 60
_PLAINLY_DARK = 105
_CONTRAST = 24
_BLUE, _YELLOW, _GREEN = (95, 130), (12, 36), (37, 90)
"""Ranges of hue, 0 to 180 as OpenCV counts."""


class Ground(StrEnum):
    """What a line of text is painted on; LIGHT and DARK where no hue can be told."""

    BLACK = "BLACK"
    BLUE = "BLUE"
    DARK = "DARK"
    WHITE = "WHITE"
    YELLOW = "YELLOW"
    GREEN = "GREEN"
    LIGHT = "LIGHT"
    UNKNOWN = "UNKNOWN"

    @property
    def is_dark(self) -> bool:
        """Whether the ink on it is lighter."""
        return self in {Ground.BLACK, Ground.BLUE, Ground.DARK}

    @property
    def is_light(self) -> bool:
        """Whether the ink on it is darker."""
        return self in {Ground.WHITE, Ground.YELLOW, Ground.GREEN, Ground.LIGHT}


def ground_of(line: NDArray[np.uint8]) -> Ground:
    """The ground of a cut-out line (blue-green-red): the larger part of it, the ink being the smaller."""
    width = line.shape[1]
    side = round(width * _SIDES)
    inner = line[:, side : width - side]
    if min(inner.shape[:2]) < 4:
        return Ground.UNKNOWN
    grey = cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = grey > level
    if not bright.any() or bright.all() or grey[bright].mean() - grey[~bright].mean() < _CONTRAST:
        return Ground.UNKNOWN
    dark_ground = bright.mean() < 0.5
    colour = np.median(inner[bright != dark_ground], axis=0).astype(np.uint8)
    hue, saturation, value = (int(part) for part in cv2.cvtColor(colour[None, None], cv2.COLOR_BGR2HSV)[0, 0])
    if dark_ground:
        return _dark(hue, saturation, value)
    return _light(hue, saturation)


def _dark(hue: int, saturation: int, value: int) -> Ground:
    if saturation > 1.6 * _PLAIN and _BLUE[0] <= hue <= _BLUE[1] and value > _PLAIN:
        return Ground.BLUE
    return Ground.BLACK if value < _PLAINLY_DARK else Ground.DARK


def _light(hue: int, saturation: int) -> Ground:
    if saturation < _PLAIN:
        return Ground.WHITE
    if _YELLOW[0] <= hue <= _YELLOW[1]:
        return Ground.YELLOW
    return Ground.GREEN if _GREEN[0] <= hue <= _GREEN[1] else Ground.LIGHT
