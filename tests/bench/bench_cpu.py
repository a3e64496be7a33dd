"""Processor time the API and its database spend on an operation, with nobody else asking anything.

Each operation is repeated one after another; the CPU clocks of both processes before and after, divided by the
repetitions. What a page sends is taken from the page's own documents.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import islice
from typing import TypeVar

from core.hub import Hub
from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, is_short, progress, spread
from tests.bench.lane_work import LaneWork, drawn, lane_at_work
from tests.bench.pages import sent_by
from tests.bench.people import CHECKPOINT, Declared, People, loaded_vehicles, signed_in
from tests.bench.system import Alone, api_alone
from tests.bench.tally import Tally

T = TypeVar("T")

TRIPS, FEW_TRIPS = 50, 5
SCANS = 30
PAGE = 50
READS = 100
WARM_UP = 5
"""Operations before those that count: caches are filled, connections are open."""
LISTENERS = 20
EVENTS = 100
MOST_SECONDS = 40.0
"""Of one kind of operation: on a slow machine it is repeated less often."""
DELIVERY_SECONDS = 30.0


async def measure(trips: int) -> list[Measurement]:
    """Measure everything, with so many trips."""
    with api_alone() as alone:
        async with signed_in(alone.system.hub_url) as people:
            found = [await _idle(alone)]
            driver, declared = await _trips(alone, people, trips)
            found += [driver, await _page(alone, people.officer), await _board(alone, people.officer)]
            async with lane_at_work(alone.system) as lane:
                found += await _scans(alone, lane, declared)
                found.append(await _event(alone, people.officer, lane))
            return found


async def _idle(alone: Alone) -> Measurement:
    progress("nobody asks anything")
    idle = await alone.idle()
    figures = {"api_cpu": (idle.api, "ms/s"), "database_cpu": (idle.database, "ms/s")}
    figures["database_requests"] = (idle.requests, "1/s")
    return Measurement("cpu.idle", "while nobody asks anything; it is within all other figures", figures)


async def _trips(alone: Alone, people: People, trips: int) -> tuple[Measurement, list[Declared]]:
    plans = list(islice(loaded_vehicles(), trips + WARM_UP))
    progress(f"{trips} drivers declare, and {WARM_UP} before them")
    links = [await people.order(plan) for plan in plans]
    declared: list[Declared] = []
    tally, warming = Tally(alone), Tally(alone)
    for number, (plan, link) in enumerate(_in_time(zip(plans, links, strict=True))):
        with (warming if number < WARM_UP else tally).counting():
            declared.append(await people.declare(plan, link))
    meaning = (
        "a driver's whole trip as his app sends it: open the link, save, submit, both agencies answer, approval and "
        "voucher by rule, driverHome"
    )
    return Measurement("cpu.driver_trip", meaning, tally.figures("ms/trip")), declared


async def _page(alone: Alone, officer: Hub) -> Measurement:
    progress("an officer reads the list of trips")
    asked = {"checkpointId": CHECKPOINT, "states": None, "first": PAGE, "after": None}
    query = sent_by("officer", "Trips")
    rows = len((await officer.execute(query, asked))["trips"]["edges"])
    tally = await _read(alone, lambda: officer.execute(query, asked))
    figures = tally.figures("ms/page") | {"trips_on_page": (float(rows), "1")}
    return Measurement("cpu.officer_trips_page", f"the officer's list of trips, {PAGE} asked for", figures)


async def _board(alone: Alone, officer: Hub) -> Measurement:
    progress("an officer reads the board")
    query = sent_by("officer", "LaneBoard")
    tally = await _read(alone, lambda: officer.execute(query, {"checkpointId": CHECKPOINT}))
    return Measurement(
        "cpu.lane_board", "the officer's board of all lanes and bays", tally.figures("ms/board")
    )


async def _read(alone: Alone, query: Callable[[], Awaitable[object]]) -> Tally:
    tally, warming = Tally(alone), Tally(alone)
    for number in _in_time(range(WARM_UP + READS)):
        with (warming if number < WARM_UP else tally).counting():
            await query()
    return tally


async def _scans(alone: Alone, lane: LaneWork, declared: list[Declared]) -> list[Measurement]:
    progress("vehicles are scanned and released")
    tally, warming, afterwards = Tally(alone), Tally(alone), Tally(alone)
    for number, vehicle in enumerate(_in_time(declared[: SCANS + WARM_UP])):
        pictures = await asyncio.to_thread(drawn, vehicle)
        with (warming if number < WARM_UP else tally).counting():
            visit = await lane.scan(vehicle, pictures)
        with (warming if number < WARM_UP else afterwards).counting():
            await lane.see_off(visit)
    meaning = (
        "openPassage to releasePassage: two pictures posted, claimed, fetched and answered for, the temperature, with "
        "the lane's feed and the worker's subscription open"
    )
    waits = spread("open_passage", lane.waits.opening[WARM_UP:], "ms")
    waits |= spread("release_passage", lane.waits.releasing[WARM_UP:], "ms")
    return [
        Measurement("cpu.scan", meaning, tally.figures("ms/scan")),
        Measurement(
            "cpu.after_scan", "two words of the barrier and the departure", afterwards.figures("ms/scan")
        ),
        Measurement("hub.answer", "how long the lane waited for these two answers on an idle machine", waits),
    ]


async def _event(alone: Alone, officer: Hub, lane: LaneWork) -> Measurement:
    progress(f"{EVENTS} events without a listener, then with {LISTENERS}")
    silent, heard = Tally(alone), Tally(alone)
    with silent.counting(EVENTS):
        for _ in range(EVENTS):
            await lane.refuse()
    async with _listening(officer) as listeners:
        with heard.counting(EVENTS):
            for _ in range(EVENTS):
                await lane.refuse()
            async with asyncio.timeout(DELIVERY_SECONDS):
                await asyncio.gather(*(listener.until(EVENTS) for listener in listeners))
    more = (heard.each - silent.each) / LISTENERS
    figures = {
        "api_cpu": (more.api, "ms/delivery"),
        "database_cpu": (more.database, "ms/delivery"),
        "database_requests": (more.requests, "1"),
        "one_listener_less": (silent.each.api, "ms/event"),
        "deliveries": (float(EVENTS * LISTENERS), "1"),
    }
    meaning = (
        "one event of checkpointEvents with its card to one officer's page: events with and without listeners, the "
        "difference by listener"
    )
    return Measurement("cpu.delivered_event", meaning, figures)


class Listener:
    """An officer's page that follows the checkpoint."""

    def __init__(self, officer: Hub, positions: list[dict[str, object]]) -> None:
        self._officer = officer
        self._asked = {"checkpointId": CHECKPOINT, "after": positions}
        self._heard = asyncio.Condition()
        self._events = 0
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever."""
        async for message in self._officer.subscribe(sent_by("officer", "Follow"), lambda: self._asked):
            self.ready.set()
            if message["__typename"] == "CheckpointEventMessage":
                async with self._heard:
                    self._events += 1
                    self._heard.notify_all()

    async def until(self, events: int) -> None:
        """Wait for so many events."""
        async with self._heard:
            await self._heard.wait_for(lambda: self._events >= events)


@asynccontextmanager
async def _listening(officer: Hub) -> AsyncIterator[list[Listener]]:
    board = await officer.execute(sent_by("officer", "LaneBoard"), {"checkpointId": CHECKPOINT})
    listeners = [Listener(officer, board["laneBoard"]["positions"]) for _ in range(LISTENERS)]
    async with AsyncExitStack() as stack:
        for listener in listeners:
            task = asyncio.create_task(listener.run())
            stack.callback(task.cancel)
        async with asyncio.timeout(DELIVERY_SECONDS):
            await asyncio.gather(*(listener.ready.wait() for listener in listeners))
        yield listeners


def _in_time(items: Iterable[T]) -> Iterator[T]:
    """Yield the items until the time for one kind of operation is over."""
    until = time.monotonic() + MOST_SECONDS
    for item in items:
        yield item
        if time.monotonic() > until:
            progress("the time is over")
            return


def main() -> int:
    """Print one line for each measurement."""
    trips = FEW_TRIPS if is_short(__doc__) else TRIPS
    conditions = Conditions.now("cpu", sys.argv[1:])
    try:
        found = asyncio.run(measure(trips))
    except HouseError as error:
        return fail(error)
    for measurement in found:
        print(measurement.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
