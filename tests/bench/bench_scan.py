"""From the scan to the barrier command: vehicles one after another through one lane, all of it real.

API, database, recognition worker and lane agent run as `scripts/run` starts them. This program plays the simulated
devices, so it holds both stamps itself, on one clock that never jumps: when the code is handed to the scanner's
connection, and when the barrier gets the command to open. Where the time between went is read afterwards from the
database's record of its commits.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import aiohttp

from scripts.house.places import HouseError
from scripts.house.steps import fail
from simulator.devices.arm import Arm
from simulator.devices.lane import Lane
from simulator.devices.pace import Pace
from simulator.devices.visit import Visit, Way
from simulator.images import warm_up
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.bench import hub_time
from tests.bench.figures import Conditions, Measurement, bucket_bound, is_short, progress, spread
from tests.bench.hub_time import HubTime
from tests.bench.milestones import PassageTimes, Record, steps
from tests.bench.people import Declared, People, loaded_vehicles, signed_in
from tests.bench.system import System, whole_system

LANE = "liantang-2"
PASSAGES, FEW_PASSAGES = 100, 3
PACE = Pace(setting_off=0.2, over_loop=0.3)
"""Vehicles drive off quickly: that is after what is measured."""
STAY_SECONDS = 40.0
"""A vehicle for which nothing happened in this time is backed out and counted as stuck."""
MOST_SECONDS = 600.0
"""No further vehicle comes after this time, on however slow a machine."""
LOOK_SECONDS = 0.05
STARTED_SECONDS = 60.0


class WatchedArm(Arm):
    """An arm that notes when it was last told to open."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(lane.now, lane.pace.arm)
        self.commanded = asyncio.Event()
        self.commanded_at = 0.0

    def open(self) -> None:
        """Note the command and obey."""
        if not self.commanded.is_set():
            self.commanded_at = time.perf_counter()
            self.commanded.set()
        super().open()


@dataclass(frozen=True)
class Stay:
    """One vehicle's stay: seconds to the barrier command, or None and what the display said instead."""

    declared: Declared
    scanned_at: datetime
    seconds: float | None
    said: str
    hub: HubTime

    @property
    def commanded_at(self) -> datetime:
        """When the barrier was told to open, by the wall clock."""
        return self.scanned_at + timedelta(seconds=self.seconds or 0.0)


