"""An officer's screen through all restarts: what it heard of the checkpoint, held against where the log stands."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from typing import Any

from core.hub import Hub
from tests.backend.lanes.steps import EVENTS

BOARD = """{ laneBoard(checkpointId: "liantang") { positions { stream seq } } }"""
CAUGHT_UP_SECONDS = 30.0
LOOK_SECONDS = 0.05


class Follower:
    """Follows the board's streams; after each loss it resumes behind what it heard."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._began: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._heard: defaultdict[str, list[int]] = defaultdict(list)
        self._ready = asyncio.Event()
        self.connections = 0
        self.resyncs = 0

    @property
    def events(self) -> int:
        """How many it heard."""
        return sum(map(len, self._heard.values()))

    async def run(self) -> None:
        """Follow for ever."""
        async with aclosing(self._hub.subscribe(EVENTS, self._asked)) as messages:
            async for message in messages:
                self._hear(message)

    async def is_ready(self) -> None:
        """Return when it knows where the streams stood."""
        await self._ready.wait()

    async def failures(self) -> list[str]:
        """Wait until it has heard all there is, then return what was lost or came twice."""
        board = (await self._hub.execute(BOARD))["laneBoard"]
        heads = {position["stream"]: position["seq"] for position in board["positions"]}
        until = asyncio.get_running_loop().time() + CAUGHT_UP_SECONDS
        while asyncio.get_running_loop().time() < until:
            if all(self._reached.get(stream, 0) >= head for stream, head in heads.items()):
                break
            await asyncio.sleep(LOOK_SECONDS)
        return list(self._failures(heads))

    def _failures(self, heads: Mapping[str, int]) -> Iterator[str]:
        for stream, head in heads.items():
            expected = list(range(self._began.get(stream, 0) + 1, head + 1))
            heard = self._heard[stream]
            if heard != expected:
                yield f"of {len(expected)} events of {stream} the officer heard {len(heard)}: {heard}"
        if self.resyncs:
            yield f"the officer was told {self.resyncs} times to fetch again"

    def _asked(self) -> dict[str, Any]:
        self.connections += 1
        after = [{"stream": stream, "seq": seq} for stream, seq in self._reached.items()]
        return {"id": "liantang", "after": after if self._ready.is_set() else None}

    def _hear(self, message: Mapping[str, Any]) -> None:
        kind = message["__typename"]
        if kind == "Resync":
            self.resyncs += 1
        if kind == "Ready" and not self._ready.is_set():
            self._began = {position["stream"]: position["seq"] for position in message["positions"]}
            self._reached = dict(self._began)
            self._ready.set()
        if kind == "CheckpointEventMessage" and message["event"]["stream"] in self._began:
            stream, seq = message["event"]["stream"], message["event"]["seq"]
            self._heard[stream].append(seq)
            self._reached[stream] = seq
