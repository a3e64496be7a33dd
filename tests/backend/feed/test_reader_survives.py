"""Whatever happens to the database or the log, a follower misses nothing or is told that he did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from backend.feed import service
from backend.feed.stream import Missed, Standing
from backend.kit.context import Context, Services
from backend.kit.database import open_database
from backend.kit.eventlog import StoredEvent
from backend.kit.live import Gap, Live
from tests.backend.feed.test_resume import LANE, happen, numbers, officers_context, take
from tests.backend.kit import forging
from tests.backend.kit.test_eventlog import write_five
from tests.backend.kit.test_live import take as take_items

__all__ = ["officers_context"]

LONG_AGO = "00000001"
"""The seconds within a resume token."""


@asynccontextmanager
async def reading(live: Live) -> AsyncIterator[None]:
    """Have the reader read until the block ends."""
    task = asyncio.create_task(live.run())
    try:
        async with asyncio.timeout(20):
            await live.is_open()
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def drop(context: Context) -> None:
    """Drop the database and make it anew, empty."""
    await context.db.client.drop_database(context.db.name)
    anew = await open_database(context.settings.mongodb_uri, context.db.name, [])
    await anew.close()


@pytest.fixture
async def elsewhere(api: Services) -> AsyncIterator[Services]:
    """A database of its own with a reader, on the same server: it may be dropped."""
    name = f"{api.settings.database}_dropped"
    database = await open_database(api.settings.mongodb_uri, name, [])
    live = Live(database.db, api.clock)
    async with reading(live):
        yield Services(api.settings, database, api.clock, live)
    await database.client.drop_database(name)
    await database.close()


async def test_after_the_database_was_dropped_followers_are_told_and_hear_all_that_comes_then(
    elsewhere: Services, officers_context: Context
) -> None:
    context = Context(elsewhere, officers_context.actor)
    with context.live.subscribe(lambda _: True) as everything, context.live.subscribe_signals("t") as signals:
        await happen(context, 1)
        before = await take_items(everything, 1)
        await drop(context)
        gaps = [await take_items(everything, 1), await take_items(signals, 1)]
        await happen(context, 2)  # at once: whoever was told may not miss what happens from then on
        await context.live.signal("t")
        after = await take_items(everything, 2)
        signalled = await take_items(signals, 1)

    assert [event.seq for event in before] == [1]
    assert gaps == [[Gap.HISTORY_LOST], [Gap.HISTORY_LOST]]
    assert [event.seq for event in after] == [1, 2]
    assert [signal.topic for signal in signalled] == ["t"]


async def test_a_reader_that_cannot_go_on_where_it_was_tells_everybody_and_reads_on(
    elsewhere: Services, officers_context: Context
) -> None:
    context = Context(elsewhere, officers_context.actor)
    async with await context.db.watch(max_await_time_ms=100) as stream:
        await happen(context, 1)
        async with asyncio.timeout(15):
            last = await anext(stream)
    token = str(last["_id"]["_data"])
    live = Live(context.db, context.clock)
    live._token = {"_data": f"{token[:2]}{LONG_AGO}{token[10:]}"}
    with live.subscribe(lambda _: True) as everything:
        async with reading(live):
            gap = await take_items(everything, 1)
            await happen(context, 1)
            event = await take_items(everything, 1)

    assert gap == [Gap.HISTORY_LOST]
    assert [found.seq for found in event] == [2]


async def test_a_row_that_the_driver_cannot_read_stops_nobody(officers_context: Context) -> None:
    context = officers_context
    await write_five(context)
    with context.live.subscribe(lambda event: event.stream == LANE) as lane:
        await forging.text_that_is_none(context.db)
        await happen(context, 1)
        [heard] = await take_items(lane, 1)
    assert isinstance(heard, StoredEvent)
    assert (heard.stream, heard.seq) == (LANE, 1)


async def test_a_row_that_only_a_newer_hub_can_read_stops_nobody(officers_context: Context) -> None:
    rows = officers_context.db["events"]
    async with aclosing(service.checkpoint(officers_context, "liantang", None)) as feed:
        await anext(feed)
        await happen(officers_context, 1)
        [first] = await take(feed, 1)
        assert isinstance(first, StoredEvent)
        row = await rows.find_one({"stream": LANE, "seq": 1}) or {}
        strange = {**row, "_id": f"{LANE}#2", "seq": 2, "actor": {"role": "AIRSHIP", "id": "one"}}
        await rows.insert_one(strange)
        await officers_context.db["stream_heads"].update_one({"_id": LANE}, {"$set": {"seq": 2}})
        await happen(officers_context, 1)
        after = await take(feed, 1)
    async with aclosing(service.checkpoint(officers_context, "liantang", {LANE: 0})) as feed:
        replayed = await take(feed, 3)

    assert numbers(after) == [3]
    assert numbers(replayed) == [1, 3]


async def test_a_follower_of_a_dropped_log_is_told_to_fetch_again_and_goes_on(
    elsewhere: Services, officers_context: Context
) -> None:
    context = Context(elsewhere, officers_context.actor)
    await happen(context, 5)
    async with aclosing(service.checkpoint(context, "liantang", None)) as feed:
        await anext(feed)
        await drop(context)
        missed, standing = await take(feed, 2)
        await happen(context, 2)
        events = await take(feed, 2)

    assert isinstance(missed, Missed)
    assert isinstance(standing, Standing)
    assert numbers(events) == list(range(standing.positions[LANE] + 1, standing.positions[LANE] + 3))
