"""Reading trips at the desk: one trip, the officer's queue, an agency's queue."""

from collections.abc import Sequence

import strawberry

from backend.clearances import model, policy, service
from backend.clearances.schema_explanation import DecisionExplanation
from backend.clearances.schema_queue import AgencyQueue, queue_page
from backend.clearances.schema_types import TripReview, TripReviewConnection
from backend.kit.database import Row
from backend.kit.graphql import Edge, Info, page_info
from backend.kit.paging import Page, page
from backend.trips import service as trips
from backend.trips.model import Trip as TripRow
from backend.trips.service import may_see
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal
from core.states import ClearanceState, TripState


async def review_of(info: Info, trip_id: str) -> TripReview:
    """Return the desk's view of a trip as it now stands. Raises Refusal NOT_FOUND."""
    document = await service.find(info.context.db, trip_id)
    trip = await trips.find(info.context.db, trip_id)
    if document is None or trip is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    voucher = await vouchers.find(info.context.db, trip.voucher_id) if trip.voucher_id else None
    return TripReview.of(document, trip, voucher, info.context.actor)


async def _reviews(info: Info, rows: Sequence[Row]) -> list[TripReview]:
    """Return the desk's view of each of these trips, with three queries for all of them."""
    found = [TripRow.of(row) for row in rows]
    documents = await service.find_many(info.context.db, [trip.id for trip in found])
    codes = await vouchers.find_many(info.context.db, [trip.voucher_id for trip in found if trip.voucher_id])
    return [
        TripReview.of(documents[trip.id], trip, codes.get(trip.voucher_id or ""), info.context.actor)
        for trip in found
    ]


def _connection(found: Page, nodes: Sequence[TripReview]) -> TripReviewConnection:
    edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
    return TripReviewConnection(edges=edges, page_info=page_info(found))


@strawberry.type
class Query:
    """Root fields about clearances."""

    @strawberry.field(
        description="A submitted trip with its clearances; null if it does not exist or is a first draft"
    )
    async def trip_review(self, info: Info, trip_id: strawberry.ID) -> TripReview | None:
        """Return it."""
        try:
            return await review_of(info, str(trip_id))
        except Refusal:
            return None

    @strawberry.field(description="Trips under review at a checkpoint, longest waiting first")
    async def review_queue(
        self, info: Info, checkpoint_id: strawberry.ID, first: int = 20, after: str | None = None
    ) -> TripReviewConnection:
        """Return a page of them."""
        where = {"checkpoint_id": str(checkpoint_id), "state": TripState.UNDER_REVIEW.value}
        sort = [("submitted_at", 1), ("_id", 1)]
        found = await page(info.context.db[trips.TRIPS], where, sort, first=first, after=after)
        return _connection(found, await _reviews(info, found.items))

    @strawberry.field(
        description="The asking agency's own queue, the nearest deadline first: of trips that have not ended, those in "
        "these states of its clearance, PENDING if none is named"
    )
    async def agency_queue(
        self,
        info: Info,
        states: list[ClearanceState] | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> AgencyQueue:
        """Return a page of it, and how much there is in each state."""
        return await queue_page(info, states or [ClearanceState.PENDING], first, after)

    @strawberry.field(
        description="How a decision about a trip came about, step by step: to officers and agencies all of it; to a "
        "driver, of his own trip, without the names of people, the inputs of rules and why an officer looks; null for "
        "any other trip"
    )
    async def decision_explanation(self, info: Info, trip_id: strawberry.ID) -> DecisionExplanation | None:
        """Return it."""
        trip = await trips.find(info.context.db, str(trip_id))
        if trip is None or not may_see(info.context.actor, trip):
            return None
        document = await service.find(info.context.db, trip.id)
        return DecisionExplanation.of(trip, document, info.context.actor) if document else None

    @strawberry.field(description="Trips that wait for the asking agency's answer, longest waiting first")
    async def clearance_queue(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> TripReviewConnection:
        """Return a page of them."""
        waiting = {
            "agency": policy.agency_of(info.context.actor).value,
            "state": ClearanceState.PENDING.value,
        }
        where = {"open": True, "items": {"$elemMatch": waiting}}
        sort = [("opened_at", 1), ("_id", 1)]
        found = await page(info.context.db[service.CLEARANCES], where, sort, first=first, after=after)
        rows = await trips.find_many(info.context.db, [row["_id"] for row in found.items])
        nodes = [
            TripReview.of(model.Clearances.of(row), rows[row["_id"]], None, info.context.actor)
            for row in found.items
        ]
        return _connection(found, nodes)
