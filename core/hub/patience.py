"""How long and how often an unknown outcome is asked again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How an unknown outcome is asked again: seconds in all, first and longest pause between attempts."""

    total_seconds: float = 8.0
    first_pause: float = 0.1
    longest_pause: float = 2.0
    answer_seconds: float = 5.0
    """How long one attempt may stay without an answer."""

    def pauses(self) -> "Pauses":
        """Return a fresh run of growing pauses."""
        return Pauses(self.first_pause, self.longest_pause)


@dataclass
class Pauses:
    """Growing pauses with jitter, so that all lanes do not come back in the same instant."""

    pause: float
    longest: float

    def next(self) -> float:
        """Return the next pause in seconds, between half and the whole of a doubling value."""
        now, self.pause = self.pause, min(self.pause * 2, self.longest)
        return now * random.uniform(0.5, 1.0)
