"""The lanes of a drill: their arms and loops are played here, so what they felt is evidence of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.devices.arm import Arm
from simulator.devices.lane import Lane


@dataclass(frozen=True)
class Command:
    """The barrier was told to open: in which lane, when, before whose vehicle, and what the arm made of it."""

    lane_id: str
    at: datetime
    trip_id: str | None
    """The trip of the vehicle at the stop line, None where nobody stood there."""
    heard: bool
    began: bool
    """Whether the arm began to move: one that is open or opening does not."""


class WitnessedArm(Arm):
    """An arm that keeps each command; `on_command` may do something in that moment, and says whether it is heard."""

    def __init__(self, lane: Lane, standing: Callable[[], str | None]) -> None:
        super().__init__(lane.now, lane.pace.arm)
        self._lane_id = lane.id
        self._standing = standing
        self.commands: list[Command] = []
        self.commanded = asyncio.Event()
        self.on_command: Callable[[], bool] = lambda: True

    def open(self) -> None:
        """Keep the command and obey, if it is heard."""
        at, trip_id = datetime.now(UTC), self._standing()
        heard = self.on_command()
        before = self.openings
        if heard:
            super().open()
        self.commands.append(Command(self._lane_id, at, trip_id, heard, self.openings > before))
        self.commanded.set()
