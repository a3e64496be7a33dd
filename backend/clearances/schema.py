"""Submitting, answering and deciding in the schema: whatever touches a trip's clearances."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

import strawberry

from backend.clearances import service
from backend.clearances.schema_inputs import (
    AmendTripInput,
    AnswerClearanceInput,
    ApproveTripInput,
    DeclarationIncomplete,
    RejectTripInput,
    SubmitDeclarationInput,
    TripKeyInput,
)
from backend.clearances.schema_permissions import PERMISSIONS
from backend.clearances.schema_queries import Query, review_of
from backend.clearances.schema_questions import QuestionMutation, once
from backend.clearances.schema_types import Clearance, TripReview
from backend.kit.context import UnitOfWork
from backend.kit.graphql import Info, Problem, expected_errors
from backend.orders import schema as orders_schema
from backend.orders import service as orders
from backend.orders.schema import OrderKeyInput, WorkOrderResult
from backend.trips import schema as trips_schema
from backend.trips import service as trips
from backend.trips.model import StoredFailure
from backend.trips.schema_types import RuleFailure, Trip, stored_failure

__all__ = ["PERMISSIONS", "Clearance", "Mutation", "Query", "TripReview"]

SubmitDeclarationResult = Annotated[
    Trip | DeclarationIncomplete | Problem,
    strawberry.union(
        "SubmitDeclarationResult",
        description="The submitted trip; or the draft with what is wrong; or why not.",
    ),
]
TripResult = Annotated[
    Trip | Problem, strawberry.union("TripResult", description="The trip as it now stands, or why not.")
]
TripReviewResult = Annotated[
    TripReview | Problem,
    strawberry.union("TripReviewResult", description="The trip at the desk as it now stands, or why not."),
]


class TripKey(Protocol):
    """An input that names a trip."""

    idempotency_key: str
    trip_id: strawberry.ID


@dataclass(frozen=True)
class SubmittedReply:
    """What is kept of a submission: the trip, and the failures if it was refused."""

    trip_id: str
    failures: tuple[StoredFailure, ...]


Work = Callable[[UnitOfWork], Awaitable[object]]


async def _once(info: Info, mutation: str, given: TripKey, payload: object, work: Work) -> str:
    """Run a use case of one trip at most once and return the trip's id."""
    return await once(
        info, mutation, str(given.trip_id), key=given.idempotency_key, payload=payload, work=work
    )


async def _end_order(
    info: Info, mutation: str, given: OrderKeyInput, work: Callable[[UnitOfWork, str], Awaitable[object]]
) -> orders_schema.WorkOrder:
    """Run a use case of one order at most once and return the order as it then stands."""
    order_id = str(given.order_id)
    order = await orders.find(info.context.db, order_id)

    async def replied(unit: UnitOfWork) -> str:
        await work(unit, order_id)
        return order_id

    streams = [orders.stream_of(order_id)]
    if order is not None and order.trip_id is not None:
        streams.append(trips.stream_of(order.trip_id))
    await info.context.once(mutation, given.idempotency_key, order_id, str, replied, streams=streams)
    return await orders_schema.shown(info, order_id)


