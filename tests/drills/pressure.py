"""Many pages at once, and pages that stop reading while others go on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial

import psutil
from ulid import ULID

from core.hub import HubUnreachable
from scripts.house.part_settings import LANES
from tests.bench.figures import Measurement, progress, spread
from tests.bench.lane_work import LaneWork, lane_at_work
from tests.bench.people import CHECKPOINT
from tests.bench.system import Alone
from tests.bench.tally import Tally
from tests.drills.following import Follower, Pen, officers_token, pen, until
from tests.drills.sockets import Socket

PAGES, PER_SECOND = 200, 20
STREAM = f"site:{CHECKPOINT}"
"""Its events bring no row of the board: a burst of them is all delivery."""
SILENT_EVENTS = 100
STALLED, AWAKE = 40, 5
WARM_UP, BURST, AT_A_TIME = 600, 3000, 50
SMALL_WINDOW = 4096
MEGABYTE = 2**20
GONE_SECONDS = 30.0
"""A ping every 5 s, 10 s to answer it, and room for a machine that is busy."""
Broken = dict[str, list[str]]


@asynccontextmanager
async def followers(
    alone: Alone, count: int, receive_buffer: int | None = None
) -> AsyncIterator[list[Follower]]:
    """Open so many pages and wait until each is READY."""
    token = await officers_token(alone.system.hub_url)
    pages = [Follower() for _ in range(count)]
    try:
        for page in pages:
            await page.follow(alone.system.port, token, receive_buffer)
        await until(lambda: all(page.ready for page in pages))
        yield pages
    finally:
        for page in pages:
            if page.socket is not None:
                page.socket.close()


async def many_pages(alone: Alone, seconds: int, count: int = PAGES) -> tuple[Measurement, Broken]:
    """200 pages and 20 events a second: every event to every page, in order, once, and no RESYNC."""
    progress(f"{count} pages, {PER_SECOND} events a second for {seconds} s")
    silent, heard = Tally(alone), Tally(alone)
    events = seconds * PER_SECOND
    async with lane_at_work(alone.system) as lane:
        with silent.counting(SILENT_EVENTS):
            for _ in range(SILENT_EVENTS):
                await lane.refuse()
        async with followers(alone, count) as pages:
            with heard.counting(events):
                took = await _at_pace(lane, events)
                complete = await until(lambda: all(page.heard >= events for page in pages))
    broken = _unlike(pages, events, complete=complete)
    waits = [wait for page in pages for wait in page.milliseconds]
    cpu = (heard.each.api - silent.each.api) / count
    figures = {
        "pages": (float(count), "1"),
        "events": (float(events), "1"),
        "events_per_second": (events / took, "1/s"),
        "deliveries": (float(sum(page.heard for page in pages)), "1"),
        "missing_or_double_or_resync": (float(len(broken)), "1"),
        **spread("event_to_page", waits, "ms"),
        "api_cpu_per_delivery": (cpu, "ms"),
        "api_cpu_per_event_without_pages": (silent.each.api, "ms"),
        "api_busy": (heard.each.api * events / took / 1000, "of one core"),
    }
    meaning = (
        "officers' pages on one checkpoint, a lane's events; from the moment in the event, before its commit"
    )
    return Measurement("live.many_pages", meaning, figures), {
        "every event to every page, in order, once": broken
    }


def _unlike(pages: list[Follower], events: int, *, complete: bool) -> list[str]:
    """Say what a page heard that is not each event once and in order."""
    broken = [f"page {number}: {fault}" for number, page in enumerate(pages) for fault in page.wrong]
    broken += [
        f"page {number}: {page.heard} of {events}"
        for number, page in enumerate(pages)
        if page.heard != events
    ]
    resyncs = sum(page.resyncs for page in pages)
    if not complete or resyncs:
        broken.append(f"{resyncs} RESYNC")
    return broken


async def _at_pace(agent: LaneWork, events: int) -> float:
    """Report refused codes at the pace, whatever one of them takes; return the seconds until the last is answered."""
    began, asked = time.monotonic(), []
    for number in range(events):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        asked.append(asyncio.create_task(_refuse(agent, LANES[number % len(LANES)])))
    await asyncio.gather(*asked)
    return time.monotonic() - began


async def _refuse(agent: LaneWork, lane: str) -> None:
    """Report one refused code, as the lane does: what was not answered is asked again under the same key."""
    key, at = str(ULID()), datetime.now(UTC)
    while True:
        with suppress(HubUnreachable):
            return await agent.refuse(key, at, lane)


async def stalled_readers(
    alone: Alone, count: int = STALLED, warm_up: int = WARM_UP
) -> tuple[Measurement, Broken]:
    """Pages stop reading: each costs a bounded megabyte and hears RESYNC when it reads again; nobody else waits."""
    progress(f"{count} pages stop reading, {AWAKE} go on")
    api = psutil.Process(alone.api_pid)
    async with (
        pen(alone.system.mongodb_uri, alone.system.home) as hand,
        followers(alone, AWAKE) as awake,
        followers(alone, count, SMALL_WINDOW) as stalled,
    ):
        await _write(hand, warm_up, awake + stalled, api)  # the caches of cards and answers are full
        before = api.memory_info().rss
        for page in stalled:
            _socket(page).stop_reading()
        each = (await _write(hand, BURST, awake, api) - before) / count
        cut_off, done = await _read_again(alone, stalled, hand)
    wrong = [fault for page in stalled + awake for fault in page.wrong]
    told = sum(bool(page.resyncs) for page in stalled)
    if not done or told < count:
        wrong.append(f"{told} of {count} were told RESYNC, {cut_off} cut off, all complete: {done}")
    broken = {
        "a stalled page costs at most 1 MB": [f"{each / MEGABYTE:.2f} MB"] if each > MEGABYTE else [],
        "a stalled page is told RESYNC, and then hears all": wrong,
        "a stalled page delays nobody": []
        if all(page.heard >= warm_up + BURST and not page.resyncs for page in awake)
        else ["others missed"],
    }
    figures = {
        "stalled": (float(count), "1"),
        "memory_each": (each / MEGABYTE, "MB"),
        "told_resync": (float(told), "1"),
        "cut_off_as_silent": (float(cut_off), "1"),
        "events_meanwhile": (float(BURST), "1"),
        **spread("event_to_other_pages", [wait for page in awake for wait in page.milliseconds], "ms"),
    }
    return Measurement(
        "live.stalled", "pages that stop reading during a burst of events, and read again", figures
    ), broken


async def _read_again(alone: Alone, stalled: list[Follower], hand: Pen) -> tuple[int, bool]:
    """Have them read again, or come again where they were cut off; how many were, and whether all then know all."""
    for page in stalled:
        _socket(page).read_on()
    await until(lambda: all(page.resyncs or _socket(page).ended.is_set() for page in stalled))
    cut_off = [page for page in stalled if _socket(page).ended.is_set()]
    token = await officers_token(alone.system.hub_url)
    for page in cut_off:
        await page.follow(alone.system.port, token)
    await hand.write(AT_A_TIME, STREAM)
    done = await until(partial(_stand_at, await hand.head(STREAM), stalled))
    return len(cut_off), done


async def readers_that_never_return(alone: Alone) -> tuple[Measurement, Broken]:
    """Pages stop reading for good, still connected: the API lets go of them."""
    progress(f"{STALLED} pages never read again")
    api = psutil.Process(alone.api_pid)
    before = _connections(api, alone.system.port)
    async with (
        pen(alone.system.mongodb_uri, alone.system.home) as hand,
        followers(alone, STALLED, SMALL_WINDOW) as stalled,
    ):
        for page in stalled:
            _socket(page).stop_reading()
        await hand.write(BURST, STREAM)
        began = time.monotonic()
        gone = await until(lambda: _connections(api, alone.system.port) <= before, GONE_SECONDS)
        took = time.monotonic() - began
        left = _connections(api, alone.system.port) - before
    figures = {"stalled": (float(STALLED), "1"), "left": (float(left), "1"), "gone_within": (took, "s")}
    meaning = "connected pages that never read nor answer a ping; until the API has let go of the last"
    return Measurement("live.never_return", meaning, figures), {
        "a page that never reads is let go of": [] if gone else [f"{left} still hold their connection"]
    }


async def _write(hand: Pen, events: int, readers: list[Follower], api: psutil.Process) -> int:
    """Let so many events happen, no faster than these pages read; return the most memory that the API had."""
    most = api.memory_info().rss
    for _ in range(events // AT_A_TIME):
        await hand.write(AT_A_TIME, STREAM)
        await until(partial(_stand_at, await hand.head(STREAM), readers))
        most = max(most, api.memory_info().rss)
    return most


def _stand_at(head: int, pages: list[Follower]) -> bool:
    return all(page.last.get(STREAM) == head or _socket(page).ended.is_set() for page in pages)


def _connections(api: psutil.Process, port: int) -> int:
    return sum(
        found.status == psutil.CONN_ESTABLISHED and found.laddr.port == port
        for found in api.net_connections("tcp")
    )


def _socket(page: Follower) -> Socket:
    assert page.socket is not None  # it follows
    return page.socket
