"""A lane agent's and a worker's requests for one vehicle, without devices and without reading: the hub's work alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

from core.hub import DeviceCredentials, Hub, device_key
from core.passages import TemperatureBand, Verdict
from core.problems import ProblemCode
from kiosk.agent.journal import DepartureWay, Stage, Visit
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.protocol import BarrierPosition
from kiosk.agent.reports import Refused
from recognition import documents
from simulator.images import photograph
from tests.bench.people import Declared
from tests.bench.system import System

LANE = "liantang-1"
VIEWS = ("FRONT", "REAR")
FEED_SECONDS = 30.0


@dataclass
class Waits:
    """How long the answers took at this end, in milliseconds."""

    opening: list[float] = field(default_factory=list)
    releasing: list[float] = field(default_factory=list)


class LaneWork:
    """One lane and one worker at the hub, both with their subscriptions open as they are at a port."""

    def __init__(self, agent: Hub, worker: Hub) -> None:
        self._agent = agent
        self._lane = LaneHub(agent, LANE)
        self._worker = worker
        self._heard = asyncio.Condition()
        self._released: set[str] = set()
        self._ready = asyncio.Event()
        self.waits = Waits()

    async def listen(self) -> None:
        """Follow the lane's feed for ever."""
        async for fed in self._lane.feed(lambda _: None):
            self._ready.set()
            if fed.kind == "passage.released" and fed.passage is not None:
                async with self._heard:
                    self._released.add(fed.passage.id)
                    self._heard.notify_all()

    async def wake(self) -> None:
        """Hear for ever that pictures wait."""
        async for _ in self._worker.subscribe(documents.WAITING, dict):
            pass

    async def ready(self) -> None:
        """Wait for the feed to be open."""
        async with asyncio.timeout(FEED_SECONDS):
            await self._ready.wait()

    async def scan(self, declared: Declared, pictures: tuple[bytes, ...]) -> Visit:
        """Open the passage, post two pictures and the temperature, answer for both pictures, release."""
        name, now = str(ULID()), datetime.now(UTC)
        visit = Visit(name, LANE, Stage.ASKED, name, declared.phone.code(now), now)
        began = time.perf_counter()
        await self._lane.open_passage(visit)
        self.waits.opening.append((time.perf_counter() - began) * 1000)
        for view, picture in zip(VIEWS, pictures, strict=True):
            await self._lane.upload(picture, view, name)
        await self._lane.report_temperature(name, f"{name}-warmth", TemperatureBand.NORMAL)
        for _ in pictures:
            await answer(self._worker)
        began = time.perf_counter()
        await self._lane.release(name, f"{name}-release")
        self.waits.releasing.append((time.perf_counter() - began) * 1000)
        async with asyncio.timeout(FEED_SECONDS), self._heard:
            await self._heard.wait_for(lambda: name in self._released)
        return visit

    async def see_off(self, visit: Visit) -> None:
        """Report the barrier's movement and the departure."""
        for state in (BarrierPosition.OPENING, BarrierPosition.OPENED):
            await self._lane.report_barrier(visit.passage_id, str(ULID()), state, datetime.now(UTC))
        left = Visit(
            visit.id,
            LANE,
            Stage.LEFT,
            visit.passage_id,
            "",
            visit.scanned_at,
            way=DepartureWay.BARRIER,
            left_at=datetime.now(UTC),
        )
        await self._lane.report_departure(left)

    async def refuse(self, key: str | None = None, at: datetime | None = None, lane: str = LANE) -> None:
        """Report a refused code: one event of the lane, and nothing else; with the same key and time the same one."""
        at = at or datetime.now(UTC)
        await LaneHub(self._agent, lane).report_refusal(
            key or str(ULID()), ProblemCode.CODE_NOT_OURS, Refused(1, at, at)
        )


async def answer(worker: Hub) -> bool:
    """Answer for the next picture, as if all that was declared stood in it; False where none waits."""
    claimed = (await worker.execute(documents.CLAIM))["claimCapture"]
    if claimed["__typename"] != "ClaimedCapture":
        return False
    await worker.fetch_image(claimed["url"])
    seen = {
        "captureId": claimed["id"],
        "lease": claimed["lease"],
        "readings": [_reading(subject) for subject in claimed["expected"]],
        "verdicts": [_verdict(subject) for subject in claimed["expected"]],
        "cpuMilliseconds": 1,
    }
    await worker.execute(documents.SUBMIT, {"input": seen})
    return True


@asynccontextmanager
async def lane_at_work(system: System) -> AsyncIterator[LaneWork]:
    """Sign agent and worker in and open their subscriptions."""
    async with device_of(system, "agent-liantang") as agent, device_of(system, "worker-1") as worker:
        work = LaneWork(agent, worker)
        listening = [asyncio.create_task(work.listen()), asyncio.create_task(work.wake())]
        try:
            await work.ready()
            yield work
        finally:
            for task in listening:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*listening)


def drawn(declared: Declared) -> tuple[bytes, ...]:
    """Return the pictures that both cameras take of the vehicle."""
    return tuple(photograph(declared.plan.real, view) for view in VIEWS)


def device_of(system: System, device_id: str) -> Hub:
    """Return a device of the demo, its key left where the hub's start finds it."""
    public = system.home / "devices" / f"{device_id}.pub.pem"
    key = device_key(system.home / "measuring" / f"{device_id}.pem", public)
    return Hub(system.hub_url, DeviceCredentials(device_id, key))


def _reading(subject: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": subject["kind"],
        "text": subject["text"],
        "jurisdiction": subject["jurisdiction"],
        "confidence": 0.9,
        "box": {"x": 100, "y": 100, "width": 200, "height": 60},
    }


def _verdict(subject: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": subject["kind"],
        "declared": subject["text"],
        "verdict": Verdict.MATCH.value,
        "score": 0.0,
        "read": subject["text"],
    }
