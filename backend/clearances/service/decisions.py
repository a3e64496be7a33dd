"""What becomes of the answers: approved by rule, or for an officer, who approves or rejects."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.clearances import policy, rules
from backend.clearances.events import ClearancesJudged
from backend.clearances.model import (
    AgencyTime,
    Approval,
    ApprovalReason,
    Clearance,
    Clearances,
    Decision,
    Question,
    Step,
)
from backend.clearances.rules import ApprovalRule
from backend.clearances.service import store
from backend.kit.context import UnitOfWork
from backend.orders.rules import clean
from backend.sites import service as sites
from backend.trips import service as trips
from backend.trips.model import Trip
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal
from core.states import Decider, DecisionStepKind, InspectionNeed, QuestionState, TripState

REASON_LENGTH = 500
DECISIONS = Decision.Settings.name


@dataclass(frozen=True)
class OfficersApproval:
    """What an officer says who approves: a note, and the inspection where an agency's silence leaves it open."""

    note: str | None = None
    inspection: InspectionNeed | None = None


async def settle(unit: UnitOfWork, document: Clearances, trip: Trip) -> Clearances:
    """Approve a submitted trip by rule, or put it under review, once the answers allow a decision.

    While a question to the driver is open nothing is decided by rule: whoever asked wants to read the answer.
    """
    undecided = trip.state is TripState.SUBMITTED and document.open and document.open_question() is None
    if not undecided or not rules.decidable(document.items):
        return document
    verdict = rules.judge(document.items, _declared(unit, trip))
    if verdict.review:
        return await _to_officer(unit, document, trip, verdict)
    named = [reason.rule for reason in verdict.grounds]
    await trips.approve(unit, trip.id, TripState.SUBMITTED, by_rule=True, reasons=named)
    approval = Approval(by_rule=True, decided_by=rules.RULES_NAME, at=unit.now, reasons=verdict.grounds)
    step = Step(kind=DecisionStepKind.APPROVED, at=unit.now, decider=Decider.RULES, reasons=verdict.grounds)
    await _keep(unit, document, TripState.APPROVED, approval)
    return await store.change(unit, document, {"approval": store.plain(approval)}, [step])


def _declared(unit: UnitOfWork, trip: Trip) -> rules.Declared:
    declared = trips.declaration_of(trip)
    day = declared.window_start.date().isoformat()
    keyed = vouchers.pseudonym(unit.settings, "random review", f"{min(declared.vehicles)} {day}")
    return rules.Declared(
        fever_free=declared.fever_free, draw=rules.draw_of(keyed), share=unit.settings.random_review_share
    )


async def _to_officer(
    unit: UnitOfWork, document: Clearances, trip: Trip, verdict: rules.Verdict
) -> Clearances:
    judged = ClearancesJudged(
        site=trip.checkpoint_id, trip_id=trip.id, reasons=tuple(reason.rule for reason in verdict.review)
    )
    unit.append(judged, trips.stream_of(trip.id))
    await trips.to_review(unit, trip.id)
    step = Step(
        kind=DecisionStepKind.SENT_TO_OFFICER, at=unit.now, decider=Decider.RULES, reasons=verdict.review
    )
    reasons = [store.plain(reason) for reason in verdict.review]
    return await store.change(unit, document, {"review_reasons": reasons}, [step])


async def approve(unit: UnitOfWork, trip_id: str, given: OfficersApproval) -> Clearances:
    """Approve a trip under review, by an officer; its voucher is issued.

    Raises:
        Refusal: FORBIDDEN; NOT_FOUND; TRIP_NOT_UNDER_REVIEW with `state`; HOLD_BEFORE_ARRIVAL with `agency`;
            QUESTION_OPEN; INSPECTION_NEED_MISSING with `agency`, INSPECTION_NEED_DECIDED with `inspection`;
            FIELD_TOO_LONG.
    """
    policy.may_review(unit.actor)
    note = clean(given.note)
    if len(note) > REASON_LENGTH:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["note"], args={"limit": str(REASON_LENGTH)})
    document = await store.load(unit, trip_id)
    trip = await trips.load_existing(unit, trip_id)
    if trip.state is not TripState.UNDER_REVIEW:
        raise Refusal(ProblemCode.TRIP_NOT_UNDER_REVIEW, args={"state": trip.state.value})
    stopped_by = rules.stopping(document.items)
    if stopped_by is not None:
        raise Refusal(ProblemCode.HOLD_BEFORE_ARRIVAL, args={"agency": stopped_by.agency.value})
    if document.open_question() is not None:
        raise Refusal(ProblemCode.QUESTION_OPEN)
    chosen = _chosen(document, given.inspection)
    rule = ApprovalRule.OFFICER_NOTE if note else ApprovalRule.OFFICER_APPROVED
    reasons = (ApprovalReason(rule=rule.value, args={"note": note} if note else {}), *chosen.reasons)
    await trips.approve(
        unit, trip_id, TripState.UNDER_REVIEW, by_rule=False, reasons=[reason.rule for reason in reasons]
    )
    approval = Approval(
        by_rule=False, decided_by=_name(unit), at=unit.now, reasons=reasons, inspection=given.inspection
    )
    step = Step(
        kind=DecisionStepKind.APPROVED,
        at=unit.now,
        decider=Decider.OFFICER,
        name=_name(unit),
        text=note or None,
        reasons=reasons,
    )
    await _keep(unit, document, TripState.APPROVED, approval)
    return await store.put(unit, document, chosen.items, [step], {"approval": store.plain(approval)})


