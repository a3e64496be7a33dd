"""Kill and restart: vehicles pass through three lanes while parts of the system die and come back."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bson import CodecOptions
from pymongo import MongoClient

from core.vouchers.claims import Direction
from kiosk.agent.journal import Stage
from scripts.house.places import ROOT, STATE, VENV_PYTHON
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.bench.figures import progress
from tests.bench.milestones import DATABASE
from tests.bench.people import Declared, People, loaded_vehicles, signed_in
from tests.bench.system import free_ports
from tests.drills import parts
from tests.drills.book import Book, Made, journal, reports_waiting
from tests.drills.drivers import PACE, DrivenLane, Outcome, Stay, bays_emptied
from tests.drills.evidence import Record
from tests.drills.parts import Database, Part
from tests.drills.schedule import Kill, Victim
from tests.drills.supervisor import Death, Supervisor
from tests.drills.witness import Witness

LOOK_SECONDS = 0.2
SETTLED_SECONDS = 120.0
LOGS = STATE / "results" / "drill-kill"
"""Where the logs of the last drill are kept."""
DECLARING = 4
"""Drivers who declare at the same time."""


@dataclass(frozen=True)
class Drilled:
    """A drill that has run to its end."""

    record: Record
    made: Sequence[Made]
    deaths: Sequence[Death]


@dataclass(frozen=True)
class System:
    """The running system and who looks after it."""

    home: Path
    port: int
    database: Database
    hub: Part
    supervisor: Supervisor
    witness: Witness


async def drill(vehicles: int, kills: Sequence[Kill]) -> Drilled:
    """Bring so many vehicles, make these kills among them, and return all the evidence."""
    with _running() as system:
        settings = SimulatorSettings(
            hub_url=f"http://localhost:{system.port}",
            public_url=f"http://localhost:{system.port}",
            agent_url=f"http://localhost:{system.port + 1}",
            simulator_port=system.port + 2,
        )
        book = Book(kills, system.supervisor, system.witness, system.home)
        async with devices_served(settings, PACE) as site, signed_in(settings.hub_url) as people:
            progress(f"{vehicles} vehicles are declared")
            declared = await declared_vehicles(people, vehicles)
            lanes = [
                DrivenLane(lane, people, lambda trip, phase: book.reached(trip, phase))
                for lane in site.lanes.values()
            ]
            stays = await _all_stays(lanes, iter(enumerate(declared, start=1)), book, people, system)
            await _settled(system, people)
            commands = [command for lane in lanes for command in lane.arm.commands]
            record = await asyncio.to_thread(_record, system, vehicles, stays, commands, book)
    return Drilled(record, tuple(book.made), tuple(system.supervisor.deaths))


@contextmanager
def _running() -> Iterator[System]:
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(dir=STATE, prefix="drill-")))
        opened.callback(_keep_logs, home)
        port, database = free_ports(), Database(home / "mongo")
        opened.enter_context(parts.ended_afterwards(database))
        database.start()
        hub = parts.api(home, port, database.uri)
        supervisor = Supervisor(
            {
                Victim.DATABASE: database,
                Victim.API: hub,
                Victim.WORKER: parts.worker(home, port, database.uri),
                Victim.AGENT: parts.agent(home, port, database.uri),
            }
        )
        opened.enter_context(supervisor)
        witness = opened.enter_context(Witness(database.uri))
        yield System(home, port, database, hub, supervisor, witness)


def _keep_logs(home: Path) -> None:
    """Leave what the parts have said for whoever wants to know why."""
    shutil.rmtree(LOGS, ignore_errors=True)
    shutil.copytree(home / "logs", LOGS)
    shutil.copy(home / "mongo" / "mongod.log", LOGS)


async def declared_vehicles(people: People, vehicles: int) -> list[Declared]:
    """Southbound vehicles, because one of the lanes takes no others."""
    southbound = (plan for plan in loaded_vehicles() if plan.direction is Direction.SOUTHBOUND)
    turns = asyncio.Semaphore(DECLARING)

    async def declare(plan: Any) -> Declared:
        async with turns:
            return await people.declare(plan, await people.order(plan))

    return list(await asyncio.gather(*(declare(plan) for plan in islice(southbound, vehicles))))


async def _all_stays(
    lanes: Sequence[DrivenLane],
    vehicles: Iterator[tuple[int, Declared]],
    book: Book,
    people: People,
    system: System,
) -> list[Stay]:
    stays: list[Stay] = []
    bays = asyncio.Lock()

    async def one_lane(lane: DrivenLane) -> None:
        for number, declared in vehicles:
            book.begin(declared.trip_id, lane.id, number)
            stay = await lane.stay(declared)
            book.end(declared.trip_id)
            stays.append(stay)
            seconds = f" after {stay.seconds:.1f} s" if stay.seconds is not None else ""
            progress(f"{number}: {lane.id} {stay.outcome}{seconds} {' '.join(stay.reasons)}".rstrip())
            if stay.outcome is Outcome.BAY:
                async with bays:
                    await bays_emptied(people)

    async def look() -> None:
        while True:
            system.supervisor.look()
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    try:
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes:
                tasks.create_task(one_lane(lane))
    finally:
        looking.cancel()
    return stays


async def _settled(system: System, people: People) -> None:
    """Wait until everything is back and every visit is reported. What stays unreported is the evidence's to tell."""
    await asyncio.to_thread(system.supervisor.wait_until_all_are_back)
    until = asyncio.get_running_loop().time() + SETTLED_SECONDS
    while asyncio.get_running_loop().time() < until:
        lines = await asyncio.to_thread(journal, system.home)
        waiting = await asyncio.to_thread(reports_waiting, system.home)
        if not waiting and all(line.stage is Stage.LEFT and line.reported for line in lines):
            break
        await asyncio.sleep(LOOK_SECONDS)
    await bays_emptied(people)


def _record(
    system: System, vehicles: int, stays: Sequence[Stay], commands: Sequence[Any], book: Book
) -> Record:
    # the agent must not write while its evidence is read
    agent = system.supervisor.parts[Victim.AGENT]
    if isinstance(agent, Part):
        agent.stop()
    with MongoClient[dict[str, Any]](system.database.uri, serverSelectionTimeoutMS=10_000) as client:
        database = client.get_database(DATABASE, CodecOptions(tz_aware=True, tzinfo=UTC))
        return Record(
            vehicles=vehicles,
            stays=tuple(stays),
            commands=tuple(commands),
            journal=journal(system.home),
            reports_waiting=reports_waiting(system.home),
            events=list(database["events"].find({})),
            passages=list(database["passages"].find({})),
            redemptions=list(database["redemptions"].find({})),
            seen=tuple(system.witness.seen),
            died_by_themselves=tuple(system.supervisor.died_by_themselves),
            kills_not_made=book.still_waiting,
            log_says=log_verified(system.hub.environment),
        )


def log_verified(environment: Mapping[str, str]) -> str:
    proof = subprocess.run(
        [VENV_PYTHON, "-m", "backend", "log", "verify"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return proof.stdout.strip() if proof.returncode == 0 else f"BAD {proof.stdout}{proof.stderr}"
