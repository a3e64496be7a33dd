"""The use cases of work orders; the only writer of `work_orders`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.changes import change_if
from backend.kit.context import Actor, Context, UnitOfWork
from backend.kit.database import Row
from backend.kit.eventlog import Event
from backend.kit.sweeps import each
from backend.orders import links, messages, policy, rules
from backend.orders.events import (
    OrderAccepted,
    OrderCancelled,
    OrderCreated,
    OrderDeclined,
    OrderExpired,
    OrderLinkSent,
)
from backend.orders.model import DeclaredContainer, Link, WorkOrder
from backend.settings import Settings
from backend.sites import service as sites
from core.problems import ProblemCode, Refusal
from core.states import WorkOrderState
from core.vouchers.claims import Direction
from core.words import Language

ORDERS = WorkOrder.Settings.name
OPEN = (WorkOrderState.ASSIGNED, WorkOrderState.ACCEPTED)
"""States in which an order can still be carried."""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """What a carrier states; times are aware."""

    reference: str
    direction: Direction
    checkpoint_id: str
    goods_summary: str
    containers: tuple[DeclaredContainer, ...]
    window_start: datetime
    window_end: datetime
    driver_name: str
    driver_phone: str


def stream_of(order_id: str) -> str:
    """Return the event stream of an order."""
    return f"order:{order_id}"


def carrier_id(actor: Actor) -> str:
    """Return whose orders this actor's are: his organisation's, or his own where he has none."""
    return policy.carrier_id(actor)


def is_driver_of(actor: Actor, order: WorkOrder) -> bool:
    """Tell whether this driver accepted the order."""
    return policy.is_driver_of(actor, order)


async def find(db: AsyncDatabase[Row], order_id: str) -> WorkOrder | None:
    """Return the order as it stands, outside a transaction."""
    row = await db[ORDERS].find_one({"_id": order_id})
    return WorkOrder.of(row) if row else None


def is_present_link(order: WorkOrder, code: str) -> bool:
    """Tell whether this is the code of the order's newest link."""
    return order.link.hash == links.hash_of(code)


async def load_by_code(unit: UnitOfWork, code: str) -> WorkOrder | None:
    """Return the order whose present link has this code."""
    row = await unit.db[ORDERS].find_one({"link.hash": links.hash_of(code)}, session=unit.session)
    return WorkOrder.of(row) if row else None


async def load(unit: UnitOfWork, order_id: str) -> WorkOrder | None:
    """Return the order as this transaction sees it."""
    row = await unit.db[ORDERS].find_one({"_id": order_id}, session=unit.session)
    return WorkOrder.of(row) if row else None


def examine(order: NewOrder, now: datetime) -> tuple[NewOrder, list[rules.RuleFailure]]:
    """Return the order in canonical form, and every rule it breaks with the path of its field."""
    findings = rules.Findings()
    start, end = rules.instant(order.window_start), rules.instant(order.window_end)
    checked = NewOrder(
        reference=rules.required_text(findings, order.reference, rules.REFERENCE_LENGTH, "reference"),
        direction=order.direction,
        checkpoint_id=order.checkpoint_id,
        goods_summary=rules.required_text(findings, order.goods_summary, rules.GOODS_LENGTH, "goodsSummary"),
        containers=rules.containers(findings, order.containers, "containers"),
        window_start=start,
        window_end=end,
        driver_name=rules.person_name(findings, order.driver_name, "driverName"),
        driver_phone=rules.phone(findings, order.driver_phone, "driverPhone"),
    )
    rules.window(findings, start, end, now)
    return checked, findings.failures


async def create(unit: UnitOfWork, new: NewOrder) -> WorkOrder:
    """Store the order as ASSIGNED and send its link to the driver once it is committed.

    Raises:
        Refusal: FORBIDDEN; NOT_FOUND for an unknown checkpoint; the first broken rule.
    """
    policy.may_send(unit.actor)
    checked, failures = examine(new, unit.now)
    if failures:
        raise failures[0].refusal()
    try:
        await sites.checkpoint(new.checkpoint_id, unit.session)
    except Refusal as refusal:
        raise refusal.at("checkpointId") from None
    (order,) = await create_all(unit, [checked])
    _tell_driver(unit, order)
    return order


async def create_all(
    unit: UnitOfWork, examined: Sequence[NewOrder], import_id: str | None = None
) -> list[WorkOrder]:
    """Store orders that broke no rule as ASSIGNED, in the carrier's name; whoever calls has their links sent."""
    orders = [_assigned(unit, new) for new in examined]
    await unit.db[ORDERS].insert_many([stored(order) for order in orders], session=unit.session)
    for order in orders:
        event = OrderCreated(**names(order), direction=order.direction.value, import_id=import_id)
        unit.append(event, stream_of(order.id))
    return orders


def _assigned(unit: UnitOfWork, examined: NewOrder) -> WorkOrder:
    order_id = str(ObjectId())
    return WorkOrder(
        id=order_id,
        state=WorkOrderState.ASSIGNED,
        carrier_id=policy.carrier_id(unit.actor),
        carrier_name=unit.actor.organisation or unit.actor.name,
        language=Language(unit.actor.language),
        created_at=unit.now,
        link=_link(unit, order_id, 1, examined.window_end),
        **vars(examined),
    )


