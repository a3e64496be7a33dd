"""An agency's own queue in the schema."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import strawberry

from backend.clearances import model, policy, service
from backend.clearances.schema_types import Clearance, TripReview
from backend.kit.graphql import Edge, Info, PageInfo, page_info
from backend.trips import service as trips
from core.states import ClearanceState


@strawberry.type(description="How many trips are in one state of the agency's clearance.")
class AgencyQueueCount:
    """A count."""

    state: ClearanceState
    trips: int = strawberry.field(description="At most 1000: then there are that many or more")
    late: int = strawberry.field(description="Of those, how many wait beyond the deadline")


@strawberry.type(description="A trip in an agency's queue.")
class AgencyQueueEntry:
    """A trip."""

    review: TripReview
    clearance: Clearance = strawberry.field(description="The asking agency's own")
    late: bool = strawberry.field(description="The deadline has passed without an answer")
    question_open: bool = strawberry.field(
        description="The driver has still to answer a question of this agency"
    )


@strawberry.type(description="An agency's queue, the nearest deadline first.")
class AgencyQueue:
    """A page of it."""

    counts: list[AgencyQueueCount] = strawberry.field(
        description="One for each state, whatever was asked for"
    )
    edges: list[Edge[AgencyQueueEntry]]
    page_info: PageInfo
    at: datetime = strawberry.field(description="The hub's time, to count the seconds to each deadline from")


async def queue_page(
    info: Info, states: Sequence[ClearanceState], first: int, after: str | None
) -> AgencyQueue:
    """Return a page of the asking agency's queue. Raises Refusal INVALID_INPUT as `page` does."""
    actor, now = info.context.actor, info.context.clock.now()
    agency = policy.agency_of(actor)
    found = await service.queue(info.context.db, agency, states, first=first, after=after)
    rows, tallies = await asyncio.gather(
        trips.find_many(info.context.db, [row["_id"] for row in found.items]),
        service.queue_tallies(info.context.db, agency, now),
    )
    edges = []
    for row, cursor in zip(found.items, found.cursors, strict=True):
        document = model.Clearances.of(row)
        own = document.of_agency(agency)
        if own is None:  # it is found by its own desk's state
            continue
        entry = AgencyQueueEntry(
            review=TripReview.of(document, rows[document.id], None, actor),
            clearance=Clearance.of(own, actor.language),
            late=service.is_late(own, now),
            question_open=document.open_question(agency) is not None,
        )
        edges.append(Edge(cursor=cursor, node=entry))
    counts = [AgencyQueueCount(state=one.state, trips=one.trips, late=one.late) for one in tallies]
    return AgencyQueue(counts=counts, edges=edges, page_info=page_info(found), at=now)
