"""The physical model of one lane: one vehicle at the stop line, the arm, the loops, scanner and thermometer."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from simulator.devices.arm import Arm, ArmState
from simulator.devices.display import Display
from simulator.devices.driving import Driving
from simulator.devices.lines import ScannerPort, ThermometerPort
from simulator.devices.loops import Loops
from simulator.devices.pace import Pace
from simulator.devices.visit import Visit, Way
from simulator.images import prepare
from simulator.vehicles import Vehicle

log = logging.getLogger(__name__)


class LaneTaken(Exception):
    """A vehicle stands in the lane."""


class LaneEmpty(Exception):
    """No vehicle stands in the lane."""


class WayClosed(Exception):
    """The barrier is not open: no vehicle drives through its arm."""


class Lane:
    """One lane. A vehicle's driver does what the display says (`driving`), unless a person moves it."""

    def __init__(self, lane_id: str, pace: Pace, display: Display, now: Callable[[], float]) -> None:
        self.id = lane_id
        self.pace = pace
        self.display = display
        self.now = now
        self.arm = Arm(now, pace.arm)
        self.loops = Loops()
        self.scanner = ScannerPort()
        self.thermometer = ThermometerPort(self._temperature)
        self.visit: Visit | None = None
        self._coming: Vehicle | None = None
        """Who has the lane, from before he is in sight until he has left."""
        self._driving: asyncio.Task[None] | None = None

    @property
    def taken(self) -> bool:
        """Whether somebody has the lane."""
        return self._coming is not None

    @property
    def number(self) -> str:
        """What people call it."""
        return self.id.rpartition("-")[2]

    async def start(self, host: str, wished_port: int) -> None:
        """Switch the TCP devices on, at two ports from the wished one on where they are free."""
        await self.scanner.start(host, wished_port)
        await self.thermometer.start(host, wished_port + 1 if wished_port else 0)

    async def stop(self) -> None:
        """Switch everything off."""
        if self._driving is not None:
            self._driving.cancel()
        await self.scanner.stop()
        await self.thermometer.stop()

    async def arrive(self, vehicle: Vehicle, *, guided: bool = False) -> Visit:
        """Put a vehicle at the stop line. Raises LaneTaken."""
        if self._coming is not None:
            raise LaneTaken(f"lane {self.number} is taken by {self._coming.name}")
        self._coming = vehicle
        try:
            await asyncio.to_thread(prepare, vehicle)
        except BaseException:
            self._coming = None
            raise
        visit = self.visit = Visit(vehicle, datetime.now(UTC), self.now(), guided)
        await self.loops.feel(approach=True)
        self._driving = asyncio.create_task(Driving(self, visit).run())
        self._driving.add_done_callback(_ended)
        return visit

    async def show(self, code: str) -> None:
        """Hold a code before the scanner. Raises NobodyListens."""
        await self.scanner.scan(code)
        if self.visit is not None:
            self.visit.scanned = self.now()

    def open_arm(self) -> None:
        """The barrier is told to open."""
        self.arm.open()
        if self.visit is not None and self.visit.opened is None:
            self.visit.opened = self.now() + self.pace.arm * (1 - self.arm.place)

    async def leave(self, way: Way) -> Visit:
        """The vehicle drives off; returns when it is out of sight. Raises LaneEmpty, WayClosed."""
        visit = self.visit
        if visit is None:
            raise LaneEmpty(f"lane {self.number} is empty")
        if way is Way.BARRIER and self.arm.state is not ArmState.OPEN:
            raise WayClosed(f"the barrier of lane {self.number} is {self.arm.state}")
        if visit.way is None:
            await visit.gone(way)
            # A person who asked for this may go away; the vehicle drives on all the same.
            await asyncio.shield(asyncio.create_task(self._drive(visit, way)))
        await visit.left.wait()
        return visit

    async def _drive(self, visit: Visit, way: Way) -> None:
        await self.loops.feel(exit=way is Way.BARRIER, side=way is Way.SIDE)
        await asyncio.sleep(self.pace.over_loop)
        self.visit = self._coming = None
        await self.loops.feel()
        log.info("lane %s: %s %s", self.number, visit.vehicle.name, visit.story())
        visit.left.set()

    def _temperature(self) -> float | None:
        return self.visit.vehicle.temperature if self.visit is not None and self.visit.at_line else None


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a driver lost his way; a person has to move his vehicle", exc_info=error)
