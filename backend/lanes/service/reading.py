"""Passages as others see them: one, a page of them, and who stands where now."""

from collections.abc import Mapping, Sequence

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.database import Row
from backend.kit.paging import Page, page
from backend.lanes.model import Passage
from backend.lanes.service.store import PASSAGES
from core.passages import OPEN_STATES


async def find(db: AsyncDatabase[Row], passage_id: str) -> Passage | None:
    """Return the passage as it stands, or None."""
    row = await db[PASSAGES].find_one({"_id": passage_id})
    return Passage.of(row) if row is not None else None


async def latest_of_trip(db: AsyncDatabase[Row], trip_id: str) -> Passage | None:
    """Return the trip's last passage, or None before its first."""
    row = await db[PASSAGES].find_one({"trip_id": trip_id}, sort=[("opened_at", -1)])
    return Passage.of(row) if row is not None else None


async def in_lane(db: AsyncDatabase[Row], lane_id: str) -> Passage | None:
    """Return the passage of the vehicle that stands in the lane, or None."""
    row = await db[PASSAGES].find_one({"occupied_lane": lane_id})
    return Passage.of(row) if row is not None else None


async def standing(db: AsyncDatabase[Row], lanes: list[str], bays: list[str]) -> Mapping[str, Passage]:
    """Return who stands in these lanes and bays, by the place's id; a vehicle on its way to a bay has both."""
    where = {"$or": [{"occupied_lane": {"$in": lanes}}, {"occupied_bay": {"$in": bays}}]}
    found: dict[str, Passage] = {}
    async for row in db[PASSAGES].find(where):
        passage = Passage.of(row)
        for place in (passage.occupied_lane, passage.occupied_bay):
            if place is not None:
                found[place] = passage
    return found


async def page_of_checkpoint(
    db: AsyncDatabase[Row], checkpoint_id: str, first: int, after: str | None
) -> Page:
    """Return a page of the checkpoint's passages, newest first. Raises Refusal INVALID_INPUT."""
    where = {"checkpoint_id": checkpoint_id}
    return await page(db[PASSAGES], where, [("opened_at", -1), ("_id", -1)], first=first, after=after)


async def open_trips(db: AsyncDatabase[Row], lane_id: str) -> set[str]:
    """Return the trips whose passage is open in this lane: what their agencies say concerns the lane."""
    states = sorted(state.value for state in OPEN_STATES)
    where = {"occupied_lane": lane_id, "state": {"$in": states}}
    return {row["trip_id"] async for row in db[PASSAGES].find(where, {"trip_id": 1})}


async def open_of_trips(db: AsyncDatabase[Row], trip_ids: Sequence[str]) -> dict[str, str]:
    """Return the open passages of these trips, by the trip's id."""
    states = sorted(state.value for state in OPEN_STATES)
    where = {"trip_id": {"$in": list(trip_ids)}, "state": {"$in": states}}
    return {row["trip_id"]: row["_id"] async for row in db[PASSAGES].find(where, {"trip_id": 1})}


async def streams_of_passage(db: AsyncDatabase[Row], passage_id: str) -> list[str]:
    """Return the streams that a change of this passage may write: its lane's, its trip's, its checkpoint's."""
    row = await db[PASSAGES].find_one({"_id": passage_id}, {"lane_id": 1, "trip_id": 1, "checkpoint_id": 1})
    if row is None:
        return []
    return [f"lane:{row['lane_id']}", f"trip:{row['trip_id']}", f"site:{row['checkpoint_id']}"]
