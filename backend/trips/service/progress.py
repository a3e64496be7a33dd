"""What becomes of a submitted trip: review, approval with its voucher, the checkpoint's marks, and its ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.orders import service as orders
from backend.orders.model import WorkOrder
from backend.orders.rules import clean
from backend.trips.events import (
    MARK_EVENTS,
    TripAmended,
    TripApproved,
    TripExpired,
    TripRejected,
    TripUnderReview,
    TripWithdrawn,
)
from backend.trips.model import Trip
from backend.trips.service import codes, store
from backend.vouchers import service as vouchers
from backend.vouchers.model import Voucher
from core.problems import ProblemCode, Refusal
from core.states import TripState, WorkOrderState

AMENDABLE = (TripState.SUBMITTED, TripState.UNDER_REVIEW, TripState.APPROVED)
REASON_LENGTH = 500


async def to_review(unit: UnitOfWork, trip_id: str) -> Trip:
    """Put a submitted trip into the officer's queue. Raises Refusal NOT_FOUND, TRIP_STATE."""
    change = {"$set": {"state": TripState.UNDER_REVIEW.value}}
    trip = await store.changed(unit, trip_id, [TripState.SUBMITTED], change)
    unit.append(TripUnderReview(**store.names(trip)), store.stream_of(trip_id))
    return trip


async def approve(
    unit: UnitOfWork, trip_id: str, from_state: TripState, *, by_rule: bool, reasons: Sequence[str]
) -> Voucher:
    """Approve the trip if it is still in `from_state`, and issue its voucher.

    Raises:
        Refusal: NOT_FOUND; TRIP_NOT_UNDER_REVIEW or TRIP_STATE with `state`; ANCHOR_REUSED.
    """
    review = from_state is TripState.UNDER_REVIEW
    otherwise = ProblemCode.TRIP_NOT_UNDER_REVIEW if review else ProblemCode.TRIP_STATE
    change = {"$set": {"state": TripState.APPROVED.value, "decided_at": unit.now}}
    trip = await store.changed(unit, trip_id, [from_state], change, otherwise)
    voucher = await codes.issue(unit, trip)
    event = TripApproved(**store.names(trip), voucher_id=voucher.id, by_rule=by_rule, reasons=tuple(reasons))
    unit.append(event, store.stream_of(trip_id))
    return voucher


async def reject(unit: UnitOfWork, trip_id: str, reason: str) -> Trip:
    """Reject a trip under review.

    Raises:
        Refusal: REASON_MISSING; FIELD_TOO_LONG; NOT_FOUND; TRIP_NOT_UNDER_REVIEW with `state`.
    """
    reason = clean(reason)
    if not reason:
        raise Refusal(ProblemCode.REASON_MISSING, path=["reason"])
    if len(reason) > REASON_LENGTH:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["reason"], args={"limit": str(REASON_LENGTH)})
    values = {"state": TripState.REJECTED.value, "decided_at": unit.now, "rejection_reason": reason}
    trip = await store.changed(
        unit, trip_id, [TripState.UNDER_REVIEW], {"$set": values}, ProblemCode.TRIP_NOT_UNDER_REVIEW
    )
    unit.append(TripRejected(**store.names(trip)), store.stream_of(trip_id), evidence={"reason": reason})
    return trip


async def mark(
    unit: UnitOfWork,
    trip_id: str,
    from_states: Iterable[TripState],
    to_state: TripState,
    *,
    passage_id: str | None = None,
    lane_id: str | None = None,
    bay_id: str | None = None,
) -> Trip:
    """Say where the checkpoint has the trip now: ARRIVED, HELD, CLEARED or TURNED_BACK. Call it after your own writes.

    APPROVED is allowed too, without an event: a vehicle that left the lane undecided may come again. CLEARED completes
    the order; TURNED_BACK revokes the code, for a lane without its hub knows of no trip.

    Raises Refusal NOT_FOUND; TRIP_STATE with `state` when the trip is in none of `from_states`.
    """
    trip = await store.changed(unit, trip_id, from_states, {"$set": {"state": to_state.value}})
    if to_state is TripState.CLEARED and trip.order_id is not None:
        await orders.complete(unit, trip.order_id)
    if to_state is TripState.TURNED_BACK:
        await vouchers.withdraw(unit, store.stream_of(trip_id))
    kind = MARK_EVENTS.get(to_state)
    if kind is not None:
        event = kind(**store.names(trip), passage_id=passage_id, lane_id=lane_id, bay_id=bay_id)
        unit.append(event, store.stream_of(trip_id))
    return trip


