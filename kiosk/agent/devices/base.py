"""What a lane asks of its devices: one protocol each, and the values they give."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.passages import TemperatureBand


class DeviceStatus(StrEnum):
    """How a device stands: OK; SILENT where it does not answer; FAULT where it answers nonsense."""

    OK = "OK"
    SILENT = "SILENT"
    FAULT = "FAULT"


class DeviceSilent(Exception):
    """The device gave no answer in time."""

    status = DeviceStatus.SILENT


class DeviceFault(Exception):
    """The device answered what its protocol does not know, or says itself that it is broken."""

    status = DeviceStatus.FAULT


class ArmPosition(StrEnum):
    """Where the barrier's arm is."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"


@dataclass(frozen=True)
class LoopState:
    """What the induction loops feel: the stop line, behind the barrier, the side way."""

    approach: bool
    exit: bool
    side: bool


@dataclass
class Health:
    """The last known status of one device, kept by its driver."""

    name: str
    status: DeviceStatus = DeviceStatus.SILENT

    def note(self, status: DeviceStatus) -> None:
        """Set the status, as the driver just saw it."""
        self.status = status


class Scanner(Protocol):
    """A code scanner: gives the texts of the codes it sees."""

    health: Health

    def codes(self) -> AsyncGenerator[str, None]:
        """Yield each scanned text for ever; after a loss it connects again by itself."""


class Thermometer(Protocol):
    """A contactless thermometer at the driver's window."""

    health: Health

    async def read(self) -> TemperatureBand:
        """Measure once; raises DeviceSilent or DeviceFault. Only the band leaves the driver."""


class Camera(Protocol):
    """A still camera of the lane."""

    health: Health

    async def snapshot(self) -> bytes:
        """Return one JPEG; raises DeviceSilent or DeviceFault."""


class Barrier(Protocol):
    """The barrier: it moves when told, never by itself, and says where it is."""

    health: Health

    async def position(self) -> ArmPosition:
        """Ask where the arm is; raises DeviceSilent or DeviceFault."""

    async def open(self) -> None:
        """Command it to open; raises DeviceSilent (it may have heard) or DeviceFault."""

    async def close(self) -> None:
        """Command it to close; raises DeviceSilent (it may have heard) or DeviceFault."""


class Loops(Protocol):
    """The induction loops of a lane."""

    health: Health

    def states(self) -> AsyncGenerator[LoopState, None]:
        """Yield the present state and then each new one, for ever; after a loss it connects again."""


@dataclass(frozen=True)
class LaneDevices:
    """All devices of one lane; cameras by view (FRONT, REAR)."""

    scanner: Scanner
    thermometer: Thermometer
    cameras: Mapping[str, Camera]
    barrier: Barrier
    loops: Loops

    def health(self) -> tuple[Health, ...]:
        """Return the health of each device, in the order the page shows them."""
        cameras = tuple(camera.health for camera in self.cameras.values())
        return (
            self.scanner.health,
            self.thermometer.health,
            *cameras,
            self.barrier.health,
            self.loops.health,
        )
