"""What submitting, amending, withdrawing and ending a trip does to its clearances."""

from collections.abc import Sequence
from datetime import timedelta

from backend.clearances import rules
from backend.clearances.model import Clearance, Clearances
from backend.clearances.service import store
from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.kit.sweeps import each
from backend.orders.model import WorkOrder
from backend.trips import service as trips
from backend.trips.model import Trip
from core.states import ClearanceState


async def submit(
    unit: UnitOfWork, trip_id: str, change: trips.DeclarationChange, anchors: Sequence[str]
) -> trips.Submission:
    """Submit the declaration and open one PENDING clearance for each agency concerned. Refusals as `trips.submit`."""
    submission = await trips.submit(unit, trip_id, change, anchors)
    if submission.declared is not None:
        await _open(unit, submission.trip)
    return submission


async def _open(unit: UnitOfWork, trip: Trip) -> None:
    deadline = unit.now + timedelta(seconds=unit.settings.agency_deadline_seconds)
    items = tuple(
        Clearance(agency=agency, state=ClearanceState.PENDING, deadline=deadline)
        for agency in rules.CONCERNED
    )
    document = Clearances(
        id=trip.id,
        checkpoint_id=trip.checkpoint_id,
        round=trip.version,
        version=1,
        open=True,
        opened_at=unit.now,
        items=items,
    )
    await store.open_round(unit, document)


async def amend(unit: UnitOfWork, trip_id: str) -> Trip:
    """Give the trip back to its driver; the agencies' answers count no longer. Refusals as `trips.amend`."""
    trip = await trips.amend(unit, trip_id)
    await _close(unit, trip_id, {"items": [], "review_reasons": [], "approval": None})
    return trip


async def withdraw(unit: UnitOfWork, trip_id: str) -> Trip:
    """Take the trip back for good. Refusals as `trips.withdraw`."""
    trip = await trips.withdraw(unit, trip_id)
    await _close(unit, trip_id)
    return trip


async def cancel_order(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Take an order back with the trip that carries it. Refusals as `trips.cancel_order`."""
    order = await trips.cancel_order(unit, order_id)
    await _close(unit, order.trip_id)
    return order


async def decline_order(unit: UnitOfWork, order_id: str) -> WorkOrder:
    """Give an accepted order back with its trip. Refusals as `trips.decline_order`."""
    order = await trips.decline_order(unit, order_id)
    await _close(unit, order.trip_id)
    return order


async def expire_due(context: Context) -> int:
    """Mark trips whose time is over and whose vehicle never came as EXPIRED; return how many."""
    return await each(context, await trips.due(context), _expire, trips.stream_of)


async def _expire(unit: UnitOfWork, trip_id: str) -> bool:
    trip = await trips.expire(unit, trip_id)
    if trip is not None:
        await _close(unit, trip_id)
    return trip is not None


async def _close(unit: UnitOfWork, trip_id: str | None, forgotten: Row | None = None) -> None:
    document = await store.find(unit.db, trip_id, unit.session) if trip_id else None
    if document is not None and document.open:
        await store.change(unit, document, {"open": False, **(forgotten or {})})
