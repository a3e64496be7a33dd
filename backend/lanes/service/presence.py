"""Which lane agents are connected: the hub notes when it last knew of each."""

from datetime import datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.lanes import policy
from backend.lanes.model import LanePresence

NOTED_EVERY = timedelta(seconds=10)
PRESENCES = LanePresence.Settings.name


async def note_agent(unit: UnitOfWork, lane_id: str) -> None:
    """Note that the lane's agent is connected now. Raises Refusal FORBIDDEN or NOT_FOUND."""
    policy.may_run_lane(unit.actor, lane_id)
    await unit.db[PRESENCES].update_one(
        {"_id": lane_id},
        {"$set": {"agent_id": unit.actor.id, "seen_at": unit.now}},
        upsert=True,
        session=unit.session,
    )


async def agents_seen(db: AsyncDatabase[Row], lane_ids: list[str]) -> dict[str, datetime]:
    """Return when each of these lanes' agents was last connected; those never seen are missing."""
    return {row["_id"]: row["seen_at"] async for row in db[PRESENCES].find({"_id": {"$in": lane_ids}})}
