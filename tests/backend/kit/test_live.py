"""One reader fans out: in order, to those who want it, never growing."""

import asyncio
from typing import Any

from backend.kit.context import Context
from backend.kit.eventlog import StoredEvent
from backend.kit.live import QUEUE_LENGTH, Gap, Subscription
from tests.backend.kit.test_eventlog import STREAM, write_five

PATIENCE = 20


async def take(subscription: Subscription[Any], number: int) -> list[Any]:
    """Return the next items."""
    return [await asyncio.wait_for(anext(subscription), PATIENCE) for _ in range(number)]


async def test_events_arrive_in_order_at_those_who_want_them(system: Context) -> None:
    with (
        system.live.subscribe(lambda event: event.stream == STREAM) as lane,
        system.live.subscribe(lambda event: event.stream == STREAM and event.seq > 3) as late,
    ):
        await write_five(system)
        assert [event.seq for event in await take(lane, 5)] == [1, 2, 3, 4, 5]
        assert [event.seq for event in await take(late, 2)] == [4, 5]


async def test_a_signal_reaches_its_topic_only(system: Context) -> None:
    with system.live.subscribe_signals("work") as work, system.live.subscribe_signals("calls") as calls:
        await system.live.signal("work", {"waiting": 2})
        await system.live.signal("calls", {"ringing": 1})
        assert [signal.payload for signal in await take(work, 1)] == [{"waiting": 2}]
        assert [signal.payload for signal in await take(calls, 1)] == [{"ringing": 1}]
        assert work.waiting() == calls.waiting() == []


async def test_a_stalled_subscriber_is_told_of_the_gap_and_grows_no_further(system: Context) -> None:
    await write_five(system)
    event = StoredEvent.of((await system.db["events"].find_one({"seq": 1})) or {})
    stalled: Subscription[StoredEvent] = Subscription()
    for _ in range(QUEUE_LENGTH * 4):
        stalled.offer(event)
    assert await take(stalled, 1) == [Gap.OVERFLOW]
    assert stalled.waiting() == []
    stalled.offer(event)
    assert await take(stalled, 1) == [event]
