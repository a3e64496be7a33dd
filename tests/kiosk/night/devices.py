"""The devices of a lane at night: they obey, or hear and say nothing, or say nothing and do not hear."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from core.passages import TemperatureBand
from kiosk.agent.devices.base import (
    ArmPosition,
    DeviceFault,
    DeviceSilent,
    DeviceStatus,
    Health,
    LaneDevices,
    LoopState,
)

ARM_SECONDS = 1.5


class Mood(StrEnum):
    """How a barrier answers."""

    GOOD = "GOOD"
    DEAF = "DEAF"
    """No answer, and nothing heard."""
    MUTE = "MUTE"
    """It hears and obeys; its answer is lost."""
    BROKEN = "BROKEN"
    """It says that it is broken."""
    STUCK = "STUCK"
    """It answers well and does not move."""


@dataclass
class NightBarrier:
    """An arm that takes its time; it stays where it is until told."""

    on_open: Callable[[], None]
    on_close: Callable[[], None]
    point: Callable[[], None]
    """Called wherever the lane waits for it to answer."""
    mood: Mood = Mood.GOOD
    arm: ArmPosition = ArmPosition.CLOSED
    health: Health = field(default_factory=lambda: Health("barrier", DeviceStatus.OK))
    _moves: asyncio.TimerHandle | None = None

    @property
    def rises(self) -> bool:
        """Whether a command to open lifts the arm."""
        obeys = self.mood in (Mood.GOOD, Mood.MUTE)
        return obeys and self.arm in (ArmPosition.CLOSED, ArmPosition.CLOSING)

    async def position(self) -> ArmPosition:
        """Say where the arm is."""
        await self._answer()
        return self.arm

    async def open(self) -> None:
        """Hear the command to open."""
        self.on_open()
        if self.rises:
            self._move(ArmPosition.OPENING, ArmPosition.OPEN)
        await self._answer()

    async def close(self) -> None:
        """Hear the command to close."""
        self.on_close()
        if self.mood in (Mood.GOOD, Mood.MUTE) and self.arm in (ArmPosition.OPEN, ArmPosition.OPENING):
            self._move(ArmPosition.CLOSING, ArmPosition.CLOSED)
        await self._answer()

    async def _answer(self) -> None:
        self.point()
        await asyncio.sleep(2.0 if self.mood in (Mood.DEAF, Mood.MUTE) else 0.02)
        status = {
            Mood.DEAF: DeviceStatus.SILENT,
            Mood.MUTE: DeviceStatus.SILENT,
            Mood.BROKEN: DeviceStatus.FAULT,
        }
        self.health.note(status.get(self.mood, DeviceStatus.OK))
        if self.mood is Mood.BROKEN:
            raise DeviceFault("the barrier reports 'motor'")
        if self.mood in (Mood.DEAF, Mood.MUTE):
            raise DeviceSilent("the barrier is silent")

    def _move(self, through: ArmPosition, to: ArmPosition) -> None:
        if self._moves is not None:
            self._moves.cancel()
        self.arm = through

        def arrive() -> None:
            self.arm = to

        self._moves = asyncio.get_running_loop().call_later(ARM_SECONDS, arrive)


@dataclass
class NightLoops:
    """Loops that feel what the scenario says; each listener gets the present state first."""

    state: LoopState = field(default_factory=lambda: LoopState(approach=False, exit=False, side=False))
    health: Health = field(default_factory=lambda: Health("loops", DeviceStatus.OK))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def feel(self, *, approach: bool, exit: bool, side: bool) -> None:  # noqa: A002 - the loop's name
        """Set what is felt."""
        self.state = LoopState(approach=approach, exit=exit, side=side)
        self._changed.set()
        self._changed = asyncio.Event()

    async def states(self) -> AsyncGenerator[LoopState, None]:
        """Yield the present state and each new one."""
        while True:
            changed = self._changed
            yield self.state
            await changed.wait()


@dataclass
class NightScanner:
    """A scanner of codes that the scenario shows."""

    shown: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    health: Health = field(default_factory=lambda: Health("scanner", DeviceStatus.OK))

    async def codes(self) -> AsyncGenerator[str, None]:
        """Yield each code shown."""
        while True:
            yield await self.shown.get()


@dataclass
class NightThermometer:
    """Measures a healthy driver, or nothing."""

    silent: bool = False
    health: Health = field(default_factory=lambda: Health("thermometer", DeviceStatus.OK))

    async def read(self) -> TemperatureBand:
        """Measure."""
        await asyncio.sleep(0.3)
        if self.silent:
            raise DeviceSilent("the thermometer is silent")
        return TemperatureBand.NORMAL


@dataclass
class NightCamera:
    """Takes a picture of no content: the scenario says what is read in it."""

    health: Health = field(default_factory=lambda: Health("camera-front", DeviceStatus.OK))

    async def snapshot(self) -> bytes:
        """Take one."""
        await asyncio.sleep(0.1)
        return b"\xff\xd8\xff"


@dataclass
class NightDevices:
    """All of a lane."""

    barrier: NightBarrier
    scanner: NightScanner = field(default_factory=NightScanner)
    loops: NightLoops = field(default_factory=NightLoops)
    thermometer: NightThermometer = field(default_factory=NightThermometer)
    camera: NightCamera = field(default_factory=NightCamera)

    def of_lane(self) -> LaneDevices:
        """Return them as a lane knows them."""
        return LaneDevices(self.scanner, self.thermometer, {"FRONT": self.camera}, self.barrier, self.loops)
