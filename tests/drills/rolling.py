"""Rolling restart: vehicles pass through three lanes while two APIs behind a balancer are restarted in turn."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from scripts.house.places import STATE
from scripts.house.ports import free_port
from simulator.devices.display import Face
from simulator.devices.lane import Lane
from simulator.devices.pace import Pace
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.bench.figures import progress
from tests.bench.people import Declared, People, signed_in
from tests.bench.system import free_ports
from tests.drills import parts
from tests.drills.balancer import Balancer, balanced
from tests.drills.drivers import DrivenLane, Outcome, Stay
from tests.drills.follower import Follower
from tests.drills.killing import declared_vehicles, log_verified
from tests.drills.matching import MatchingReader
from tests.drills.parts import Database, Part

PACE = Pace(arm=0.3, setting_off=0.2, over_loop=0.3, looking=0.15, reading_refusal_guided=2.0, patience=60.0)
DRAIN_SECONDS = 1.0
BETWEEN_SECONDS = 1.0
"""Between two restarts, so that traffic goes through both processes again."""
RESTART_SECONDS = 4.0
"""About as long as one takes: vehicles come at any moment of it."""
GLANCE_SECONDS = 0.02
LOSSES = ("does not take the picture", "is left to its lease", "could not be claimed", "closed the line")
LANES = "liantang-1,liantang-2,liantang-3"


@dataclass(frozen=True)
class Restart:
    """One restart of one API."""

    name: str
    exit_code: int
    stop_seconds: float
    away_seconds: float
    """From the signal to the first answer of the process that follows."""


@dataclass
class Rolled:
    """What happened."""

    vehicles: int
    stays: list[Stay] = field(default_factory=list)
    restarts: list[Restart] = field(default_factory=list)
    assisted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Trips whose driver was told to wait for somebody, and why."""
    complaints: list[str] = field(default_factory=list)
    """Tracebacks and errors in the APIs' logs."""
    losses: dict[str, int] = field(default_factory=dict)
    """How often the agent or the worker noted that something was lost, by what it was."""
    heard: int = 0
    """Events that an officer heard who followed the board all the time."""
    moved: int = 0
    """How often he came to another process."""
    misheard: list[str] = field(default_factory=list)
    log_says: str = ""
    connections: int = 0
    passed_over: int = 0
    refused: int = 0

    def broken(self) -> list[str]:
        """Return every broken promise in words."""
        return list(self._broken())

    def _broken(self) -> Iterator[str]:
        if len(self.stays) != self.vehicles:
            yield f"{len(self.stays)} of {self.vehicles} vehicles came through"
        for stay in self.stays:
            if stay.outcome is not Outcome.PASSED:
                yield f"{stay.trip_id} was {stay.outcome} in {stay.lane_id}: {' '.join(stay.reasons)}"
        for restart in self.restarts:
            if restart.exit_code != 0:
                yield f"{restart.name} ended with {restart.exit_code}"
        if self.refused:
            yield f"{self.refused} connections found no API"
        yield from self.misheard
        yield from (f"the log of an API says: {line}" for line in self.complaints)
        if not self.log_says.startswith("ok "):
            yield f"log verify: {self.log_says}"


class Apis:
    """Two APIs on one database behind one address."""

    def __init__(self, home: Path, database_uri: str, address: int) -> None:
        public = {"CLEARLANE_PUBLIC_URL": f"http://localhost:{address}"}
        public |= {"CLEARLANE_DRAIN_SECONDS": str(DRAIN_SECONDS)}
        self.ports = (free_port(), free_port())
        self.parts = tuple(parts.api(home, port, database_uri, **public) for port in self.ports)

    async def start(self) -> None:
        """Start both, one after the other: the first makes keys and demo data."""
        for part in self.parts:
            part.start()
            await asyncio.to_thread(part.wait_until_served)

    async def restart(self, part: Part) -> Restart:
        """End one in order, and start it again."""
        began = time.monotonic()
        code = await asyncio.to_thread(part.stop)
        stopped = time.monotonic()
        part.start()
        await asyncio.to_thread(part.wait_until_served)
        return Restart(part.name, code, stopped - began, time.monotonic() - began)

    def complaints(self) -> list[str]:
        """Return what the logs say of faults."""
        lines = (line for part in self.parts for line in part.log.read_text().splitlines())
        return [line for line in lines if "Traceback" in line or "ERROR" in line]


