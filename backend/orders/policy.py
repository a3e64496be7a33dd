"""Who may do what with a work order."""

from backend.kit.context import Actor
from backend.orders.model import WorkOrder
from core.problems import ProblemCode, Refusal
from core.roles import Role


def carrier_id(actor: Actor) -> str:
    """Return whose orders this actor's are: his organisation's, or his own where he has none."""
    return actor.organisation or actor.id


def may_send(actor: Actor) -> None:
    """Only a carrier sends orders."""
    if actor.role is not Role.CARRIER:
        raise Refusal(ProblemCode.FORBIDDEN)


def is_carrier_of(actor: Actor, order: WorkOrder) -> bool:
    """Tell whether the order is this carrier's."""
    return actor.role is Role.CARRIER and carrier_id(actor) == order.carrier_id


def is_driver_of(actor: Actor, order: WorkOrder) -> bool:
    """Tell whether this driver accepted the order."""
    return actor.role is Role.DRIVER and actor.id == order.driver_id


def may_see(actor: Actor, order: WorkOrder) -> bool:
    """Officers see every order, a carrier and a driver their own."""
    return actor.role is Role.OFFICER or is_carrier_of(actor, order) or is_driver_of(actor, order)
