"""Ask and answer in the schema, and an agency's system that answers for several trips at once."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from backend.clearances import service
from backend.clearances.schema_inputs import (
    AnswerClearancesInput,
    AnswerQuestionInput,
    AskDriverInput,
    ClearanceAnswerInput,
    WithdrawQuestionInput,
)
from backend.clearances.schema_types import Clearance, Question
from backend.kit.context import KEY_LENGTHS, UnitOfWork
from backend.kit.graphql import Info, Problem, expected_errors
from backend.trips import service as trips
from backend.trips.schema import TripReply
from core.problems import ProblemCode, Refusal
from core.states import TripState

MOST_ANSWERS = 20

QuestionResult = Annotated[
    Question | Problem,
    strawberry.union("QuestionResult", description="The question as it now stands, or why not."),
]


@strawberry.type(description="An agency's answer as it was taken, and where its trip stands now.")
class ClearanceTaken:
    """An answer."""

    trip_id: strawberry.ID
    trip_state: TripState
    clearance: Clearance
    version: int = strawberry.field(description="Of the trip's clearances; raised by every answer")


ClearanceTakenResult = Annotated[
    ClearanceTaken | Problem,
    strawberry.union("ClearanceTakenResult", description="The answer that was taken, or why not."),
]


@strawberry.type(description="What became of each answer, in the order in which they came.")
class ClearancesTaken:
    """Answers."""

    results: list[ClearanceTakenResult]


AnswerClearancesResult = Annotated[
    ClearancesTaken | Problem,
    strawberry.union(
        "AnswerClearancesResult",
        description="What became of each answer; a Problem only where the message itself cannot be read.",
    ),
]


async def once(
    info: Info,
    mutation: str,
    trip_id: str,
    *,
    key: str,
    payload: object,
    work: Callable[[UnitOfWork], Awaitable[object]],
) -> str:
    """Run a use case of one trip at most once and return the trip's id."""

    async def replied(unit: UnitOfWork) -> TripReply:
        await work(unit)
        return TripReply(trip_id)

    streams = [trips.stream_of(trip_id)]
    reply = await info.context.once(mutation, key, [trip_id, payload], TripReply, replied, streams=streams)
    return reply.trip_id


async def _question(info: Info, trip_id: str, question_id: str | None) -> Question:
    """Return the question as it now stands, the newest one if none is named. Raises Refusal NOT_FOUND."""
    document = await service.find(info.context.db, trip_id)
    questions = document.questions if document else ()
    found = [one for one in questions if question_id in {None, one.id}]
    if not found:
        raise Refusal(ProblemCode.NOT_FOUND, path=["questionId"])
    return Question.of(found[-1])


@strawberry.type
class QuestionMutation:
    """Root mutations about questions, and of an agency's system."""

    @strawberry.mutation(
        description="An officer or an agency asks the driver of a trip that is SUBMITTED or UNDER_REVIEW. Until he has "
        "answered, or the question is withdrawn, the rules decide nothing and no officer approves. QUESTION_MISSING, "
        "QUESTIONS_TOO_MANY, CLEARANCE_NOT_YOURS, TRIP_STATE."
    )
    @expected_errors
    async def ask_driver(self, info: Info, input: AskDriverInput) -> QuestionResult:  # noqa: A002
        """Ask him."""
        trip_id, text = str(input.trip_id), input.text

        async def ask(unit: UnitOfWork) -> str:
            return (await service.ask(unit, trip_id, text)).questions[-1].id

        streams = [trips.stream_of(trip_id)]
        asked = [trip_id, text]
        question_id = await info.context.once(
            "askDriver", input.idempotency_key, asked, str, ask, streams=streams
        )
        return await _question(info, trip_id, question_id)

    @strawberry.mutation(
        description="The driver answers a question about his own trip, once; who wants to say more amends the trip. "
        "ANSWER_MISSING, QUESTION_CLOSED, TRIP_STATE."
    )
    @expected_errors
    async def answer_question(self, info: Info, input: AnswerQuestionInput) -> QuestionResult:  # noqa: A002
        """Take the answer."""
        trip_id, question_id, text = str(input.trip_id), str(input.question_id), input.text
        await once(
            info,
            "answerQuestion",
            trip_id,
            key=input.idempotency_key,
            payload=[question_id, text],
            work=lambda unit: service.answer_question(unit, trip_id, question_id, text),
        )
        return await _question(info, trip_id, question_id)

    @strawberry.mutation(
        description="A question is taken back: an agency's own, an officer any. QUESTION_CLOSED, CLEARANCE_NOT_YOURS, "
        "TRIP_STATE."
    )
    @expected_errors
    async def withdraw_question(self, info: Info, input: WithdrawQuestionInput) -> QuestionResult:  # noqa: A002
        """Take it back."""
        trip_id, question_id = str(input.trip_id), str(input.question_id)
        await once(
            info,
            "withdrawQuestion",
            trip_id,
            key=input.idempotency_key,
            payload=question_id,
            work=lambda unit: service.withdraw_question(unit, trip_id, question_id),
        )
        return await _question(info, trip_id, question_id)

    @strawberry.mutation(
        description="An agency's own system answers for up to 20 trips in one message. Each answer is taken or refused "
        "by itself, as answerClearance does, and each has its own result. INVALID_INPUT for an empty or a longer "
        "list, or one trip twice."
    )
    @expected_errors
    async def answer_clearances(self, info: Info, input: AnswerClearancesInput) -> AnswerClearancesResult:  # noqa: A002
        """Take the answers."""
        if len(input.idempotency_key) not in KEY_LENGTHS:
            raise Refusal(
                ProblemCode.INVALID_INPUT, path=["idempotencyKey"], args={"reason": "8 to 64 characters"}
            )
        named = [str(answer.trip_id) for answer in input.answers]
        if not 1 <= len(named) <= MOST_ANSWERS:
            raise Refusal(
                ProblemCode.INVALID_INPUT, path=["answers"], args={"reason": f"1 to {MOST_ANSWERS}"}
            )
        if len(set(named)) < len(named):
            raise Refusal(ProblemCode.INVALID_INPUT, path=["answers"], args={"reason": "one trip twice"})
        results = [
            await _taken(info, input.idempotency_key, answer, place)
            for place, answer in enumerate(input.answers)
        ]
        return ClearancesTaken(results=results)


async def _taken(info: Info, key: str, given: ClearanceAnswerInput, place: int) -> ClearanceTaken | Problem:
    """Take one answer of several, under a key of its own."""
    trip_id, answer = str(given.trip_id), given.value()
    own_key = hashlib.sha256(f"{key}\x00{trip_id}".encode()).hexdigest()
    try:
        await once(
            info,
            "answerClearances",
            trip_id,
            key=own_key,
            payload=answer,
            work=lambda unit: service.answer(unit, trip_id, answer),
        )
        return await _as_taken(info, trip_id)
    except Refusal as refusal:
        return Problem.of(refusal.at("answers", str(place), *refusal.path))


async def _as_taken(info: Info, trip_id: str) -> ClearanceTaken:
    document = await service.find(info.context.db, trip_id)
    trip = await trips.find(info.context.db, trip_id)
    agency = info.context.actor.agency
    own = document.of_agency(agency) if document and agency else None
    if document is None or trip is None or own is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    return ClearanceTaken(
        trip_id=strawberry.ID(trip_id),
        trip_state=trip.state,
        clearance=Clearance.of(own),
        version=document.version,
    )
