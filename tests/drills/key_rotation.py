"""Keys are rotated again and again while codes are issued and scanned through two APIs and a real agent."""

import asyncio
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from core.vouchers.claims import Direction
from scripts.house.places import ROOT, STATE, VENV_PYTHON
from simulator.devices.lane import Lane
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.bench.figures import progress
from tests.bench.people import Declared, People, loaded_vehicles, signed_in
from tests.bench.system import free_ports
from tests.drills import parts
from tests.drills.balancer import balanced
from tests.drills.drivers import DrivenLane, Outcome, Stay
from tests.drills.killing import log_verified
from tests.drills.matching import MatchingReader
from tests.drills.parts import Database
from tests.drills.rolling import LANES, PACE, Apis

PUBLISHED_SECONDS = 2.0
SYNC_SECONDS = 0.5
"""An agent looks so often: four times before a published key signs, as in the field (15 s, 600 s) forty times."""
GLANCE_SECONDS = 0.02


@dataclass
class Turned:
    """What happened."""

    vehicles: int
    rotations: int
    stays: list[Stay] = field(default_factory=list)
    rotated: int = 0
    refused: list[str] = field(default_factory=list)
    """Why codes were refused, by hub or lane."""
    signed_by: int = 0
    """Keys that signed codes which were spent."""
    older: int = 0
    """Codes that were spent after their key had been followed by another."""
    complaints: list[str] = field(default_factory=list)
    log_says: str = ""

    def broken(self) -> list[str]:
        """Return every broken promise in words."""
        return list(self._broken())

    def _broken(self) -> Iterator[str]:
        if len(self.stays) != self.vehicles:
            yield f"{len(self.stays)} of {self.vehicles} vehicles came through"
        if self.rotated != self.rotations:
            yield f"{self.rotated} of {self.rotations} rotations were made"
        for stay in self.stays:
            if stay.outcome is not Outcome.PASSED:
                yield f"{stay.trip_id} was {stay.outcome} in {stay.lane_id}: {' '.join(stay.reasons)}"
        yield from (f"a code was refused: {reason}" for reason in self.refused)
        yield from (f"the log of an API says: {line}" for line in self.complaints)
        if not self.log_says.startswith("ok "):
            yield f"log verify: {self.log_says}"


async def turn_keys(vehicles: int, rotations: int) -> Turned:
    """Bring so many vehicles while the key is rotated so many times, and return what happened."""
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(dir=STATE, prefix="drill-")))
        address, database = free_ports(), Database(home / "mongo")
        opened.enter_context(parts.ended_afterwards(database))
        database.start()
        apis = Apis(home, database.uri, address)
        agent = parts.agent(home, address, database.uri, CLEARLANE_SYNC_SECONDS=str(SYNC_SECONDS))
        opened.enter_context(parts.ended_afterwards(*apis.parts, agent))
        async with balanced(address, apis.ports):
            await apis.start()
            agent.start()
            await asyncio.to_thread(agent.wait_until_served)
            async with MatchingReader(home, address, alone=True):
                turned = await _turned(address, Turned(vehicles, rotations), apis)
        _look(database.uri, turned)
        return turned


async def _turned(address: int, turned: Turned, apis: Apis) -> Turned:
    url = f"http://localhost:{address}"
    settings = SimulatorSettings(
        hub_url=url,
        public_url=url,
        agent_url=f"http://localhost:{address + 1}",
        simulator_port=address + 2,
        lanes=LANES,
    )
    plans = (plan for plan in loaded_vehicles() if plan.direction is Direction.SOUTHBOUND)
    coming = enumerate(islice(plans, turned.vehicles))
    async with devices_served(settings, PACE) as site, signed_in(url) as people, asyncio.TaskGroup() as tasks:
        for lane in site.lanes.values():
            tasks.create_task(_one_lane(lane, people, coming, turned))
        tasks.create_task(_rotations(apis.parts[0].environment, turned))
    turned.log_says = await asyncio.to_thread(log_verified, apis.parts[0].environment)
    for part in apis.parts:
        await asyncio.to_thread(part.stop)
    turned.complaints = apis.complaints()
    return turned


async def _rotations(environment: Mapping[str, str], turned: Turned) -> None:
    """Publish a key, wait until it signs, and publish the next; as an operator would, but without a pause."""
    while turned.rotated < turned.rotations:
        said = await asyncio.to_thread(_command, environment, "rotate", "--after", str(PUBLISHED_SECONDS))
        progress(said)
        await asyncio.sleep(PUBLISHED_SECONDS)
        turned.rotated += 1


def _command(environment: Mapping[str, str], *words: str) -> str:
    asked = [str(VENV_PYTHON), "-m", "backend", "keys", *words]
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


async def _one_lane(lane: Lane, people: People, coming: Iterator[tuple[int, Any]], turned: Turned) -> None:
    """Bring vehicles one code late: each comes once the next one has its code, which a newer key may have signed."""
    driven = DrivenLane(lane, people, lambda *_: False)
    waiting: deque[Declared] = deque()
    for number, plan in coming:
        while turned.rotated < number * turned.rotations // turned.vehicles:  # noqa: ASYNC110 - few, seldom
            await asyncio.sleep(GLANCE_SECONDS)
        waiting.append(await people.declare(plan, await people.order(plan)))
        if len(waiting) > 1:
            await _pass(driven, waiting.popleft(), turned)
    for declared in waiting:
        await _pass(driven, declared, turned)


async def _pass(driven: DrivenLane, declared: Declared, turned: Turned) -> None:
    stay = await driven.stay(declared)
    turned.stays.append(stay)
    progress(f"{len(turned.stays)}: {driven.id} {stay.outcome} {' '.join(stay.reasons)}".rstrip())


def _look(uri: str, turned: Turned) -> None:
    """See in the database what was refused, and which keys signed what was spent."""
    with MongoClient[dict[str, Any]](uri, tz_aware=True) as client:
        stored = client["clearlane"]
        turned.refused = [row["facts"]["code"] for row in stored["events"].find({"kind": "scan.refused"})]
        vouchers = list(stored["vouchers"].find({}, {"key_id": 1, "issued_at": 1, "state": 1, "ended_at": 1}))
    begun: dict[str, Any] = {}
    for row in sorted(vouchers, key=lambda row: row["issued_at"]):
        begun.setdefault(row["key_id"], row["issued_at"])
    spent = [row for row in vouchers if row["state"] == "SPENT"]
    turned.signed_by = len({row["key_id"] for row in spent})
    turned.older = sum(
        any(begun[row["key_id"]] < other < row["ended_at"] for other in begun.values()) for row in spent
    )
