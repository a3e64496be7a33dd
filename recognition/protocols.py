"""The two contracts a better model has to keep to take the place of one of ours."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from recognition.values import Frame, LogProbabilities, Region


class Fineness(StrEnum):
    """How closely a frame is looked at, each about twice as dear as the one before."""

    QUICK = "QUICK"
    FINE = "FINE"
    FINEST = "FINEST"


class Detector(Protocol):
    """Finds text."""

    def detect(self, frame: Frame, *, fineness: Fineness = Fineness.QUICK) -> list[Region]:
        """Regions of text in a frame (blue-green-red), in no order; corners in pixels of that frame.

        A finer look finds smaller text and takes longer.
        """
        ...


class Reader(Protocol):
    """Reads upright single lines of text."""

    def read(self, lines: Sequence[Frame]) -> list[LogProbabilities]:
        """For each cut-out line (blue-green-red, text running left to right) its CTC steps over alphabet.SYMBOLS."""
        ...
