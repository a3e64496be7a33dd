"""Ask and answer: an officer or an agency asks the driver before it decides; he answers once."""

from datetime import datetime, timedelta

from backend.clearances import agencies, policy
from backend.clearances.events import QuestionAnswered, QuestionAsked, QuestionEvent, QuestionWithdrawn
from backend.clearances.model import Clearances, Question, Step
from backend.clearances.service import decisions, store
from backend.kit.context import UnitOfWork
from backend.orders.rules import clean
from backend.trips import service as trips
from backend.trips.model import Trip
from core.problems import ProblemCode, Refusal
from core.states import Agency, ClearanceState, Decider, DecisionStepKind, QuestionState, TripState

TEXT_LENGTH = 500
MOST_QUESTIONS = 20
ASKABLE = (TripState.SUBMITTED, TripState.UNDER_REVIEW)


async def ask(unit: UnitOfWork, trip_id: str, text: str) -> Clearances:
    """Ask the trip's driver; until he has answered nothing is decided by rule.

    Raises:
        Refusal: FORBIDDEN; QUESTION_MISSING, FIELD_TOO_LONG; NOT_FOUND; CLEARANCE_NOT_YOURS; TRIP_STATE with `state`;
            QUESTIONS_TOO_MANY with `limit`.
    """
    policy.may_ask(unit.actor)
    agency = unit.actor.agency
    text = _examined(text, ProblemCode.QUESTION_MISSING)
    document = await store.load(unit, trip_id)
    trip = await _askable(unit, document, trip_id)
    if agency is not None and document.of_agency(agency) is None:
        raise Refusal(ProblemCode.CLEARANCE_NOT_YOURS)
    if len(document.questions) >= MOST_QUESTIONS:
        raise Refusal(ProblemCode.QUESTIONS_TOO_MANY, args={"limit": str(MOST_QUESTIONS)})
    question = Question(
        id=f"q{len(document.questions) + 1}",
        agency=agency,
        asked_by=unit.actor.name or unit.actor.id,
        text=text,
        asked_at=unit.now,
    )
    step = _step(unit, DecisionStepKind.QUESTION_ASKED, agency, text)
    document = await store.put_question(unit, document, [question], [step])
    document = await _deadline(unit, document, agency, trips.declaration_of(trip).window_end)
    _tell(unit, QuestionAsked, trip, question)
    return document


async def answer_question(unit: UnitOfWork, trip_id: str, question_id: str, text: str) -> Clearances:
    """Take the driver's answer to a question about his own trip; he answers each once.

    An agency that asked has its time anew from then on: it waited for him.

    Raises:
        Refusal: NOT_FOUND; ANSWER_MISSING, FIELD_TOO_LONG; TRIP_STATE with `state`; QUESTION_CLOSED with `state`.
    """
    trip = await trips.load_own(unit, trip_id)
    text = _examined(text, ProblemCode.ANSWER_MISSING)
    document = await store.load(unit, trip_id)
    question = _open_question(document, question_id)
    await _askable(unit, document, trip_id)
    closed = {"state": QuestionState.ANSWERED, "answer": text, "closed_at": unit.now}
    answered = question.model_copy(update=closed)
    step = _step(unit, DecisionStepKind.QUESTION_ANSWERED, question.agency, text)
    document = await store.put_question(unit, document, [answered], [step])
    document = await _time_anew(unit, document, question.agency)
    _tell(unit, QuestionAnswered, trip, answered)
    return await decisions.settle(unit, document, trip)


async def withdraw_question(unit: UnitOfWork, trip_id: str, question_id: str) -> Clearances:
    """Take a question back: an agency its own, an officer any, for it is he who decides and must not be kept from it.

    Raises:
        Refusal: FORBIDDEN; NOT_FOUND; CLEARANCE_NOT_YOURS; TRIP_STATE with `state`; QUESTION_CLOSED with `state`.
    """
    policy.may_ask(unit.actor)
    document = await store.load(unit, trip_id)
    question = _open_question(document, question_id)
    if unit.actor.agency is not None and question.agency is not unit.actor.agency:
        raise Refusal(ProblemCode.CLEARANCE_NOT_YOURS)
    trip = await _askable(unit, document, trip_id)
    withdrawn = question.model_copy(update={"state": QuestionState.WITHDRAWN, "closed_at": unit.now})
    step = _step(unit, DecisionStepKind.QUESTION_WITHDRAWN, unit.actor.agency, None)
    document = await store.put_question(unit, document, [withdrawn], [step])
    document = await _time_anew(unit, document, question.agency)
    _tell(unit, QuestionWithdrawn, trip, withdrawn)
    return await decisions.settle(unit, document, trip)


def _examined(text: str, missing: ProblemCode) -> str:
    text = clean(text)
    if not text:
        raise Refusal(missing, path=["text"])
    if len(text) > TEXT_LENGTH:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["text"], args={"limit": str(TEXT_LENGTH)})
    return text


async def _askable(unit: UnitOfWork, document: Clearances, trip_id: str) -> Trip:
    trip = await trips.load_existing(unit, trip_id)
    if trip.state not in ASKABLE or not document.open:
        raise Refusal(ProblemCode.TRIP_STATE, args={"state": trip.state.value})
    return trip


def _open_question(document: Clearances, question_id: str) -> Question:
    question = next((one for one in document.questions if one.id == question_id), None)
    if question is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["questionId"])
    if question.state is not QuestionState.OPEN:
        raise Refusal(ProblemCode.QUESTION_CLOSED, args={"state": question.state.value})
    return question


async def _time_anew(unit: UnitOfWork, document: Clearances, agency: Agency | None) -> Clearances:
    """Give the agency that asked its whole time from now on, once it has no other question open."""
    if agency is None or document.open_question(agency) is not None:
        return document
    seconds = agencies.deadline_seconds(
        agency, unit.settings.agency_deadline_seconds, unit.settings.agency_deadlines
    )
    return await _deadline(unit, document, agency, unit.now + timedelta(seconds=seconds))


async def _deadline(
    unit: UnitOfWork, document: Clearances, agency: Agency | None, deadline: datetime
) -> Clearances:
    """Set the deadline of the agency, where it has still to answer.

    While it waits for its driver that is the end of the trip's window: the sweep of deadlines must not find it again
    and again.
    """
    pending = document.of_agency(agency) if agency else None
    if pending is None or pending.state is not ClearanceState.PENDING:
        return document
    return await store.put(unit, document, [pending.model_copy(update={"deadline": deadline})], [])


def _step(unit: UnitOfWork, kind: DecisionStepKind, agency: Agency | None, text: str | None) -> Step:
    name = unit.actor.name or unit.actor.id
    decider = Decider(unit.actor.role.value)
    return Step(kind=kind, at=unit.now, decider=decider, name=name, agency=agency, text=text)


def _tell(unit: UnitOfWork, kind: type[QuestionEvent], trip: Trip, question: Question) -> None:
    asker = question.agency.value if question.agency else None
    event = kind(site=trip.checkpoint_id, trip_id=trip.id, question=question.id, agency=asker)
    text = question.answer if question.state is QuestionState.ANSWERED else question.text
    unit.append(event, trips.stream_of(trip.id), evidence={"text": text or ""})
