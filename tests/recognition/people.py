"""Drawn people: nobody's face, and yet one that a face detector takes for a face."""

import cv2
import numpy as np

from recognition.values import Frame

_SKIN, _SHADE, _HAIR = (140, 175, 225), (120, 155, 205), (25, 30, 40)


def somebody(frame: Frame, centre: tuple[int, int], size: float) -> None:
    """Draw a head with shoulders into the frame; `size` is half the head's height in pixels, some 15 to 40."""
    pen = _Pen(frame, centre, size / 100)
    pen.ellipse((0, 260), (190, 120), (90, 60, 40))
    cv2.rectangle(frame, pen.at(-38, 70), pen.at(38, 170), _SHADE, -1)
    pen.ellipse((0, -25), (92, 112), _HAIR)
    pen.ellipse((0, 0), (76, 104), _SKIN)
    pen.ellipse((0, -82), (74, 40), _HAIR)
    for side in (-1, 1):
        pen.ellipse((side * 78, 5), (12, 24), _SHADE)
        pen.ellipse((side * 32, -12), (18, 9), (245, 245, 245))
        pen.ellipse((side * 32, -12), (8, 8), (40, 50, 60))
        pen.ellipse((side * 32, -32), (24, 5), _HAIR)
        pen.ellipse((side * 8, 30), (5, 3), (80, 100, 150))
    cv2.line(frame, pen.at(-4, -5), pen.at(-10, 26), (110, 140, 190), pen.length(4), cv2.LINE_AA)
    pen.ellipse((0, 60), (28, 9), (90, 90, 185))


class _Pen:
    """Draws in hundredths of the head's half height around its middle."""

    def __init__(self, frame: Frame, centre: tuple[int, int], scale: float) -> None:
        self._frame, self._centre, self._scale = frame, centre, scale

    def at(self, across: int, down: int) -> tuple[int, int]:
        return int(self._centre[0] + across * self._scale), int(self._centre[1] + down * self._scale)

    def length(self, hundredths: int) -> int:
        return max(1, int(hundredths * self._scale))

    def ellipse(self, middle: tuple[int, int], half: tuple[int, int], colour: tuple[int, int, int]) -> None:
        axes = self.length(half[0]), self.length(half[1])
        cv2.ellipse(self._frame, self.at(*middle), axes, 0, 0, 360, colour, -1, cv2.LINE_AA)


def street(height: int = 480, width: int = 640) -> Frame:
    """An empty street in the dusk."""
    frame = np.full((height, width, 3), (120, 130, 125), np.uint8)
    frame[height * 2 // 3 :] = (70, 75, 75)
    return frame