@strawberry.type
class Mutation(QuestionMutation):
    """Root mutations about clearances."""

    @strawberry.mutation(
        description="Change the draft and submit it. If it breaks rules it stays a DRAFT and the answer names every "
        "failure; otherwise it is SUBMITTED and the agencies are asked."
    )
    @expected_errors
    async def submit_declaration(
        self,
        info: Info,
        input: SubmitDeclarationInput,  # noqa: A002 - the schema's word
    ) -> SubmitDeclarationResult:
        """Submit it."""
        trip_id, change = str(input.trip_id), input.declaration.change()

        async def submit(unit: UnitOfWork) -> SubmittedReply:
            submission = await service.submit(unit, trip_id, change, input.anchors)
            return SubmittedReply(trip_id, tuple(stored_failure(failure) for failure in submission.failures))

        payload = [trip_id, change.values, sorted(change.given), input.anchors]
        streams = [trips.stream_of(trip_id)]
        reply = await info.context.once(
            "submitDeclaration", input.idempotency_key, payload, SubmittedReply, submit, streams=streams
        )
        trip = await trips_schema.shown(info, reply.trip_id)
        if not reply.failures:
            return trip
        language = info.context.actor.language
        failures = [RuleFailure.of(failure, language) for failure in reply.failures]
        return DeclarationIncomplete(trip=trip, failures=failures)

    @strawberry.mutation(
        description="The driver takes a submitted or approved trip back to change it: it is a DRAFT again, its code is "
        "SUPERSEDED and the agencies' answers count no longer. TRIP_STATE once the vehicle is in a lane."
    )
    @expected_errors
    async def amend_trip(self, info: Info, input: AmendTripInput) -> TripResult:  # noqa: A002
        """Amend it."""
        trip_id = str(input.trip_id)
        await _once(info, "amendTrip", input, None, lambda unit: service.amend(unit, trip_id))
        return await trips_schema.shown(info, trip_id)

    @strawberry.mutation(
        description="The driver gives his trip up; its code is REVOKED. TRIP_STATE once the vehicle is in a lane."
    )
    @expected_errors
    async def withdraw_trip(self, info: Info, input: TripKeyInput) -> TripResult:  # noqa: A002
        """Withdraw it."""
        trip_id = str(input.trip_id)
        await _once(info, "withdrawTrip", input, None, lambda unit: service.withdraw(unit, trip_id))
        return await trips_schema.shown(info, trip_id)

    @strawberry.mutation(
        description="The carrier takes an order back; a trip that carries it is WITHDRAWN and its code REVOKED. "
        "ORDER_NOT_OPEN when it has ended, TRIP_STATE once the vehicle is in a lane."
    )
    @expected_errors
    async def cancel_work_order(self, info: Info, input: OrderKeyInput) -> WorkOrderResult:  # noqa: A002
        """Cancel it."""
        return await _end_order(info, "cancelWorkOrder", input, service.cancel_order)

    @strawberry.mutation(description="The driver gives an accepted order back; its trip is WITHDRAWN.")
    @expected_errors
    async def decline_work_order(self, info: Info, input: OrderKeyInput) -> WorkOrderResult:  # noqa: A002
        """Decline it."""
        return await _end_order(info, "declineWorkOrder", input, service.decline_order)

    @strawberry.mutation(
        description="An agency gives its verdict, or changes it, also after the approval: a hold then stops the "
        "vehicle at the lane, and CLEAR lifts a hold. HOLD_REASON_MISSING, BAY_UNKNOWN, CLEARANCE_NOT_YOURS, "
        "CLEARANCE_DECIDED (said already), QUESTION_OPEN (its own), TRIP_STATE."
    )
    @expected_errors
    async def answer_clearance(self, info: Info, input: AnswerClearanceInput) -> TripReviewResult:  # noqa: A002
        """Take the answer."""
        trip_id, given = str(input.trip_id), input.value()
        await _once(info, "answerClearance", input, given, lambda unit: service.answer(unit, trip_id, given))
        return await review_of(info, trip_id)

    @strawberry.mutation(
        description="An officer approves a trip under review; its voucher is issued. TRIP_NOT_UNDER_REVIEW when "
        "somebody was quicker, HOLD_BEFORE_ARRIVAL while an agency stops the vehicle, QUESTION_OPEN while the driver "
        "is to answer; INSPECTION_NEED_MISSING where an agency's silence leaves the inspection open, "
        "INSPECTION_NEED_DECIDED where the agencies have said otherwise."
    )
    @expected_errors
    async def approve_trip(self, info: Info, input: ApproveTripInput) -> TripReviewResult:  # noqa: A002
        """Approve it."""
        trip_id, given = str(input.trip_id), input.value()
        await _once(info, "approveTrip", input, given, lambda unit: service.approve(unit, trip_id, given))
        return await review_of(info, trip_id)

    @strawberry.mutation(
        description="An officer rejects a trip under review, with a reason. TRIP_NOT_UNDER_REVIEW, REASON_MISSING."
    )
    @expected_errors
    async def reject_trip(self, info: Info, input: RejectTripInput) -> TripReviewResult:  # noqa: A002
        """Reject it."""
        trip_id, reason = str(input.trip_id), input.reason
        await _once(info, "rejectTrip", input, reason, lambda unit: service.reject(unit, trip_id, reason))
        return await review_of(info, trip_id)
