"""Ten thousand bad codes at a real agent's lanes, then floods: none opens, none slows the next, a good one passes."""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from pymongo import MongoClient

from core.hub import Hub
from core.vouchers.codec import SigningKey
from scripts.house.part_settings import LANES
from scripts.house.places import STATE, HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, percentile, progress, spread
from tests.bench.lane_work import answer, device_of
from tests.bench.milestones import DATABASE
from tests.bench.people import Declared, loaded_vehicles, signed_in
from tests.bench.system import System, free_ports, processor_milliseconds
from tests.codes.mutants import Mutant, genuine, mutants
from tests.drills import parts
from tests.drills.floods import FLOODS
from tests.drills.lane_page import LanePage, can_be_shown, is_a_line, page_of
from tests.drills.parts import Database, Part
from tests.kiosk.rig import rigged, until

MANY, FEW, SEED = 10_000, 300, 20_261_124
ALONE = 1000
"""Codes shown at one lane alone, so that what the agent uses is for them."""
BATCH = 300
"""Made together: a live part is good for a minute."""
GENUINE = 5
ENTRIES_SECONDS = 150.0
"""Until the last summary of refused codes is in the log: one a minute."""


@dataclass
class Found:
    """What came of it."""

    shown: int = 0
    by_scanner: int = 0
    processor: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    in_flood: list[float] = field(default_factory=list)
    passed: int = 0
    figures: dict[str, tuple[float, str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


@dataclass
class Drill:
    """The lanes under drill."""

    system: System
    agent: Part
    pages: Sequence[LanePage]
    worker: Hub
    cars: list[Declared]
    found: Found = field(default_factory=Found)

    @property
    def opened(self) -> int:
        """How often a barrier was told to open."""
        return sum(page.rig.commands.count("open") for page in self.pages)

    def used(self) -> float:
        """Return the processor time of the agent so far, in milliseconds."""
        return processor_milliseconds(self.agent.pid)

    def memory(self) -> float:
        """Return what the agent holds, in MB."""
        pages = int(Path(f"/proc/{self.agent.pid}/statm").read_text().split()[1])
        return pages * 4096 / 1e6

    def batch(self, seed: int) -> list[Mutant]:
        """Return fresh bad codes of this office."""
        key = SigningKey.from_pem((self.system.home / "keys" / "active.pem").read_bytes())
        made = mutants(genuine(key, datetime.now(UTC)), BATCH, seed)
        return [mutant for mutant in made if can_be_shown(mutant)]

    async def bad(self, page: LanePage, batch: Sequence[Mutant], *, alone: bool = False) -> None:
        """Show bad codes at one lane, one after another, by its scanner and by its page in turn."""
        for number, mutant in enumerate(batch):
            before = self.used()
            by_scanner = number % 2 == 0 and is_a_line(mutant.text)
            reason = await page.refuses(mutant.text, by_scanner=by_scanner)
            if alone:
                self.found.processor.append(self.used() - before)
            self.found.shown += 1
            self.found.answers[reason] += 1
            if reason not in mutant.expected:
                self.found.broken.append(f"{mutant.family} was answered {reason}: {mutant.text[:200]!r}")

    async def pass_one(self, page: LanePage) -> float:
        """Bring one vehicle with a good code; return the milliseconds from its scan to the barrier's command."""
        car, opened = self.cars.pop(), page.rig.commands.count("open")
        await page.rig.feel(approach=True)
        await page.rig.polled()
        reading = asyncio.create_task(self._read())
        began = time.perf_counter()
        await page.rig.scan(car.phone.code(datetime.now(UTC)))
        await until(lambda: page.rig.commands.count("open") > opened)
        took = (time.perf_counter() - began) * 1000
        reading.cancel()
        await asyncio.wait({reading})
        await page.shows("GO")
        await until(lambda: page.view["barrier"] == "OPENED")
        await page.rig.drive_out()
        await page.shows("REST")
        self.found.passed += 1
        return took

    async def _read(self) -> None:
        while True:
            if not await answer(self.worker):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def drilled(cars: int) -> AsyncIterator[Drill]:
    """Start database, hub and agent as processes, and the devices of three lanes here."""
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(dir=STATE, prefix="drill-")))
        port, database = free_ports(), Database(home / "mongo")
        opened.enter_context(parts.ended_afterwards(database))
        database.start()
        hub = parts.api(home, port, database.uri)
        opened.enter_context(parts.ended_afterwards(hub))
        hub.start()
        hub.wait_until_served()
        system = System(home, port, database.uri)
        async with AsyncExitStack() as entered:
            rigs = await entered.enter_async_context(rigged(*LANES))
            devices = rigs[LANES[0]].base.removesuffix(LANES[0]) + "devices"
            agent = parts.agent(home, port, database.uri, CLEARLANE_DEVICES_URL=devices)
            opened.enter_context(parts.ended_afterwards(agent))
            agent.start()
            await asyncio.to_thread(agent.wait_until_served)
            web = await entered.enter_async_context(aiohttp.ClientSession())
            people = await entered.enter_async_context(signed_in(system.hub_url))
            worker = await entered.enter_async_context(device_of(system, "worker-1"))
            plans = [plan for plan in islice(loaded_vehicles(), 6 * cars) if plan.direction == "SOUTHBOUND"]
            progress(f"{cars} vehicles are declared")
            declared = [await people.declare(plan, await people.order(plan)) for plan in plans[:cars]]
            pages = [
                await entered.enter_async_context(page_of(system.agent_url, rig, web))
                for rig in rigs.values()
            ]
            yield Drill(system, agent, pages, worker, declared)


