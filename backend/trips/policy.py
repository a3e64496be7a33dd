"""Who may do what with a trip."""

from backend.kit.context import Actor
from backend.orders.service import carrier_id
from backend.trips.model import Trip
from core.roles import Role


def is_driver_of(actor: Actor, trip: Trip) -> bool:
    """Tell whether the trip is this driver's."""
    return actor.role is Role.DRIVER and actor.id == trip.driver_id


def is_carrier_of(actor: Actor, trip: Trip) -> bool:
    """Tell whether the trip carries an order of this carrier."""
    return actor.role is Role.CARRIER and trip.carrier_id is not None and carrier_id(actor) == trip.carrier_id


def may_see(actor: Actor, trip: Trip) -> bool:
    """Officers and agencies see every trip, a driver and a carrier their own."""
    office = actor.role in {Role.OFFICER, Role.AGENCY}
    return office or is_driver_of(actor, trip) or is_carrier_of(actor, trip)
