"""What a driver does in a lane by himself: he looks at barrier and display, and drives where they send him."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from simulator.devices.arm import Arm, ArmState
from simulator.devices.display import Display, Face
from simulator.devices.pace import Pace
from simulator.devices.visit import Visit, Way


class Place(Protocol):
    """What a driver has around him: the lane he stands in."""

    id: str
    arm: Arm
    display: Display
    pace: Pace
    now: Callable[[], float]

    async def leave(self, way: Way) -> object:
        """Drive off that way."""
        ...


class Driving:
    """The driver of one visit."""

    def __init__(self, lane: Place, visit: Visit) -> None:
        self._lane = lane
        self._visit = visit
        self._reading: Face | None = None
        self._read_since = 0.0

    async def run(self) -> None:
        """Stand until there is a way to go, then drive."""
        while self._visit.way is None:
            way = await self._way()
            if way is not None:
                await asyncio.sleep(self._lane.pace.setting_off)
                if await self._set_off(way):
                    return
            await asyncio.sleep(self._lane.pace.looking)

    async def _set_off(self, way: Way) -> bool:
        """Drive, unless a person has moved the vehicle or the arm has come down meanwhile."""
        if self._visit.way is not None:
            return True
        if way is Way.BARRIER and self._lane.arm.state is not ArmState.OPEN:
            return False
        await self._lane.leave(way)
        return True

    async def _way(self) -> Way | None:
        """Return where to go now, None to stand."""
        lane, visit = self._lane, self._visit
        if lane.arm.state is ArmState.OPEN:
            return Way.BARRIER
        face = await lane.display.look(lane.id)
        await visit.see(face if face is not None and self._is_meant(face) else None)
        if visit.face is not None and visit.face.phase == "BAY":
            return Way.SIDE
        if visit.face is not None and visit.face.phase == "REFUSED":
            waited = lane.now() - max(self._read_since, visit.scanned or 0.0)
            patience = lane.pace.reading_refusal_guided if visit.guided else lane.pace.reading_refusal
            return Way.SIDE if waited >= patience else None
        lost = visit.guided and lane.now() - max(visit.came, visit.scanned or 0.0) > lane.pace.patience
        return Way.SIDE if lost else None

    def _is_meant(self, face: Face) -> bool:
        """Whether the display speaks to this driver, and not still to the one before him."""
        if self._reading is None or (face.phase, face.since) != (self._reading.phase, self._reading.since):
            self._reading, self._read_since = face, self._lane.now()
        if face.since >= self._visit.arrived_at:
            return True
        return self._lane.now() - self._read_since >= self._lane.pace.stale_display
