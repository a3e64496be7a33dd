"""People's faces, found and made unrecognisable in whatever leaves the hands of officers and lanes.

The detector is CenterFace (Xu et al. 2019) by OpenCV; the blurring asks for no particular one.
"""

import math
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.values import Box, Frame

SHAPES = ((480, 640), (640, 480), (960, 1280), (1280, 960))
"""Fixed input shapes, height and width; a frame goes into the smallest that holds it, else into the largest."""

_SCORE = 0.2
"""Low on purpose: a face that is shown is worse than a lamp that is blurred."""
_SAME = 0.5
_STRIDE = 4
_OUTPUTS = ("537", "538", "539", "540")  # as the model names its maps: heat, scale, offset, landmarks
_RIM = 0.25
_PATCHES = 4


class FaceDetector(Protocol):
    """Finds faces."""

    def faces(self, frame: Frame) -> list[Box]:
        """Where faces are in a frame (blue-green-red), in pixels of it."""
        ...


def blurred(frame: Frame, detector: FaceDetector) -> Frame:
    """A copy of the frame (blue-green-red) on which nobody can be recognised by his face."""
    shown = frame.copy()
    for face in detector.faces(frame):
        _make_unrecognisable(shown, face)
    return shown


def _make_unrecognisable(frame: Frame, face: Box) -> None:
    """Leave 4 x 4 colours of the face and a rim around it: a blur alone can be undone, these cannot."""
    height, width = frame.shape[:2]
    across, down = round(face.width * _RIM), round(face.height * _RIM)
    left, top = max(face.x - across, 0), max(face.y - down, 0)
    right, bottom = min(face.x + face.width + across, width), min(face.y + face.height + down, height)
    if left >= right or top >= bottom:
        return
    place = frame[top:bottom, left:right]
    few = cv2.resize(place, (_PATCHES, _PATCHES), interpolation=cv2.INTER_AREA)
    place[:] = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)


class CenterFace:
    """The CenterFace model: one pass, one heat map at a quarter of the input's size."""

    def __init__(self, model: Path) -> None:
        self._net = cv2.dnn.readNetFromONNX(str(model))

    def faces(self, frame: Frame) -> list[Box]:
        """See FaceDetector."""
        height, width = frame.shape[:2]
        # Upright or lying as the frame is: the least of them that holds it, else the one that shrinks it least.
        shape = max(SHAPES, key=lambda shape: (min(shape[0] / height, shape[1] / width, 1.0), -shape[0]))
        scale = min(shape[0] / height, shape[1] / width, 1.0)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        canvas = np.zeros((*shape, 3), np.uint8)
        canvas[: size[1], : size[0]] = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        self._net.setInput(cv2.dnn.blobFromImage(canvas, swapRB=True))
        heat, extent, offset, _ = self._net.forward(_OUTPUTS)
        return _apart(np.asarray(heat)[0, 0], np.asarray(extent)[0], np.asarray(offset)[0], scale)


def _apart(
    heat: NDArray[np.float32], extent: NDArray[np.float32], offset: NDArray[np.float32], scale: float
) -> list[Box]:
    """The boxes behind the heat map's points, surest first; of several on one face the surest."""
    found: list[Box] = []
    rows, columns = np.nonzero(heat > _SCORE)
    for place in np.argsort(-heat[rows, columns]):
        row, column = rows[place], columns[place]
        tall, wide = (math.exp(size) * _STRIDE for size in extent[:, row, column])
        down, across = offset[:, row, column]
        box = Box(
            max(round(((column + across + 0.5) * _STRIDE - wide / 2) / scale), 0),
            max(round(((row + down + 0.5) * _STRIDE - tall / 2) / scale), 0),
            round(wide / scale),
            round(tall / scale),
        )
        if all(box.overlap(other) < _SAME for other in found):
            found.append(box)
    return found
