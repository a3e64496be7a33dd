"""Who hears what."""

from backend.kit.context import Actor
from backend.kit.eventlog import StoredEvent
from backend.orders.service import carrier_id
from backend.trips.model import Trip
from core.problems import ProblemCode, Refusal
from core.roles import Role


def hears(actor: Actor, event: StoredEvent) -> bool:
    """Whether the event's class lets this role hear it; a kind nobody declared is heard by nobody."""
    return actor.role in event.audience


def may_follow_trip(actor: Actor, trip: Trip | None) -> None:
    """Officers and agencies follow any trip, a driver his own, a carrier those of its orders.

    Raises Refusal NOT_FOUND for any other trip, as for one that does not exist.
    """
    if trip is not None and actor.role in {Role.OFFICER, Role.AGENCY}:
        return
    if trip is not None and actor.role is Role.DRIVER and trip.driver_id == actor.id:
        return
    if trip is not None and actor.role is Role.CARRIER and trip.carrier_id == carrier_id(actor):
        return
    raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])


def may_follow_lane(actor: Actor, lane_id: str) -> None:
    """Officers follow any lane, an agent its own. Raises Refusal NOT_FOUND for another."""
    if actor.role is not Role.OFFICER and lane_id not in actor.lanes:
        raise Refusal(ProblemCode.NOT_FOUND, path=["laneId"])
