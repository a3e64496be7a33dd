"""What others may hear of trips."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role
from core.states import TripState

_CONCERNED = frozenset({Role.DRIVER, Role.CARRIER, Role.OFFICER, Role.AGENCY})
_WITH_LANES = _CONCERNED | {Role.LANE_AGENT}


@dataclass(frozen=True, kw_only=True)
class TripEvent(Event):
    """What every event of a trip says; not an event by itself."""

    kind = "trip"
    audience = frozenset()
    version: int


@dataclass(frozen=True, kw_only=True)
class TripSubmitted(TripEvent):
    """The declaration passed the rules; the agencies are asked."""

    kind = "trip.submitted"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class TripUnderReview(TripEvent):
    """An officer has to decide. Which rules asked for one is told to the desk alone (`clearance.judged`)."""

    kind = "trip.under_review"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class TripApproved(TripEvent):
    """The trip may come; its voucher is issued in the same moment."""

    kind = "trip.approved"
    audience = _CONCERNED
    by_rule: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TripRejected(TripEvent):
    """An officer said no; the reason stands with the trip."""

    kind = "trip.rejected"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class TripWithdrawn(TripEvent):
    """The driver or the carrier took it back."""

    kind = "trip.withdrawn"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripAmended(TripEvent):
    """The driver changes the declaration: it is a draft again, and its code no longer counts."""

    kind = "trip.amended"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripArrived(TripEvent):
    """The vehicle is in a lane."""

    kind = "trip.arrived"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripHeld(TripEvent):
    """The vehicle was sent to a bay."""

    kind = "trip.held"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripCleared(TripEvent):
    """The vehicle was released."""

    kind = "trip.cleared"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripTurnedBack(TripEvent):
    """The vehicle was refused and left by the way it came."""

    kind = "trip.turned_back"
    audience = _WITH_LANES


@dataclass(frozen=True, kw_only=True)
class TripExpired(TripEvent):
    """Its window passed."""

    kind = "trip.expired"
    audience = _WITH_LANES


MARK_EVENTS: dict[TripState, type[TripEvent]] = {
    TripState.ARRIVED: TripArrived,
    TripState.HELD: TripHeld,
    TripState.CLEARED: TripCleared,
    TripState.TURNED_BACK: TripTurnedBack,
}
"""The event of each state that a checkpoint gives to a trip."""