async def resend(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Make and send a new link and let the old one die; an accepted order's lets another phone in.

    Raises:
        Refusal: NOT_FOUND; ORDER_NOT_OPEN with `state`.
    """
    order = await owned(unit, order_id)
    link = _link(unit, order.id, order.link.number + 1, order.window_end)
    where = {
        "_id": order.id,
        "state": {"$in": [state.value for state in OPEN]},
        "link.number": order.link.number,
    }
    changed = await _change(unit, where, {"link": link.model_dump()})
    _tell_driver(unit, changed)
    unit.append(OrderLinkSent(**names(order), number=link.number), stream_of(order.id))
    return changed


async def accept(unit: UnitOfWork, order: WorkOrder, driver_id: str, trip_id: str) -> WorkOrder:
    """Use the link up: the order is this driver's, and this trip carries it.

    Raises:
        Refusal: ORDER_NOT_OPEN with `state`; CONFLICT when the link was used or replaced a moment earlier.
    """
    first = order.state is WorkOrderState.ASSIGNED
    where = {"_id": order.id, "state": order.state.value, "link.hash": order.link.hash, "link.used_at": None}
    values = {
        "state": WorkOrderState.ACCEPTED.value,
        "driver_id": driver_id,
        "trip_id": trip_id,
        "link.used_at": unit.now,
    }
    changed = await _change(unit, where, values)
    if first:
        unit.append(OrderAccepted(**names(changed)), stream_of(order.id))
    return changed


async def close(unit: UnitOfWork, order_id: str, state: WorkOrderState) -> WorkOrder:
    """End an open order as CANCELLED, DECLINED or EXPIRED. Who may, the caller has checked.

    Raises:
        Refusal: ORDER_NOT_OPEN with `state`.
    """
    where = {"_id": order_id, "state": {"$in": [open_state.value for open_state in OPEN]}}
    changed = await _change(unit, where, {"state": state.value})
    unit.append(_END_EVENTS[state](**names(changed)), stream_of(order_id))
    return changed


async def complete(unit: UnitOfWork, order_id: str) -> None:
    """Mark an open order COMPLETED; one that has ended otherwise stays so, for it must not hinder a release.

    The trip's own event tells of it.
    """
    where = {"_id": order_id, "state": {"$in": [state.value for state in OPEN]}}
    await change_if(unit.db[ORDERS], where, {"$set": {"state": WorkOrderState.COMPLETED.value}}, unit)


async def owned(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Return the carrier's own order. Raises Refusal NOT_FOUND for any other."""
    order = await load(unit, order_id)
    if order is None or not policy.is_carrier_of(unit.actor, order):
        raise Refusal(ProblemCode.NOT_FOUND, path=["orderId"])
    return order


async def expire_due(context: Context) -> int:
    """Mark orders that nobody accepted before their window ended as EXPIRED."""
    due = {"state": WorkOrderState.ASSIGNED.value, "window_end": {"$lte": context.clock.now()}}
    rows = await context.db[ORDERS].find(due, {"_id": 1}).limit(100).to_list(100)
    return await each(context, [row["_id"] for row in rows], _expire, stream_of)


async def _expire(unit: UnitOfWork, order_id: str) -> bool:
    where = {"_id": order_id, "state": WorkOrderState.ASSIGNED.value, "window_end": {"$lte": unit.now}}
    row = await change_if(unit.db[ORDERS], where, {"$set": {"state": WorkOrderState.EXPIRED.value}}, unit)
    if row is not None:
        unit.append(OrderExpired(**names(WorkOrder.of(row))), stream_of(order_id))
    return row is not None


def stored(order: WorkOrder) -> Row:
    """Return the order as a row."""
    row: Row = order.model_dump(by_alias=True, exclude={"revision_id"})
    return row | {
        "state": order.state.value,
        "direction": order.direction.value,
        "language": order.language.value,
    }


def names(order: WorkOrder) -> dict[str, str]:
    """Return the ids that each of the order's events names."""
    ids = {"site": order.checkpoint_id, "order_id": order.id}
    return ids | ({"trip_id": order.trip_id} if order.trip_id else {})


_END_EVENTS: dict[WorkOrderState, type[Event]] = {
    WorkOrderState.CANCELLED: OrderCancelled,
    WorkOrderState.DECLINED: OrderDeclined,
    WorkOrderState.EXPIRED: OrderExpired,
}


async def _change(unit: UnitOfWork, where: dict[str, Any], values: dict[str, Any]) -> WorkOrder:
    row = await change_if(unit.db[ORDERS], where, {"$set": values}, unit)
    if row is not None:
        return WorkOrder.of(row)
    present = await load(unit, where["_id"])
    if present is None or present.state not in OPEN:
        state = present.state.value if present else ""
        raise Refusal(ProblemCode.ORDER_NOT_OPEN, args={"state": state})
    raise Refusal(ProblemCode.CONFLICT)


def _link(unit: UnitOfWork, order_id: str, number: int, expires_at: datetime) -> Link:
    code = links.code_of(unit.settings, order_id, number)
    return Link(number=number, hash=links.hash_of(code), expires_at=expires_at)


def _tell_driver(unit: UnitOfWork, order: WorkOrder) -> None:
    settings = unit.settings
    link = link_of(settings, order.id, order.link.number)

    async def send() -> None:
        await messages.send_link(settings, order.driver_phone, link, order.language.value)

    unit.after_commit(send)


def link_of(settings: Settings, order_id: str, number: int) -> str:
    """Return the address of the order's link `number`."""
    return links.url_of(settings, links.code_of(settings, order_id, number))
