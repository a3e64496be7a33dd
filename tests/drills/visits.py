"""Vehicles that come while the database suffers: two lanes let them through, a third one reports refused codes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ulid import ULID

from core.canonical import millis
from core.hub import DeviceCredentials, Hub, HubProblem, device_key
from core.passages import Outcome, TemperatureBand
from core.problems import ProblemCode
from kiosk.agent import documents
from kiosk.agent.journal import DepartureWay
from kiosk.agent.runtime import PATIENCE
from simulator.players.documents import DECIDE
from simulator.players.keys import new_key
from tests.bench.people import Declared, People, loaded_vehicles, signed_in
from tests.drills.ledger import Ledger

LANES = ("liantang-1", "liantang-2")
REPORTING_LANE = "liantang-3"
AGENT = "agent-liantang"
PULSE_SECONDS = 0.05
AT_ONCE = 4


@dataclass(frozen=True)
class Port:
    """Who speaks for the lanes, and the officer who looks at every vehicle."""

    agent: Hub
    people: People

    async def pass_through(self, declared: Declared, lane_id: str, ledger: Ledger) -> None:
        """Take one vehicle the whole way: code, temperature, officer, release, barrier, departure."""
        passage_id = await self._open(declared, lane_id, ledger)
        named = {"passageId": passage_id, "laneId": lane_id}
        warmth = {"passageId": passage_id, "band": TemperatureBand.NORMAL.value}
        await ledger.ask(self.agent, documents.REPORT_TEMPERATURE, idempotencyKey=new_key(), **warmth)
        says = {"passageId": passage_id, "outcome": Outcome.RELEASE.value, "reason": "seen by the officer"}
        await ledger.ask(self.people.officer, DECIDE, idempotencyKey=new_key(), **says)
        await ledger.ask(self.agent, documents.RELEASE_PASSAGE, idempotencyKey=new_key(), **named)
        barrier = {**named, "state": "OPENED", "at": _now()}
        await ledger.ask(self.agent, documents.REPORT_BARRIER, idempotencyKey=new_key(), **barrier)
        left = {**named, "way": DepartureWay.BARRIER.value, "at": _now()}
        await ledger.ask(self.agent, documents.REPORT_DEPARTURE, idempotencyKey=new_key(), **left)

    async def _open(self, declared: Declared, lane_id: str, ledger: Ledger) -> str:
        """Show the code; one that went stale while nobody answered is opened again on the phone."""
        while True:
            passage_id, now = str(ULID()), datetime.now(UTC)
            shown = {"laneId": lane_id, "code": declared.phone.code(now), "scannedAt": millis(now)}
            try:
                opened = await ledger.ask(
                    self.agent,
                    documents.OPEN_PASSAGE,
                    idempotencyKey=new_key(),
                    passageId=passage_id,
                    **shown,
                )
            except HubProblem as problem:
                if problem.code != ProblemCode.LIVE_STALE:
                    raise
            else:
                found: str = opened["openPassage"]["passage"]["id"]
                return found

    async def report_refusals(self, ledger: Ledger, ending: asyncio.Event) -> None:
        """Report a refused code again and again: each is one event of the lane."""
        while not ending.is_set():
            refused = {"laneId": REPORTING_LANE, "code": ProblemCode.CODE_NOT_OURS.value, "voucherId": None}
            key = new_key()
            await ledger.ask(self.agent, documents.REPORT_REFUSAL, idempotencyKey=key, **refused, at=_now())
            await asyncio.sleep(PULSE_SECONDS)


@asynccontextmanager
async def at_the_port(hub_url: str, home: Path) -> AsyncIterator[Port]:
    """Sign everybody in."""
    key = device_key(home / "drill" / f"{AGENT}.pem", home / "devices" / f"{AGENT}.pub.pem")
    async with AsyncExitStack() as stack:
        agent = Hub(hub_url, DeviceCredentials(AGENT, key), patience=PATIENCE)
        yield Port(
            await stack.enter_async_context(agent), await stack.enter_async_context(signed_in(hub_url))
        )


async def declared_vehicles(people: People, number: int) -> Sequence[Declared]:
    """Bring so many trips to approval, some of them side by side."""
    free = asyncio.Semaphore(AT_ONCE)
    plans = loaded_vehicles()

    async def declare() -> Declared:
        async with free:
            plan = next(plans)
            return await people.declare(plan, await people.order(plan))

    return await asyncio.gather(*(declare() for _ in range(number)))


def _now() -> str:
    return millis(datetime.now(UTC))
