"""What agencies and officers say, what silence says, and what the rules make of it."""

from dataclasses import dataclass

from backend.clearances import policy, rules
from backend.clearances.events import ClearanceAnswered, ClearanceSilent
from backend.clearances.model import Approval, ApprovalReason, Clearance, Clearances, Hold
from backend.clearances.rules import ApprovalRule
from backend.clearances.service import store
from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import each
from backend.orders.rules import clean
from backend.trips import service as trips
from backend.trips.model import Trip
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal
from core.states import ClearanceState, InspectionNeed, TripState

REASON_LENGTH = 500
PLACE_LENGTH = 100
MOST_VISITS = 20
ANSWERABLE = (
    TripState.SUBMITTED,
    TripState.UNDER_REVIEW,
    TripState.APPROVED,
    TripState.ARRIVED,
    TripState.HELD,
)
RULES_NAME = "rules"


@dataclass(frozen=True)
class Answer:
    """An agency's verdict: CLEAR, or HOLD with its hold. No inspection named: CLEAR needs none, HOLD leaves it open."""

    state: ClearanceState
    hold: Hold | None
    inspection: InspectionNeed | None


async def answer(unit: UnitOfWork, trip_id: str, given: Answer) -> Clearances:
    """Take the verdict of the actor's agency; a later one replaces it, also after the approval.

    Raises:
        Refusal: FORBIDDEN; INVALID_INPUT; HOLD_REASON_MISSING; NOT_FOUND; CLEARANCE_NOT_YOURS;
            TRIP_STATE with `state`; CLEARANCE_DECIDED when the agency has said exactly this already.
    """
    agency = policy.agency_of(unit.actor)
    given = _examined(given)
    document = await store.load(unit, trip_id)
    trip = await trips.load_existing(unit, trip_id)
    present = document.of_agency(agency)
    if present is None:
        raise Refusal(ProblemCode.CLEARANCE_NOT_YOURS)
    if trip.state not in ANSWERABLE or not document.open:
        raise Refusal(ProblemCode.TRIP_STATE, args={"state": trip.state.value})
    inspection = given.inspection or _implied(given.state)
    values = {"state": given.state, "hold": given.hold, "inspection": inspection}
    said = {name: getattr(present, name) for name in values}
    if said == values:
        raise Refusal(ProblemCode.CLEARANCE_DECIDED)
    answered = present.model_copy(update=values | {"answered_at": unit.now})
    document = await _put(unit, document, answered)
    event = ClearanceAnswered(
        site=trip.checkpoint_id,
        trip_id=trip_id,
        agency=agency.value,
        state=given.state.value,
        hold_kind=given.hold.kind.value if given.hold else None,
        inspection=inspection.value,
        version=document.version,
    )
    evidence = {"reason": given.hold.reason} if given.hold else None
    unit.append(event, trips.stream_of(trip_id), evidence=evidence)
    return await settle(unit, document, trip)


def _implied(state: ClearanceState) -> InspectionNeed:
    return InspectionNeed.NOT_REQUIRED if state is ClearanceState.CLEAR else InspectionNeed.UNDECIDED


def _examined(given: Answer) -> Answer:
    if given.state not in {ClearanceState.CLEAR, ClearanceState.HOLD}:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["state"])
    if given.state is ClearanceState.CLEAR:
        if given.hold is not None:
            raise Refusal(ProblemCode.INVALID_INPUT, path=["hold"])
        return given
    reason = clean(given.hold.reason) if given.hold else ""
    if given.hold is None or not reason:
        raise Refusal(ProblemCode.HOLD_REASON_MISSING, path=["hold", "reason"])
    place = clean(given.hold.place) or None
    for text, limit, name in ((reason, REASON_LENGTH, "reason"), (place or "", PLACE_LENGTH, "place")):
        if len(text) > limit:
            raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["hold", name], args={"limit": str(limit)})
    order = given.hold.visit_order
    if order is not None and not 1 <= order <= MOST_VISITS:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["hold", "visitOrder"])
    hold = Hold(kind=given.hold.kind, reason=reason, place=place, visit_order=order)
    return Answer(given.state, hold, given.inspection)


async def _put(unit: UnitOfWork, document: Clearances, *changed: Clearance) -> Clearances:
    by_agency = {item.agency: item for item in (*document.items, *changed)}
    return await store.change(unit, document, {"items": [store.plain(item) for item in by_agency.values()]})


