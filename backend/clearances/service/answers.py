"""What the agencies say, and what their silence says."""

from dataclasses import dataclass

from backend.clearances import agencies, policy, rules
from backend.clearances.events import ClearanceAnswered, ClearanceSilent
from backend.clearances.model import ApprovalReason, Clearance, Clearances, Hold, Step
from backend.clearances.rules import ApprovalRule
from backend.clearances.service import decisions, store
from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import each
from backend.orders.rules import clean
from backend.sites import service as sites
from backend.trips import service as trips
from backend.trips.model import Trip
from core.problems import ProblemCode, Refusal
from core.states import ClearanceState, Decider, DecisionStepKind, InspectionNeed, TripState

LAW_LENGTH = 100
PLACE_LENGTH = 100
MOST_VISITS = 20
ANSWERABLE = (
    TripState.SUBMITTED,
    TripState.UNDER_REVIEW,
    TripState.APPROVED,
    TripState.ARRIVED,
    TripState.HELD,
)


@dataclass(frozen=True)
class Answer:
    """An agency's verdict: CLEAR, or HOLD with its hold. No inspection named: CLEAR needs none, HOLD leaves it open."""

    state: ClearanceState
    hold: Hold | None
    inspection: InspectionNeed | None


async def answer(unit: UnitOfWork, trip_id: str, given: Answer) -> Clearances:
    """Take the verdict of the actor's agency; a later one replaces it, also after the approval.

    CLEAR after HOLD lifts the hold.

    Raises:
        Refusal: FORBIDDEN; INVALID_INPUT; HOLD_REASON_MISSING; FIELD_TOO_LONG; BAY_UNKNOWN; NOT_FOUND;
            CLEARANCE_NOT_YOURS; TRIP_STATE with `state`; QUESTION_OPEN when it clears with a question of its own open;
            CLEARANCE_DECIDED when the agency has said exactly this already.
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
    if given.state is ClearanceState.CLEAR and document.open_question(agency) is not None:
        raise Refusal(ProblemCode.QUESTION_OPEN)
    hold = await _placed(unit, trip, given.hold) if given.hold else None
    inspection = given.inspection or _implied(given.state)
    values = {"state": given.state, "hold": hold, "inspection": inspection}
    said = {name: getattr(present, name) for name in values}
    if said == values:
        raise Refusal(ProblemCode.CLEARANCE_DECIDED)
    by = {"answered_at": unit.now, "answered_by": unit.actor.name or unit.actor.id}
    answered = present.model_copy(update=values | by)
    document = await store.put(unit, document, [answered], [_step(unit, present, answered)])
    _tell(unit, document, answered)
    return await decisions.settle(unit, document, trip)


def _tell(unit: UnitOfWork, document: Clearances, answered: Clearance) -> None:
    hold = answered.hold
    event = ClearanceAnswered(
        site=document.checkpoint_id,
        trip_id=document.id,
        agency=answered.agency.value,
        state=answered.state.value,
        hold_kind=hold.kind.value if hold else None,
        inspection=answered.inspection.value,
        version=document.version,
    )
    evidence = {"reason": hold.reason} if hold else None
    unit.append(event, trips.stream_of(document.id), evidence=evidence)


def _implied(state: ClearanceState) -> InspectionNeed:
    return InspectionNeed.NOT_REQUIRED if state is ClearanceState.CLEAR else InspectionNeed.UNDECIDED


def _step(unit: UnitOfWork, before: Clearance, answered: Clearance) -> Step:
    lifted = before.state is ClearanceState.HOLD and answered.state is ClearanceState.CLEAR
    return Step(
        kind=DecisionStepKind.HOLD_LIFTED if lifted else DecisionStepKind.AGENCY_ANSWERED,
        at=unit.now,
        decider=Decider.AGENCY,
        name=answered.answered_by,
        agency=answered.agency,
        state=answered.state,
        text=answered.hold.reason if answered.hold else None,
    )


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
    return Answer(given.state, _examined_hold(given.hold, reason), given.inspection)


def _examined_hold(hold: Hold, reason: str) -> Hold:
    place, law = clean(hold.place), clean(hold.legal_reference)
    for text, limit, name in (
        (reason, decisions.REASON_LENGTH, "reason"),
        (law, LAW_LENGTH, "legalReference"),
        (place, PLACE_LENGTH, "place"),
    ):
        if len(text) > limit:
            raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["hold", name], args={"limit": str(limit)})
    if hold.visit_order is not None and not 1 <= hold.visit_order <= MOST_VISITS:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["hold", "visitOrder"])
    texts = {"reason": reason, "legal_reference": law or None, "place": place or None}
    return hold.model_copy(update=texts)


async def _placed(unit: UnitOfWork, trip: Trip, hold: Hold) -> Hold:
    """Return the hold with the place of its bay. Raises Refusal BAY_UNKNOWN for a bay of nowhere here."""
    if hold.bay_id is None:
        return hold
    checkpoint = await sites.checkpoint(trip.checkpoint_id, unit.session)
    bay = next((bay for bay in checkpoint.bays if bay.id == hold.bay_id), None)
    if bay is None:
        raise Refusal(ProblemCode.BAY_UNKNOWN, path=["hold", "bayId"])
    return hold


async def silence_due(context: Context) -> int:
    """Mark agencies whose deadline has passed as SILENT and let their policy follow; return how many trips."""
    pending = {"state": ClearanceState.PENDING.value, "deadline": {"$lte": context.clock.now()}}
    where = {"open": True, "items": {"$elemMatch": pending}}
    rows = await context.db[store.CLEARANCES].find(where, {"_id": 1}).limit(100).to_list(100)
    return await each(context, [row["_id"] for row in rows], _silence, trips.stream_of)


async def _silence(unit: UnitOfWork, trip_id: str) -> bool:
    document = await store.load(unit, trip_id)
    late = [item for item in document.items if _is_late(unit, document, item)]
    if not late:
        return False
    trip = await trips.load_existing(unit, trip_id)
    steps = [_silent_step(unit, item) for item in late]
    document = await store.put(unit, document, [rules.silenced(item) for item in late], steps)
    for item in late:
        event = ClearanceSilent(
            site=trip.checkpoint_id,
            trip_id=trip_id,
            agency=item.agency.value,
            policy=agencies.TERMS[item.agency].silence.value,
            version=document.version,
        )
        unit.append(event, trips.stream_of(trip_id))
    await decisions.settle(unit, document, trip)
    return True


def _is_late(unit: UnitOfWork, document: Clearances, item: Clearance) -> bool:
    """Tell whether the agency has let its time pass; one that waits for its driver's answer has not."""
    over = item.state is ClearanceState.PENDING and item.deadline <= unit.now
    return over and document.open and document.open_question(item.agency) is None


def _silent_step(unit: UnitOfWork, item: Clearance) -> Step:
    terms = agencies.TERMS[item.agency]
    clears = terms.silence is agencies.SilencePolicy.CLEAR
    rule = ApprovalRule.SILENCE_CLEARS if clears else ApprovalRule.AGENCY_SILENT
    inputs = {"deadline": item.deadline.isoformat(timespec="seconds"), "policy": terms.silence.value}
    reason = ApprovalReason(rule=rule.value, args={"agency": item.agency.value}, inputs=inputs)
    return Step(
        kind=DecisionStepKind.AGENCY_SILENT,
        at=unit.now,
        decider=Decider.RULES,
        agency=item.agency,
        state=ClearanceState.SILENT,
        reasons=(reason,),
    )
