"""What others may hear of work orders."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role

_CONCERNED = frozenset({Role.DRIVER, Role.CARRIER, Role.OFFICER})


@dataclass(frozen=True, kw_only=True)
class OrderCreated(Event):
    """A carrier sent an order, by itself or in a file; its driver is being told."""

    kind = "order.created"
    audience = _CONCERNED
    direction: str
    import_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderLinkSent(Event):
    """A new link took the place of the former one, which no longer opens anything."""

    kind = "order.link_sent"
    audience = _CONCERNED
    number: int


@dataclass(frozen=True, kw_only=True)
class OrderAccepted(Event):
    """The driver opened the link; a trip exists."""

    kind = "order.accepted"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class OrderDeclined(Event):
    """The driver will not carry it."""

    kind = "order.declined"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """The carrier took it back."""

    kind = "order.cancelled"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class OrderExpired(Event):
    """Its window passed before anybody carried it."""

    kind = "order.expired"
    audience = _CONCERNED
