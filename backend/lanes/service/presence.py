"""Which lane agents are connected: the hub notes when it last knew of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.lanes import policy
from backend.lanes.model import LanePresence

NOTED_EVERY = timedelta(seconds=10)
PRESENCES = LanePresence.Settings.name


@dataclass(frozen=True)
class AgentSeen:
    """When a lane's agent was last known to be connected. Passing news: it is told, not logged."""

    lane_id: str
    at: datetime

    @classmethod
    def heard(cls, payload: Mapping[str, Any]) -> "AgentSeen":
        """Read what `told` has written."""
        return cls(payload["lane_id"], payload["at"])

    def told(self) -> Mapping[str, Any]:
        """Return it as the payload of a signal."""
        return {"lane_id": self.lane_id, "at": self.at}


def presence_topic(checkpoint_id: str) -> str:
    """Return the topic of the signals that tell of this checkpoint's lanes' agents."""
    return f"presence:{checkpoint_id}"


async def note_agent(unit: UnitOfWork, lane_id: str) -> AgentSeen:
    """Note that the lane's agent is connected now. Raises Refusal FORBIDDEN or NOT_FOUND."""
    policy.may_run_lane(unit.actor, lane_id)
    await unit.db[PRESENCES].update_one(
        {"_id": lane_id},
        {"$set": {"agent_id": unit.actor.id, "seen_at": unit.now}},
        upsert=True,
        session=unit.session,
    )
    return AgentSeen(lane_id, unit.now)


async def agents_seen(db: AsyncDatabase[Row], lane_ids: list[str]) -> dict[str, datetime]:
    """Return when each of these lanes' agents was last connected; those never seen are missing."""
    return {row["_id"]: row["seen_at"] async for row in db[PRESENCES].find({"_id": {"$in": lane_ids}})}
