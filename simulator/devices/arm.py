"""The barrier's arm: it moves when told, at its own speed, and always knows where it is."""

from collections.abc import Callable
from enum import StrEnum


class ArmState(StrEnum):
    """Where the arm is, in the words of its protocol."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"


class Arm:
    """An arm between closed (0) and open (1); `now` is a clock in seconds that never jumps."""

    def __init__(self, now: Callable[[], float], seconds: float) -> None:
        self._now = now
        self._seconds = seconds
        self._from = 0.0
        self._target = 0.0
        self._since = now()
        self.openings = 0
        """How often it has begun to open, for whoever counts vehicles."""

    @property
    def place(self) -> float:
        """How far it is open, 0 to 1."""
        way = (self._now() - self._since) / self._seconds if self._seconds > 0 else 1.0
        if self._target > self._from:
            return min(self._from + way, self._target)
        return max(self._from - way, self._target)

    @property
    def state(self) -> ArmState:
        """Where it is, in a word."""
        place = self.place
        if self._target == 1.0:
            return ArmState.OPEN if place == 1.0 else ArmState.OPENING
        return ArmState.CLOSED if place == 0.0 else ArmState.CLOSING

    def open(self) -> None:
        """Begin to open, or go on."""
        self.openings += self._target != 1.0
        self._move(1.0)

    def close(self) -> None:
        """Begin to close, or go on."""
        self._move(0.0)

    def _move(self, target: float) -> None:
        if target != self._target:
            self._from, self._since, self._target = self.place, self._now(), target