async def roll(vehicles: int, *, restarts: int, reads: bool, random: Random) -> Rolled:
    """Bring so many vehicles, spread over so many restarts of the APIs in turn, and return what happened.

    `reads`: the recognition worker reads the pictures; otherwise a client submits a match for each.
    """
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(dir=STATE, prefix="drill-")))
        address, database = free_ports(), Database(home / "mongo")
        opened.enter_context(parts.ended_afterwards(database))
        database.start()
        apis = Apis(home, database.uri, address)
        agent = parts.agent(home, address, database.uri)
        worker = parts.worker(home, address, database.uri)
        opened.enter_context(parts.ended_afterwards(*apis.parts, worker, agent))
        async with balanced(address, apis.ports) as balancer:
            await apis.start()
            agent.start()
            if reads:
                worker.start()
            await asyncio.to_thread(agent.wait_until_served)
            async with MatchingReader(home, address, alone=not reads):
                rolled = await _rolled(Traffic(vehicles, restarts, random), apis, balancer)
        rolled.losses = _losses(agent, worker)
    return rolled


@dataclass(frozen=True)
class Traffic:
    """When each vehicle comes: so many for each restart, at any moment of it."""

    vehicles: int
    restarts: int
    random: Random

    async def turn(self, number: int, rolled: Rolled) -> None:
        """Wait until the vehicle of that number may come."""
        while len(rolled.restarts) < number * self.restarts // self.vehicles:  # noqa: ASYNC110 - few, seldom
            await asyncio.sleep(GLANCE_SECONDS)
        await asyncio.sleep(self.random.uniform(0, RESTART_SECONDS))


async def _rolled(traffic: Traffic, apis: Apis, balancer: Balancer) -> Rolled:
    url = f"http://localhost:{balancer.port}"
    settings = SimulatorSettings(
        hub_url=url,
        public_url=url,
        agent_url=f"http://localhost:{balancer.port + 1}",
        simulator_port=balancer.port + 2,
        lanes=LANES,
    )
    rolled = Rolled(traffic.vehicles)
    async with devices_served(settings, PACE) as site, signed_in(url) as people:
        declared = enumerate(await declared_vehicles(people, traffic.vehicles))
        progress(f"{traffic.vehicles} vehicles are declared")
        driven = [(lane, DrivenLane(lane, people, lambda *_: False)) for lane in site.lanes.values()]
        async with _officer(people, rolled), asyncio.TaskGroup() as tasks:
            for lane, drive in driven:
                tasks.create_task(_one_lane(lane, drive, declared, traffic, rolled))
            tasks.create_task(_restarts(apis, traffic.restarts, rolled))
    rolled.connections, rolled.passed_over = balancer.connections, balancer.passed_over
    rolled.refused = balancer.refused
    rolled.log_says = await asyncio.to_thread(log_verified, apis.parts[0].environment)
    for part in apis.parts:
        await asyncio.to_thread(part.stop)
    rolled.complaints = apis.complaints()
    return rolled


@asynccontextmanager
async def _officer(people: People, rolled: Rolled) -> AsyncIterator[None]:
    """Have an officer follow the board meanwhile, and hold what he heard against the log."""
    follower = Follower(people.officer)
    following = asyncio.create_task(follower.run())
    await follower.is_ready()
    try:
        yield
        rolled.misheard = await follower.failures()
        rolled.heard, rolled.moved = follower.events, follower.connections - 1
    finally:
        following.cancel()
        await asyncio.wait({following})


def _losses(*clients: Part) -> dict[str, int]:
    said = "".join(part.log.read_text() for part in clients if part.starts)
    return {words: said.count(words) for words in LOSSES}


async def _restarts(apis: Apis, times: int, rolled: Rolled) -> None:
    for part in islice(cycle(apis.parts), times):
        rolled.restarts.append(await apis.restart(part))
        progress(f"{part.name} restarted")
        await asyncio.sleep(BETWEEN_SECONDS)


async def _one_lane(
    lane: Lane,
    driven: DrivenLane,
    declared: Iterator[tuple[int, Declared]],
    traffic: Traffic,
    rolled: Rolled,
) -> None:
    for number, one in declared:
        await traffic.turn(number, rolled)
        watching = asyncio.create_task(_watch(lane, one.trip_id, rolled))
        try:
            stay = await driven.stay(one)
        finally:
            watching.cancel()
        rolled.stays.append(stay)
        seconds = f" after {stay.seconds:.1f} s" if stay.seconds is not None else ""
        progress(f"{len(rolled.stays)}: {lane.id} {stay.outcome}{seconds} {' '.join(stay.reasons)}".rstrip())


async def _watch(lane: Lane, trip_id: str, rolled: Rolled) -> None:
    """Look at the lane's display as long as the vehicle stands there."""
    while True:
        face = await lane.display.look(lane.id)
        if face is not None and _waits_for_somebody(face):
            rolled.assisted.setdefault(trip_id, face.reasons)
        await asyncio.sleep(GLANCE_SECONDS)


def _waits_for_somebody(face: Face) -> bool:
    return face.phase == "ASSIST"