@dataclass(frozen=True)
class _Chosen:
    """The silent agencies' verdicts with the inspection that the officer chose, and the rules that say so."""

    items: tuple[Clearance, ...]
    reasons: tuple[ApprovalReason, ...]


def _chosen(document: Clearances, inspection: InspectionNeed | None) -> _Chosen:
    """Return what the officer's choice makes of the silent agencies; it never overrules an agency that spoke."""
    if inspection is InspectionNeed.UNDECIDED:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["inspection"], args={"reason": "decide it"})
    silent = rules.undecided_by_silence(document.items)
    need = rules.inspection_need(document.items)
    if not silent and inspection not in {None, need}:
        raise Refusal(
            ProblemCode.INSPECTION_NEED_DECIDED, path=["inspection"], args={"inspection": need.value}
        )
    if not silent:
        return _Chosen((), ())
    if inspection is None:
        raise Refusal(
            ProblemCode.INSPECTION_NEED_MISSING,
            path=["inspection"],
            args={"agency": silent[0].agency.value},
        )
    rule = ApprovalRule.OFFICER_SET_INSPECTION.value
    return _Chosen(
        tuple(item.model_copy(update={"inspection": inspection}) for item in silent),
        tuple(
            ApprovalReason(rule=rule, args={"agency": item.agency.value, "inspection": inspection.value})
            for item in silent
        ),
    )


async def reject(unit: UnitOfWork, trip_id: str, reason: str) -> Clearances:
    """Reject a trip under review, by an officer; open questions are withdrawn with it.

    Raises:
        Refusal: FORBIDDEN; REASON_MISSING; NOT_FOUND; TRIP_NOT_UNDER_REVIEW with `state`.
    """
    policy.may_review(unit.actor)
    document = await store.load(unit, trip_id)
    await trips.reject(unit, trip_id, reason)
    step = Step(
        kind=DecisionStepKind.REJECTED,
        at=unit.now,
        decider=Decider.OFFICER,
        name=_name(unit),
        text=clean(reason),
    )
    await _keep(unit, document, TripState.REJECTED, None)
    closed = ended(document, QuestionState.WITHDRAWN, unit)
    questions = {"questions": [store.plain(question) for question in closed]}
    return await store.change(unit, document, {"open": False} | questions, [step])


def ended(document: Clearances, state: QuestionState, unit: UnitOfWork) -> list[Question]:
    """Return the trip's questions, the open ones in this state."""
    return [
        question.model_copy(update={"state": state, "closed_at": unit.now})
        if question.state is QuestionState.OPEN
        else question
        for question in document.questions
    ]


def _name(unit: UnitOfWork) -> str:
    return unit.actor.name or unit.actor.id


async def _keep(
    unit: UnitOfWork, document: Clearances, outcome: TripState, approval: Approval | None
) -> None:
    """Keep the decision for the figures."""
    checkpoint = await sites.checkpoint(document.checkpoint_id, unit.session)
    spoke = document.review_reasons or (approval.reasons if approval else ())
    row = {
        "_id": f"{document.id}:{document.round}",
        "checkpoint_id": document.checkpoint_id,
        "day": unit.now.astimezone(ZoneInfo(checkpoint.time_zone)).date().isoformat(),
        "at": unit.now,
        "seconds": round((unit.now - document.opened_at).total_seconds()),
        "by_rule": approval is not None and approval.by_rule,
        "outcome": outcome.value,
        "rules": sorted({reason.rule for reason in spoke}),
        "agencies": [_time(document, item).model_dump(mode="json") for item in document.items],
    }
    await unit.db[DECISIONS].insert_one(row, session=unit.session)


def _time(document: Clearances, item: Clearance) -> AgencyTime:
    said = item.answered_at
    seconds = round((said - document.opened_at).total_seconds()) if said else None
    return AgencyTime(agency=item.agency, state=item.state, seconds=seconds)
