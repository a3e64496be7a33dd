"""What submitting, amending, withdrawing and ending a trip does to its clearances."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.clearances import agencies
from backend.clearances.model import Clearance, Clearances, Step
from backend.clearances.service import decisions, store
from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.kit.sweeps import each
from backend.orders.model import WorkOrder
from backend.trips import service as trips
from backend.trips.model import Trip
from core.states import Agency, ClearanceState, Decider, DecisionStepKind, QuestionState


async def submit(
    unit: UnitOfWork, trip_id: str, change: trips.DeclarationChange, anchors: Sequence[str]
) -> trips.Submission:
    """Submit the declaration and open one PENDING clearance for each agency concerned. Refusals as `trips.submit`."""
    submission = await trips.submit(unit, trip_id, change, anchors)
    if submission.declared is not None:
        await _open(unit, submission.trip)
    return submission


async def _open(unit: UnitOfWork, trip: Trip) -> None:
    facts = agencies.TripFacts(chapters=agencies.chapters(_hs_codes(trip)))
    items = tuple(
        Clearance(
            agency=one.agency,
            state=ClearanceState.PENDING,
            deadline=_deadline(unit, one.agency),
            concern=one.reason,
        )
        for one in agencies.concerned(facts, unit.settings.agencies)
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
    step = Step(
        kind=DecisionStepKind.AGENCIES_ASKED,
        at=unit.now,
        decider=Decider.RULES,
        reasons=tuple(item.concern for item in items if item.concern),
    )
    await store.open_round(unit, document, step)


def _deadline(unit: UnitOfWork, agency: Agency) -> datetime:
    seconds = agencies.deadline_seconds(
        agency, unit.settings.agency_deadline_seconds, unit.settings.agency_deadlines
    )
    return unit.now + timedelta(seconds=seconds)


def _hs_codes(trip: Trip) -> list[str | None]:
    return [item.hs_code for item in trip.declaration.goods_items]


async def amend(unit: UnitOfWork, trip_id: str) -> Trip:
    """Give the trip back to its driver; the agencies' answers count no longer. Refusals as `trips.amend`."""
    trip = await trips.amend(unit, trip_id)
    await _close(unit, trip_id, taken_back=True)
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


async def _close(unit: UnitOfWork, trip_id: str | None, *, taken_back: bool = False) -> None:
    """Close the trip's clearances with its open questions; taken back, its driver declares anew and all is forgotten
    but the questions and the steps."""
    document = await store.find(unit.db, trip_id, unit.session) if trip_id else None
    if document is None or not document.open:
        return
    state = QuestionState.AMENDED if taken_back else QuestionState.WITHDRAWN
    questions = decisions.ended(document, state, unit)
    values: Row = {"open": False, "questions": [store.plain(question) for question in questions]}
    if not taken_back:
        await store.change(unit, document, values)
        return
    step = Step(
        kind=DecisionStepKind.TAKEN_BACK, at=unit.now, decider=Decider.DRIVER, name=unit.actor.name or None
    )
    values |= store.verdicts(()) | {"review_reasons": [], "approval": None}
    await store.change(unit, document, values, [step])