async def drill(count: int, seed: int) -> Found:
    """Good codes, bad codes by the ten thousand, good codes; then floods with good codes among them."""
    async with drilled(2 * GENUINE + 1 + len(FLOODS)) as lanes:
        found, first = lanes.found, lanes.pages[0]
        await lanes.pass_one(first)  # so that everything is warm
        found.before = [await lanes.pass_one(first) for _ in range(GENUINE)]
        found.figures["memory_before"] = (lanes.memory(), "MB")
        await _all_bad(lanes, count, seed)
        found.after = [await lanes.pass_one(first) for _ in range(GENUINE)]
        found.figures["memory_after"] = (lanes.memory(), "MB")
        await _entries(lanes, exactly=found.shown)
        for name, flood in FLOODS.items():
            await _flooded(lanes, name, flood)
        found.by_scanner = sum(page.by_scanner for page in lanes.pages)
        await _check(lanes)
        return found


async def _all_bad(lanes: Drill, count: int, seed: int) -> None:
    found, batch = lanes.found, 0
    while found.shown < count:
        batch += 1
        if found.shown < min(ALONE, count / 2):
            await lanes.bad(lanes.pages[0], lanes.batch(seed + batch), alone=True)
        else:
            fresh = [lanes.batch(seed + 1000 * number + batch) for number, _ in enumerate(lanes.pages)]
            await asyncio.gather(
                *(lanes.bad(page, codes) for page, codes in zip(lanes.pages, fresh, strict=True))
            )
        progress(f"{found.shown} bad codes, {len(found.broken)} promises broken")
        if len(found.broken) > 20:
            return


async def _flooded(lanes: Drill, name: str, flood: Any) -> None:
    """Flood the second lane's scanner while a good code is shown at the first; then one at the flooded lane."""
    first, second = lanes.pages[0], lanes.pages[1]
    before, began = lanes.used(), time.monotonic()
    flooding = asyncio.create_task(flood(second.rig))
    lanes.found.in_flood.append(await lanes.pass_one(first))
    sent = await flooding
    used = (lanes.used() - before) / (time.monotonic() - began) / 10
    lanes.found.figures |= {
        f"{name}_bytes": (float(sent), "1"),
        f"{name}_agent_processor": (used, "%"),
        f"{name}_memory": (lanes.memory(), "MB"),
    }
    progress(f"flooded: {name}")


async def _entries(lanes: Drill, *, exactly: int) -> None:
    """Wait until the log counts all refused codes, and no more; say how many entries that took."""
    client: MongoClient[dict[str, Any]] = MongoClient(lanes.system.mongodb_uri)
    until_then = time.monotonic() + ENTRIES_SECONDS
    while True:
        rows = await asyncio.to_thread(lambda: list(client[DATABASE].events.find({"kind": "scan.refused"})))
        counted = sum(row["facts"].get("count", 1) for row in rows)
        if counted >= exactly or time.monotonic() > until_then:
            break
        await asyncio.sleep(2)
    client.close()
    lanes.found.figures |= {
        "codes_in_the_log": (float(counted), "1"),
        "entries_of_the_log": (float(len(rows)), "1"),
    }
    if counted != exactly:
        lanes.found.broken.append(f"the log counts {counted} refused codes, {exactly} were shown")


async def _check(lanes: Drill) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(lanes.system.mongodb_uri)
    passages = await asyncio.to_thread(lambda: client[DATABASE].passages.count_documents({}))
    client.close()
    found = lanes.found
    for what, number in (("commands to open", lanes.opened), ("passages", passages)):
        if number != found.passed:
            found.broken.append(f"{number} {what} for {found.passed} good codes")
    found.figures |= {"openings": (float(lanes.opened), "1"), "passages": (float(passages), "1")}


def report(found: Found) -> Measurement:
    """Put the figures together."""
    ratio = percentile(found.after, 0.5) / percentile(found.before, 0.5)
    figures = {
        "bad_codes": (float(found.shown), "1"),
        "by_scanner": (float(found.by_scanner), "1"),
        "good_codes": (float(found.passed), "1"),
        **{
            f"answered_{code.lower()}": (float(number), "1") for code, number in sorted(found.answers.items())
        },
        **spread("agent_processor_a_code", found.processor, "ms"),
        **spread("scan_to_command_before", found.before, "ms"),
        **spread("scan_to_command_after", found.after, "ms"),
        **spread("scan_to_command_in_floods", found.in_flood, "ms"),
        "after_by_before_p50": (ratio, "1"),
        **found.figures,
    }
    meaning = "bad codes at scanner and page of three lanes; a good code's way from scan to barrier command beside them"
    return Measurement("codes.bad", meaning, figures)


def main() -> int:
    """Print the figures and whether the promise holds; 1 where it does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--short", action="store_true", help="a few hundred codes only")
    parser.add_argument("--long", action="store_true", help="this program has nothing that takes longer")
    asked = parser.parse_args()
    conditions = Conditions.now("codes", sys.argv[1:], "scripts/drill")
    try:
        found = asyncio.run(drill(FEW if asked.short else MANY, asked.seed))
    except HouseError as error:
        return fail(error)
    print(report(found).line(conditions), flush=True)
    promise = "of ten thousand bad codes none opens, each is answered in its words, and a good code passes right after"
    told = {"promise": promise, "holds": not found.broken, "broken": found.broken[:20], "seed": asked.seed}
    print(json.dumps(told, ensure_ascii=False), flush=True)
    return int(bool(found.broken))


if __name__ == "__main__":
    sys.exit(main())
