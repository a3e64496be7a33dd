"""All that a driver's phone shows when it opens, in one answer."""

from collections.abc import Mapping
from datetime import datetime

import strawberry

from backend.clearances import rules
from backend.clearances import service as clearances
from backend.clearances.model import Clearances
from backend.clearances.schema_types import Clearance, Question, Visit
from backend.kit import eventlog
from backend.kit.context import Context
from backend.lanes import service
from backend.lanes.schema.types import Passage, StreamPosition, positions_of, shown_one
from backend.orders import service as orders
from backend.orders.schema import WorkOrder
from backend.trips import service as trips
from backend.trips.schema_types import Trip
from backend.vouchers import service as vouchers
from backend.vouchers.schema import Voucher


@strawberry.type(
    description="A driver's present trip, all that belongs to it, and where to follow its events from."
)
class DriverHome:
    """What the phone shows."""

    order: WorkOrder | None
    trip: Trip | None = strawberry.field(
        description="The one at the checkpoint, else the one just released, else the newest that goes on, else the "
        "last one; null before the first"
    )
    clearances: list[Clearance]
    questions: list[Question] = strawberry.field(
        description="Of officers and agencies to this driver, oldest first"
    )
    visits: list[Visit] = strawberry.field(
        description="Where agencies want to see the vehicle, in order: place, reason and law stand with each hold"
    )
    voucher: Voucher | None
    passage: Passage | None = strawberry.field(description="The last one of the trip")
    positions: list[StreamPosition] = strawberry.field(description="Give the trip's to tripEvents as `after`")
    server_time: datetime = strawberry.field(
        description="The phone keeps its offset to it: the live part of its code needs it"
    )


async def home(context: Context) -> DriverHome:
    """Return the asking driver's home."""
    trip = await service.trip_of_driver(context.db, context.actor.id, context.clock.now())
    if trip is None:
        return _home(context, {})
    positions = await eventlog.positions(
        context.db, [trips.stream_of(trip.id)]
    )  # first: what follows is as new
    trip = await trips.find(context.db, trip.id) or trip
    order = await orders.find(context.db, trip.order_id) if trip.order_id is not None else None
    voucher = await vouchers.find(context.db, trip.voucher_id) if trip.voucher_id is not None else None
    verdicts = await clearances.find(context.db, trip.id)
    passage = await service.latest_of_trip(context.db, trip.id)
    return _home(
        context,
        positions,
        order=WorkOrder.of(order) if order is not None else None,
        trip=Trip.of(trip, context.actor.language),
        verdicts=verdicts,
        voucher=Voucher.of(voucher, context.actor) if voucher is not None else None,
        passage=await shown_one(context, passage) if passage is not None else None,
    )


def _home(
    context: Context,
    positions: Mapping[str, int],
    *,
    order: WorkOrder | None = None,
    trip: Trip | None = None,
    verdicts: Clearances | None = None,
    voucher: Voucher | None = None,
    passage: Passage | None = None,
) -> DriverHome:
    return DriverHome(
        order=order,
        trip=trip,
        clearances=[Clearance.of(item) for item in verdicts.items] if verdicts else [],
        questions=[Question.of(question) for question in verdicts.questions] if verdicts else [],
        visits=[Visit.of(visit) for visit in rules.visits(verdicts.items)] if verdicts else [],
        voucher=voucher,
        passage=passage,
        positions=positions_of(positions),
        server_time=context.clock.now(),
    )