async def amend(unit: UnitOfWork, trip_id: str) -> Trip:
    """Give the trip back to its driver as a draft; its code is superseded. Not once the vehicle is in a lane.

    Raises:
        Refusal: NOT_FOUND; TRIP_STATE with `state`.
    """
    await store.load_own(unit, trip_id)
    values: Row = {"state": TripState.DRAFT.value, "voucher_id": None, "decided_at": None, "vehicles": []}
    trip = await store.changed(unit, trip_id, AMENDABLE, {"$set": values, "$inc": {"version": 1}})
    await vouchers.supersede(unit, store.stream_of(trip_id))
    unit.append(TripAmended(**store.names(trip)), store.stream_of(trip_id))
    return trip


async def withdraw(unit: UnitOfWork, trip_id: str) -> Trip:
    """Take the driver's own trip back; its code is revoked. Raises Refusal NOT_FOUND; TRIP_STATE with `state`."""
    await store.load_own(unit, trip_id)
    return await _withdraw(unit, trip_id)


async def _withdraw(unit: UnitOfWork, trip_id: str) -> Trip:
    change = {"$set": {"state": TripState.WITHDRAWN.value}}
    trip = await store.changed(unit, trip_id, store.AWAY, change)
    await vouchers.withdraw(unit, store.stream_of(trip_id))
    unit.append(TripWithdrawn(**store.names(trip)), store.stream_of(trip_id))
    return trip


async def cancel_order(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Take a carrier's own order back, and withdraw the trip that carries it.

    Raises:
        Refusal: NOT_FOUND; ORDER_NOT_OPEN with `state`; TRIP_STATE with `state` once the vehicle is in a lane.
    """
    order = await orders.owned(unit, order_id)
    return await _end_order(unit, order, WorkOrderState.CANCELLED)


async def decline_order(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Give an order back that this driver had accepted. Raises Refusal as `cancel_order` does."""
    order = await orders.load(unit, order_id)
    if order is None or not orders.is_driver_of(unit.actor, order):
        raise Refusal(ProblemCode.NOT_FOUND, path=["orderId"])
    return await _end_order(unit, order, WorkOrderState.DECLINED)


async def _end_order(unit: UnitOfWork, order: WorkOrder, state: WorkOrderState) -> WorkOrder:
    trip = await store.load(unit, order.trip_id) if order.trip_id else None
    closed = await orders.close(unit, order.id, state)
    if trip is not None and trip.state not in store.ENDED:
        await _withdraw(unit, trip.id)
    return closed


async def due(context: Context, limit: int = 100) -> list[str]:
    """Return ids of trips whose time is over and whose vehicle never came."""
    rows = (
        await context.db[store.TRIPS].find(_over(context.clock.now()), {"_id": 1}).limit(limit).to_list(limit)
    )
    return [row["_id"] for row in rows]


def _over(now: datetime) -> Row:
    over = {"$lte": now - vouchers.EXPIRY_GRACE}
    return {"state": {"$in": store.values(store.AWAY)}, "expires_at": over}


async def expire(unit: UnitOfWork, trip_id: str) -> Trip | None:
    """Mark the trip EXPIRED, and its order with it; None if it has moved on, or has a later window by now."""
    change = {"$set": {"state": TripState.EXPIRED.value}}
    trip = await store.change_where(unit, _over(unit.now) | {"_id": trip_id}, change)
    if trip is None:
        return None
    if trip.order_id is not None:
        await orders.close(unit, trip.order_id, WorkOrderState.EXPIRED)
    unit.append(TripExpired(**store.names(trip)), store.stream_of(trip_id))
    return trip
