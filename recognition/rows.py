"""Rows of text inside a region, told from where strokes stand close together."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.geometry import cut, part
from recognition.values import Frame, Region

_HEIGHT = 96
"""Pixels that a cut-out is scaled to before its strokes are counted."""
_SIDES = 0.12
_BUSY = 0.4
_SHORTEST = 0.12
_TWO_ROWS = 1.45
_SMOOTH = 5
_LIKE = 0.6
_FULL = 0.85
_ROOM = 0.15
_HALF = 0.5
_NARROWEST = 0.4
_SIGN_WIDTH = 0.35
_SOME = 0.25
_EDGE = 0.03


@dataclass(frozen=True)
class Row:
    """A row's upper and lower edge, in shares of the height of the cut-out it was found in."""

    top: float
    bottom: float

    @property
    def height(self) -> float:
        """From edge to edge."""
        return self.bottom - self.top


def tightened(frame: Frame, region: Region) -> list[Region]:
    """The region without what lies above and below its text; more than one where it holds several rows."""
    rows = rows_of(cut(frame, region))
    tallest = max((row.height for row in rows), default=0.0)
    tall = [row for row in rows if row.height > _LIKE * tallest]
    if not tall or tall[0].height > _FULL:
        return [region]
    return [slot(region, row) for row in tall]


def panel(frame: Frame, region: Region) -> Region:
    """The region without what lies left and right of the plate its text is painted on, where that can be told."""
    grey = cv2.cvtColor(cut(frame, region), cv2.COLOR_BGR2GRAY)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = (grey > level).mean(axis=0)
    share = light if light.mean() > _HALF else 1 - light
    span = max(3, round(_SIGN_WIDTH * grey.shape[0]))
    inside = np.convolve(share, np.ones(span) / span, mode="same") > _SOME
    middle = len(inside) // 2
    left = middle - int(np.argmin(inside[middle::-1])) if not inside[middle::-1].all() else 0
    right = middle + int(np.argmin(inside[middle:])) if not inside[middle:].all() else len(inside)
    if right - left < _NARROWEST * len(inside):
        return region
    room = _EDGE * (right - left)
    return part(
        region,
        (left + room * (left > 0)) / len(inside),
        0.0,
        (right - room * (right < len(inside))) / len(inside),
        1.0,
    )


def slot(region: Region, row: Row) -> Region:
    """The row of the region as a region of its own, with a little room."""
    room = _ROOM * row.height
    return part(region, 0.0, row.top - room, 1.0, row.bottom + room)


def rows_of(line: Frame, sign_height: float | None = None) -> list[Row]:
    """The rows of text in a cut-out (blue-green-red), from above; touching ones are parted where signs are known.

    `sign_height` is what a sign is tall, as a share of the cut-out's height, where that is known.
    """
    profile = _strokes(line)
    busy = profile > _BUSY * np.percentile(profile, 95)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], busy, [False])).astype(np.int8)))
    rows = [Row(start / _HEIGHT, end / _HEIGHT) for start, end in edges.reshape(-1, 2).tolist()]
    shortest = _SHORTEST if sign_height is None else 0.5 * sign_height
    return [
        part
        for row in rows
        if row.height >= shortest
        for part in (
            _parted(row, profile) if sign_height and row.height > _TWO_ROWS * sign_height else (row,)
        )
    ]


def _strokes(line: Frame) -> NDArray[np.float32]:
    """How much each pixel row goes up and down from left to right."""
    width = max(8, round(line.shape[1] * _HEIGHT / line.shape[0]))
    grey = cv2.cvtColor(cv2.resize(line, (width, _HEIGHT), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    side = round(width * _SIDES)
    slope = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0))[:, side : width - side]
    return np.convolve(slope.mean(axis=1), np.full(_SMOOTH, 1 / _SMOOTH), mode="same").astype(np.float32)


def _parted(row: Row, profile: NDArray[np.float32]) -> tuple[Row, Row]:
    start, end = round(row.top * _HEIGHT), round(row.bottom * _HEIGHT)
    third = (end - start) // 3
    gap = start + third + int(profile[start + third : end - third].argmin())
    return Row(row.top, gap / _HEIGHT), Row(gap / _HEIGHT, row.bottom)
