"""What others may hear of clearances. The lanes hear everything: a hold after approval must stop a vehicle."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role

_CONCERNED = frozenset({Role.DRIVER, Role.CARRIER, Role.OFFICER, Role.AGENCY, Role.LANE_AGENT})


@dataclass(frozen=True, kw_only=True)
class ClearanceAnswered(Event):
    """An agency said CLEAR or HOLD, or changed its word; the reason of a hold stands with the clearance."""

    kind = "clearance.answered"
    audience = _CONCERNED
    agency: str
    state: str
    hold_kind: str | None = None
    inspection: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ClearanceSilent(Event):
    """An agency let its deadline pass; `policy` says what follows: CLEAR or OFFICER."""

    kind = "clearance.silent"
    audience = _CONCERNED
    agency: str
    policy: str
    version: int
