"""The cut-out that a verdict rests on: small enough to be kept long after its image, large enough to be read again."""

from dataclasses import dataclass

import cv2
import numpy as np

from recognition.values import Box, Frame

MOST_BYTES = 16 * 1024
"""The hub takes no larger cut-out."""

_RIM = 0.5
"""Around the place, in heights of it: whoever looks must see that no character stands before or after."""
_MOST_SIZE = (480, 320)
_LEAST_SIDE = 16
_QUALITIES = (85, 70, 50)


@dataclass(frozen=True)
class CutOut:
    """A JPEG of the place with its rim; `box` is the place itself, within the frame."""

    box: Box
    jpeg: bytes


def cut_out(frame: Frame, box: Box) -> CutOut | None:
    """The cut-out of this place in a frame (blue-green-red); None where the place lies outside the frame."""
    place = _within(frame, box, rim=0)
    if place.width <= 0 or place.height <= 0:
        return None
    shown = _within(frame, box, rim=max(round(min(box.height, box.width) * _RIM), _LEAST_SIDE))
    piece = frame[shown.y : shown.y + shown.height, shown.x : shown.x + shown.width]
    scale = min(1.0, _MOST_SIZE[0] / shown.width, _MOST_SIZE[1] / shown.height)
    return CutOut(place, _jpeg(_scaled(piece, scale) if scale < 1 else piece))


def _scaled(piece: Frame, scale: float) -> Frame:
    height, width = piece.shape[:2]
    size = (max(round(width * scale), _LEAST_SIDE), max(round(height * scale), _LEAST_SIDE))
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _within(frame: Frame, box: Box, *, rim: int) -> Box:
    height, width = frame.shape[:2]
    left, top = max(box.x - rim, 0), max(box.y - rim, 0)
    right, bottom = min(box.x + box.width + rim, width), min(box.y + box.height + rim, height)
    return Box(left, top, right - left, bottom - top)


def _jpeg(piece: Frame) -> bytes:
    """As good as the limit allows: only noise, which no plate is, has to be made smaller."""
    while True:
        for quality in _QUALITIES:
            _, encoded = cv2.imencode(".jpg", piece, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if len(encoded) <= MOST_BYTES:
                return encoded.tobytes()
        piece = _scaled(piece, 0.5)
