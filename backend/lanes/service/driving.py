"""Which of his trips a driver is driving: the one that his phone shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.database import Row
from backend.lanes.model import Passage
from backend.lanes.service.store import PASSAGES
from backend.trips import service as trips
from backend.trips.model import Trip
from core.passages import PassageState
from core.states import TripState

MOST_TRIPS = 10
AT_THE_CHECKPOINT = frozenset({TripState.ARRIVED, TripState.HELD, TripState.DETAINED})
SHOWN_AFTER_RELEASE = timedelta(minutes=10)
STILL_LEAVING = timedelta(hours=1)
"""A released vehicle of which nobody reported for so long that it left has left."""


async def trip_of_driver(db: AsyncDatabase[Row], driver_id: str, now: datetime) -> Trip | None:
    """Return the trip in a lane or a bay; else the one just released; else the newest that goes on; else the last.

    A release is shown until the vehicle has left, and at least for ten minutes; a trip that the driver has begun
    since is what he wants to see.
    """
    recent = await trips.recent_of_driver(db, driver_id, MOST_TRIPS)
    present = next((trip for trip in recent if trip.state in AT_THE_CHECKPOINT), None)
    if present is None and recent:
        present = await _just_released(db, recent, now)
    return present or await trips.current_of_driver(db, driver_id)


async def _just_released(db: AsyncDatabase[Row], recent: Sequence[Trip], now: datetime) -> Trip | None:
    cleared = {trip.id: trip for trip in recent if trip.state is TripState.CLEARED}
    where = {
        "trip_id": {"$in": sorted(cleared)},
        "$or": [
            {"released_at": {"$gte": now - SHOWN_AFTER_RELEASE}},
            {"released_at": {"$gte": now - STILL_LEAVING}, "state": PassageState.RELEASED.value},
        ],
    }
    row = await db[PASSAGES].find_one(where, sort=[("released_at", -1)]) if cleared else None
    if row is None:
        return None
    passage = Passage.of(row)
    begun_since = passage.released_at is not None and recent[0].created_at > passage.released_at
    return None if begun_since else cleared[passage.trip_id]
