"""One vehicle in a lane: since when, what its driver reads, when and how it left."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.devices.display import Face
from simulator.vehicles import Vehicle


class Way(StrEnum):
    """How a vehicle leaves: under the open barrier, by the side way, or backwards off the stop line."""

    BARRIER = "barrier"
    SIDE = "side"
    BACK = "back"


@dataclass
class Visit:
    """A vehicle's stay; times are seconds of a clock that never jumps, `arrived_at` is by the wall."""

    vehicle: Vehicle
    arrived_at: datetime
    came: float
    guided: bool = False
    """Brought by the traffic; a person's vehicle waits for that person as long as it takes."""
    scanned: float | None = None
    opened: float | None = None
    """When the arm stood open."""
    face: Face | None = None
    way: Way | None = None
    """Set once it moves."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def at_line(self) -> bool:
        """Whether it stands at the stop line, where the cameras look."""
        return self.way is None

    async def see(self, face: Face | None) -> None:
        """The driver looks up."""
        async with self._seen:
            self.face = face
            self._seen.notify_all()

    async def gone(self, way: Way) -> None:
        """It moves off."""
        async with self._seen:
            self.way = way
            self._seen.notify_all()

    async def until(self, reads: Callable[[Face], bool]) -> Face | None:
        """Wait until the driver reads this on the display; None if the vehicle moves off before."""
        async with self._seen:
            await self._seen.wait_for(
                lambda: self.way is not None or (self.face is not None and reads(self.face))
            )
            return self.face if self.way is None else None

    def story(self) -> str:
        """Return how the visit ended, in words: released in 4.2 s; sent to bay 2 (PLATE_MISMATCH)."""
        began = self.scanned if self.scanned is not None else self.came
        reasons = f" ({', '.join(self.face.reasons)})" if self.face and self.face.reasons else ""
        if self.way is Way.BARRIER:
            return f"released in {self.opened - began:.1f} s" if self.opened else "drove out"
        if self.face and self.face.phase == "BAY":
            return f"sent to bay {self.face.bay}{reasons}"
        if self.face and self.face.phase == "REFUSED":
            return f"turned back{reasons}"
        return f"left by the {self.way or 'same'} way"