class LaneBench:
    """The lane under measurement."""

    def __init__(self, system: System, lane: Lane, people: People, web: aiohttp.ClientSession) -> None:
        self._system = system
        self._lane = lane
        self._people = people
        self._web = web
        self._arm = WatchedArm(lane)
        lane.arm = self._arm

    async def ready(self) -> None:
        """Wait until the lane rests and is empty. Raises TimeoutError."""
        async with asyncio.timeout(STARTED_SECONDS):
            while True:
                face = await self._lane.display.look(self._lane.id)
                if face is not None and face.phase == "REST" and self._lane.scanner.listeners:
                    return
                await asyncio.sleep(LOOK_SECONDS)

    async def stay(self, declared: Declared) -> Stay:
        """Bring the vehicle, show its code, and see it off."""
        await self.ready()
        self._arm.commanded.clear()
        visit = await self._lane.arrive(declared.plan.real)
        before = await hub_time.ask(self._web, self._system.hub_url)
        code = declared.phone.code(datetime.now(UTC))
        scanned_at, began = datetime.now(UTC), time.perf_counter()
        await self._lane.show(code)
        said = await self._until_sent_on(visit)
        hub = await hub_time.ask(self._web, self._system.hub_url) - before
        seconds = self._arm.commanded_at - began if self._arm.commanded.is_set() else None
        if said == "STUCK":
            await self._lane.leave(Way.BACK)
        await visit.left.wait()
        if said.startswith("BAY"):
            await self._people.empty_bays("Measured")
        return Stay(declared, scanned_at, seconds, said, hub)

    async def _until_sent_on(self, visit: Visit) -> str:
        opening = asyncio.create_task(self._arm.commanded.wait())
        reading = asyncio.create_task(visit.until(lambda face: face.phase in ("BAY", "REFUSED")))
        await asyncio.wait({opening, reading}, timeout=STAY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        face = reading.result() if reading.done() else None
        opening.cancel()
        reading.cancel()
        if self._arm.commanded.is_set():
            return "GO"
        return " ".join((face.phase, *face.reasons)) if face is not None else "STUCK"


async def measure(passages: int) -> list[Measurement]:
    """Measure so many vehicles, or as many as the time allows; one before them warms everything up."""
    with whole_system() as system:
        settings = SimulatorSettings(
            hub_url=system.hub_url,
            public_url=system.hub_url,
            agent_url=system.agent_url,
            simulator_port=system.port + 2,
        )
        async with (
            devices_served(settings, PACE) as site,
            signed_in(system.hub_url) as people,
            aiohttp.ClientSession() as web,
        ):
            lane = LaneBench(system, site.lanes[LANE], people, web)
            progress(f"{passages} vehicles and one before them are declared")
            plans = list(islice(loaded_vehicles(), passages + 1))
            first, *others = [await people.declare(plan, await people.order(plan)) for plan in plans]
            progress(f"the first vehicle: {(await lane.stay(first)).said}")
            record, before = Record(system.mongodb_uri), await hub_time.ask(web, system.hub_url)
            stays = await _stays(lane, others)
            hub = await hub_time.ask(web, system.hub_url) - before
            return report(stays, await asyncio.to_thread(record.passages), hub)


async def _stays(lane: LaneBench, vehicles: Sequence[Declared]) -> list[Stay]:
    stays: list[Stay] = []
    until = time.monotonic() + MOST_SECONDS
    for number, declared in enumerate(vehicles, start=1):
        if time.monotonic() > until:
            progress("the time is over")
            break
        stays.append(await lane.stay(declared))
        seconds = stays[-1].seconds
        progress(f"{number}: {stays[-1].said}{f' after {seconds:.2f} s' if seconds is not None else ''}")
    return stays


def report(stays: Sequence[Stay], passages: dict[str, PassageTimes], hub: HubTime) -> list[Measurement]:
    """Put the figures together."""
    released = [stay for stay in stays if stay.seconds is not None]
    whole = [(stay.seconds or 0.0) * 1000 for stay in released]
    share = [stay.hub.seconds * 1000 for stay in released]
    others = {f"not released, {stay.said}": (1.0, "vehicle") for stay in stays if stay.seconds is None}
    numbers = {"vehicles": (float(len(stays)), "1"), "released": (float(len(released)), "1")}
    requests = {"requests_a_vehicle": (hub.requests / max(len(stays), 1), "1")}
    return [
        Measurement(
            "scan.to_barrier",
            "from the code handed to the scanner's connection to the barrier's command, both at the devices",
            spread("scan_to_barrier", whole, "ms") | numbers | others,
        ),
        Measurement(
            "scan.hub_share",
            "sum of the API's own times of all GraphQL and capture requests between scan and barrier command of one "
            "vehicle, parallel ones added up (/metrics); request_p95_at_most: bucket of a single request, all of them",
            spread("hub_share", share, "ms")
            | ({"request_p95_at_most": (bucket_bound(hub.up_to, 0.95) * 1000, "ms")} if hub.requests else {})
            | requests,
        ),
        _where(released, passages),
        _recognition(passages),
    ]


def _where(released: Sequence[Stay], passages: dict[str, PassageTimes]) -> Measurement:
    gone: dict[str, list[float]] = {}
    awaited: list[float] = []
    for stay in released:
        passage = passages.get(stay.declared.trip_id)
        if passage is None:
            continue
        awaited.append(float(len(passage.awaited)))
        for name, milliseconds in steps(stay.scanned_at, passage, stay.commanded_at).items():
            gone.setdefault(name, []).append(milliseconds)
    figures: dict[str, tuple[float, str]] = {}
    for name, values in gone.items():
        figures |= spread(name, values, "ms")
    return Measurement(
        "scan.steps",
        "where the time goes, step after step, by commit times of the database (claimed_to_all_read: one worker, all "
        "pictures whose readings the release waited for)",
        figures | spread("pictures_read", awaited, "1"),
    )


def _recognition(passages: dict[str, PassageTimes]) -> Measurement:
    pictures = [picture for passage in passages.values() for picture in passage.pictures.values()]
    took = [
        (picture.read - picture.claimed).total_seconds() * 1000
        for picture in pictures
        if picture.read is not None and picture.claimed is not None
    ]
    processor = [float(picture.processor_ms) for picture in pictures if picture.processor_ms is not None]
    return Measurement(
        "scan.recognition",
        "one picture at the worker: processor time of its process, and time from its claim to its readings in the hub",
        spread("cpu_an_image", processor, "ms")
        | spread("claimed_to_read", took, "ms")
        | {"images": (float(len(processor)), "1")},
    )


def main() -> int:
    """Print one line for each measurement."""
    passages = FEW_PASSAGES if is_short(__doc__) else PASSAGES
    conditions = Conditions.now("scan", sys.argv[1:])
    warm_up()
    try:
        found = asyncio.run(measure(passages))
    except HouseError as error:
        return fail(error)
    for measurement in found:
        print(measurement.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
