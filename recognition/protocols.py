"""The two contracts a better model has to keep to take the place of one of ours."""

from collections.abc import Sequence
from typing import Protocol

from recognition.values import Frame, LogProbabilities, Region


class Detector(Protocol):
    """Finds text."""

    def detect(self, frame: Frame, *, fine: bool = False) -> list[Region]:
        """Regions of text in a frame (blue-green-red), in no order; corners in pixels of that frame.

        `fine` finds smaller text and may take twice the time.
        """
        ...


class Reader(Protocol):
    """Reads upright single lines of text."""

    def read(self, lines: Sequence[Frame]) -> list[LogProbabilities]:
        """For each cut-out line (blue-green-red, text running left to right) its CTC steps over alphabet.SYMBOLS."""
        ...
