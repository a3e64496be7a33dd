"""What the people hear of the port as it happens, so that nobody has to ask all the time."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from simulator.players import documents

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class News:
    """The checkpoint's events, heard once for everybody."""

    def __init__(self, hub: Hub, checkpoint: str) -> None:
        self._hub = hub
        self._checkpoint = checkpoint
        self._heard = asyncio.Condition()
        self._counts: dict[str, int] = {}
        self._positions: dict[str, int] = {}

    async def run(self) -> None:
        """Listen for ever, from now on."""
        while not self._positions:
            self._positions = await self._present()
        async for message in self._hub.subscribe(documents.NEWS, self._variables):
            event = message.get("event")
            if event is None:
                continue
            if event["stream"] in self._positions:
                self._positions[event["stream"]] = event["seq"]
            async with self._heard:
                self._counts[event["kind"]] = self._counts.get(event["kind"], 0) + 1
                self._heard.notify_all()

    async def _present(self) -> dict[str, int]:
        """Return where the streams stand, nothing where the hub does not tell just now."""
        try:
            board = await self._hub.execute(documents.POSITIONS, {"checkpoint": self._checkpoint})
        except (HubUnreachable, HubProblem, HubBroken) as error:
            log.warning("nobody hears the news: %s", error)
            await asyncio.sleep(LOOK_SECONDS)
            return {}
        return {entry["stream"]: entry["seq"] for entry in board["laneBoard"]["positions"]}

    def _variables(self) -> dict[str, Any]:
        after = [{"stream": stream, "seq": seq} for stream, seq in self._positions.items()]
        return {"checkpoint": self._checkpoint, "after": after}

    def count(self, kinds: Collection[str]) -> int:
        """Return how many events of these kinds were heard so far."""
        return sum(self._counts.get(kind, 0) for kind in kinds)

    async def more(self, kinds: Collection[str], than: int, seconds: float) -> None:
        """Wait until more events of these kinds were heard than that many, or for that many seconds."""
        try:
            async with asyncio.timeout(seconds), self._heard:
                await self._heard.wait_for(lambda: self.count(kinds) > than)
        except TimeoutError:
            return
