"""Facts about passages that others may hear of. Plates and officers' words are personal: they are not among them."""

from dataclasses import dataclass
from typing import ClassVar

from backend.kit.eventlog import Event
from core.roles import Role

AT_LANE = frozenset({Role.OFFICER, Role.LANE_AGENT})
CONCERNED = AT_LANE | {Role.DRIVER, Role.CARRIER, Role.AGENCY}


@dataclass(frozen=True, kw_only=True)
class PassageOpened(Event):
    """A code was accepted at a lane."""

    kind: ClassVar[str] = "passage.opened"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    presentation: str
    clock_ahead: bool


@dataclass(frozen=True, kw_only=True)
class PassageFact(Event):
    """Something became known of the vehicle: what an image shows of the declared numbers, or its temperature.

    `image_sha256` is of the image's bytes as they came, `evidence_sha256` of the cut-outs kept of it.
    """

    kind: ClassVar[str] = "passage.fact"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    fact: str
    matched: int | None = None
    unsure: int | None = None
    mismatched: int | None = None
    band: str | None = None
    image_sha256: str | None = None
    evidence_sha256: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PassageDecided(Event):
    """An officer decided; what follows from it has its own event."""

    kind: ClassVar[str] = "passage.decided"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    outcome: str


@dataclass(frozen=True, kw_only=True)
class PassageReferred(Event):
    """The vehicle is sent to a bay; its code and its passage go with it."""

    kind: ClassVar[str] = "passage.referred"
    audience: ClassVar[frozenset[Role]] = CONCERNED

    reasons: tuple[str, ...]
    by_officer: bool


@dataclass(frozen=True, kw_only=True)
class PassageRefused(Event):
    """The vehicle may not pass and is sent back."""

    kind: ClassVar[str] = "passage.refused"
    audience: ClassVar[frozenset[Role]] = CONCERNED

    reasons: tuple[str, ...]
    by_officer: bool


@dataclass(frozen=True, kw_only=True)
class PassageReleased(Event):
    """The vehicle may pass; its voucher is spent."""

    kind: ClassVar[str] = "passage.released"
    audience: ClassVar[frozenset[Role]] = CONCERNED

    by_officer: bool
    milliseconds: int  # since the passage was opened


@dataclass(frozen=True, kw_only=True)
class PassageLeftLane(Event):
    """The lane is free again though the vehicle has not passed: it went to its bay or turned back."""

    kind: ClassVar[str] = "passage.left_lane"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    way: str


@dataclass(frozen=True, kw_only=True)
class PassageExited(Event):
    """The released vehicle has left the checkpoint."""

    kind: ClassVar[str] = "passage.exited"
    audience: ClassVar[frozenset[Role]] = CONCERNED


@dataclass(frozen=True, kw_only=True)
class PassageAbandoned(Event):
    """The vehicle went away undecided, or nothing was heard of it for too long."""

    kind: ClassVar[str] = "passage.abandoned"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    way: str


@dataclass(frozen=True, kw_only=True)
class BarrierEvent(Event):
    """What every word of a barrier has; `said_at` is the lane's time. Not an event by itself: nobody hears it."""

    kind: ClassVar[str] = "barrier"
    audience: ClassVar[frozenset[Role]] = frozenset()

    said_at: str


@dataclass(frozen=True, kw_only=True)
class BarrierOpening(BarrierEvent):
    """The agent has told the barrier to open."""

    kind: ClassVar[str] = "barrier.opening"
    audience: ClassVar[frozenset[Role]] = AT_LANE


@dataclass(frozen=True, kw_only=True)
class BarrierOpened(BarrierEvent):
    """The barrier says it is open."""

    kind: ClassVar[str] = "barrier.opened"
    audience: ClassVar[frozenset[Role]] = AT_LANE


@dataclass(frozen=True, kw_only=True)
class BarrierClosed(BarrierEvent):
    """The barrier says it is closed."""

    kind: ClassVar[str] = "barrier.closed"
    audience: ClassVar[frozenset[Role]] = AT_LANE


@dataclass(frozen=True, kw_only=True)
class BarrierUnknown(BarrierEvent):
    """The barrier does not say where it stands; somebody must look."""

    kind: ClassVar[str] = "barrier.unknown"
    audience: ClassVar[frozenset[Role]] = AT_LANE


@dataclass(frozen=True, kw_only=True)
class ScanRefused(Event):
    """A code was refused at a lane, by the hub or by the lane itself; no vehicle was let in for it."""

    kind: ClassVar[str] = "scan.refused"
    audience: ClassVar[frozenset[Role]] = AT_LANE

    code: str
    found_by: str
    shown_at: str | None = None  # the lane's time, where the lane found it
    count: int | None = None  # how many codes one entry stands for, where more than one
    shown_until: str | None = None  # when the last of them was shown
