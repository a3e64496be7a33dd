"""What a driver reads on the display over his lane: the lane agent's public JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import aiohttp

LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Face:
    """The part of the display that tells a driver what to do."""

    phase: str
    since: datetime
    reasons: tuple[str, ...] = ()
    bay: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Face":
        """Read the display's JSON. Raises KeyError, TypeError or ValueError where it is something else."""
        bay = fields["bay"]
        return cls(
            phase=fields["phase"],
            since=datetime.fromisoformat(fields["since"]),
            reasons=tuple(reason["code"] for reason in fields["reasons"]),
            bay=bay["number"] if bay else None,
        )


class Display(Protocol):
    """A display that can be looked at."""

    async def look(self, lane_id: str) -> Face | None:
        """Return what the lane's display shows, None where it is dark."""


class AgentDisplay:
    """The displays of a lane agent."""

    def __init__(self, session: aiohttp.ClientSession, agent_url: str) -> None:
        self._session = session
        self._url = agent_url.rstrip("/")

    async def look(self, lane_id: str) -> Face | None:
        """Return what the lane's display shows, None where the agent does not answer."""
        url = f"{self._url}/lane/{lane_id}/display"
        try:
            async with self._session.get(url, timeout=aiohttp.ClientTimeout(total=LOOK_SECONDS)) as reply:
                return Face.of(await reply.json()) if reply.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError, KeyError, TypeError, ValueError):
            return None
