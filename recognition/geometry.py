"""Cutting lines of text out of a frame, and where one line stands to another."""

from dataclasses import replace

import cv2
import numpy as np

from recognition.values import Frame, Region

_SAME_SIZE = (0.5, 2.0)
_MOST_PIXELS = (
    2_000_000  # of one cut-out: more than a camera's whole frame needs; lines are read 48 pixels high
)
_COLUMN = 2.5


def cut(frame: Frame, region: Region) -> Frame:
    """The region of the frame turned upright, as it would be seen straight on; smaller where it would be huge."""
    # Where a picture is a hundred times as long as wide, the regions found reach far beyond it.
    scale = min(1.0, (_MOST_PIXELS / max(region.width * region.height, 1.0)) ** 0.5)
    width, height = max(2, round(region.width * scale)), max(2, round(region.height * scale))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(region.corners, target)
    upright = cv2.warpPerspective(
        frame, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(upright, dtype=np.uint8)


def part(region: Region, left: float, top: float, right: float, bottom: float) -> Region:
    """A part of the region, or what lies beside it, in shares of its width and height (0, 0, 1, 1 is itself)."""
    origin = region.corners[0]
    along, across = region.corners[1] - origin, region.corners[3] - origin
    corners = [
        origin + x * along + y * across
        for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
    return replace(region, corners=np.array(corners, dtype=np.float32))


def lying(region: Region) -> Region:
    """The region, one whose signs stand below each other laid on its side, so that it reads from left to right.

    Readers know signs that lie; a number painted from the top down then chains like any other.
    """
    if region.height < _COLUMN * region.width:
        return region
    return replace(region, corners=np.roll(region.corners, -1, axis=0))


def lies(region: Region) -> bool:
    """Whether the region's signs stand below each other in the picture: numbers of containers do, plates never."""
    across, down = np.abs(region.corners[1] - region.corners[0])
    return bool(down > across)


def follows(first: Region, second: Region) -> bool:
    """Whether `second` goes on in the same row to the right of `first`: like height, within four heights."""
    if not _same_size(first, second):
        return False
    height = max(first.height, second.height)
    x, y = _offset(first, second.corners[[0, 3]].mean(axis=0))
    return -0.5 * height < x - first.width < 4 * height and abs(y - first.height / 2) < 0.6 * height


def stands_under(first: Region, second: Region) -> bool:
    """Whether `second` is the next row below `first`: less than one height away, overlapping in width."""
    ratio = second.height / max(first.height, 1.0)
    if not 0.4 < ratio < 3.0:
        return False
    height = max(first.height, second.height)
    x, y = _offset(first, second.corners[[0, 1]].mean(axis=0))
    reach = max(first.width, second.width) * 0.6
    return abs(x - first.width / 2) < reach and -0.4 * height < y - first.height < 0.9 * height


def bridge(first: Region, second: Region, beyond: float) -> Region:
    """One region from the left edge of `first` to `beyond` heights past the right edge of `second`."""
    along = (second.corners[1] - second.corners[0]) / max(second.width, 1.0)
    reach = (along * beyond * second.height).astype(np.float32)
    corners = np.array(
        [first.corners[0], second.corners[1] + reach, second.corners[2] + reach, first.corners[3]], np.float32
    )
    return Region(corners, min(first.score, second.score))


def _same_size(first: Region, second: Region) -> bool:
    smallest, largest = _SAME_SIZE
    return smallest < second.height / max(first.height, 1.0) < largest


def _offset(region: Region, point: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> tuple[float, float]:
    """A point in pixels along and across the region, from its top left corner."""
    origin = region.corners[0]
    along = (region.corners[1] - origin) / max(region.width, 1.0)
    across = (region.corners[3] - origin) / max(region.height, 1.0)
    away = point - origin
    return float(away @ along), float(away @ across)