async def settle(unit: UnitOfWork, document: Clearances, trip: Trip) -> Clearances:
    """Approve a submitted trip by rule, or put it under review, once the answers allow a decision."""
    if trip.state is not TripState.SUBMITTED or not rules.decidable(document.items):
        return document
    declared = trips.declaration_of(trip)
    day = declared.window_start.date().isoformat()
    draw = vouchers.pseudonym(unit.settings, "random review", f"{min(declared.vehicles)} {day}")
    verdict = rules.judge(
        document.items,
        fever_free=declared.fever_free,
        drawn=rules.is_drawn(draw, unit.settings.random_review_share),
    )
    if verdict.review:
        await trips.to_review(unit, trip.id, [reason.rule for reason in verdict.review])
        reasons = [store.plain(reason) for reason in verdict.review]
        return await store.change(unit, document, {"review_reasons": reasons})
    await trips.approve(
        unit, trip.id, TripState.SUBMITTED, by_rule=True, reasons=[reason.rule for reason in verdict.grounds]
    )
    return await _approved(unit, document, RULES_NAME, verdict.grounds)


async def _approved(
    unit: UnitOfWork, document: Clearances, decided_by: str, reasons: tuple[ApprovalReason, ...]
) -> Clearances:
    approval = Approval(by_rule=decided_by == RULES_NAME, decided_by=decided_by, at=unit.now, reasons=reasons)
    return await store.change(unit, document, {"approval": store.plain(approval)})


async def approve(unit: UnitOfWork, trip_id: str, note: str | None) -> Clearances:
    """Approve a trip under review, by an officer; its voucher is issued.

    Raises:
        Refusal: FORBIDDEN; NOT_FOUND; TRIP_NOT_UNDER_REVIEW with `state`; HOLD_BEFORE_ARRIVAL with `agency`;
            FIELD_TOO_LONG.
    """
    policy.may_review(unit.actor)
    note = clean(note)
    if len(note) > REASON_LENGTH:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["note"], args={"limit": str(REASON_LENGTH)})
    document = await store.load(unit, trip_id)
    stopped_by = rules.stopping(document.items)
    if stopped_by is not None and document.open:
        raise Refusal(ProblemCode.HOLD_BEFORE_ARRIVAL, args={"agency": stopped_by.agency.value})
    rule = ApprovalRule.OFFICER_NOTE if note else ApprovalRule.OFFICER_APPROVED
    reasons = (ApprovalReason(rule=rule.value, args={"note": note} if note else {}),)
    named = [reason.rule for reason in reasons]
    await trips.approve(unit, trip_id, TripState.UNDER_REVIEW, by_rule=False, reasons=named)
    return await _approved(unit, document, unit.actor.name or unit.actor.id, reasons)


async def reject(unit: UnitOfWork, trip_id: str, reason: str) -> Clearances:
    """Reject a trip under review, by an officer.

    Raises:
        Refusal: FORBIDDEN; REASON_MISSING; NOT_FOUND; TRIP_NOT_UNDER_REVIEW with `state`.
    """
    policy.may_review(unit.actor)
    document = await store.load(unit, trip_id)
    await trips.reject(unit, trip_id, reason)
    return await store.change(unit, document, {"open": False})


async def silence_due(context: Context) -> int:
    """Mark agencies whose deadline has passed as SILENT and let their policy follow; return how many trips."""
    pending = {"state": ClearanceState.PENDING.value, "deadline": {"$lte": context.clock.now()}}
    where = {"open": True, "items": {"$elemMatch": pending}}
    rows = await context.db[store.CLEARANCES].find(where, {"_id": 1}).limit(100).to_list(100)
    return await each(context, [row["_id"] for row in rows], _silence, trips.stream_of)


async def _silence(unit: UnitOfWork, trip_id: str) -> bool:
    document = await store.load(unit, trip_id)
    late = [
        item
        for item in document.items
        if item.state is ClearanceState.PENDING and item.deadline <= unit.now and document.open
    ]
    if not late:
        return False
    trip = await trips.load_existing(unit, trip_id)
    document = await _put(unit, document, *(rules.silenced(item) for item in late))
    for item in late:
        event = ClearanceSilent(
            site=trip.checkpoint_id,
            trip_id=trip_id,
            agency=item.agency.value,
            policy=rules.SILENCE[item.agency].value,
            version=document.version,
        )
        unit.append(event, trips.stream_of(trip_id))
    await settle(unit, document, trip)
    return True
