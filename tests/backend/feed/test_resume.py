"""A feed can be left and taken up again: nothing is lost, nothing comes twice, and a gap is said openly."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from backend.feed import service
from backend.feed.stream import MOST_REPLAYED, Item, Missed, Standing
from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.kit.eventlog import StoredEvent
from backend.kit.live import QUEUE_LENGTH
from backend.lanes.events import ScanRefused
from core.problems import Refusal
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.steps import EVENTS, together

LANE, OTHER = "lane:liantang-1", "lane:liantang-2"


@pytest.fixture
def officers_context(api: Services) -> Context:
    """An officer's request, without a socket in between."""
    return Context(api, Actor(role=Role.OFFICER, id="officer-1"))


async def happen(context: Context, times: int, stream: str = LANE) -> None:
    """Let so many events happen in the stream, in one transaction."""

    async def work(unit: UnitOfWork) -> None:
        for _ in range(times):
            lane_id = stream.partition(":")[2]
            event = ScanRefused(site="liantang", lane_id=lane_id, code="LIVE_STALE", found_by="LANE")
            unit.append(event, stream)

    await context.transaction(work, streams=[stream])


def numbers(items: list[Item], stream: str = LANE) -> list[int]:
    """Return the numbers of the stream's events among the items."""
    return [item.seq for item in items if isinstance(item, StoredEvent) and item.stream == stream]


async def take(feed: AsyncGenerator[Item, None], count: int) -> list[Item]:
    """Take so many items from the feed."""
    return [await anext(feed) for _ in range(count)]


async def test_whoever_gives_no_position_gets_what_happens_from_now_on(officers_context: Context) -> None:
    await happen(officers_context, 3)
    async with aclosing(service.checkpoint(officers_context, "liantang", None)) as feed:
        first = await anext(feed)
        await happen(officers_context, 2)
        items = await take(feed, 2)

    assert isinstance(first, Standing)
    assert first.positions == {LANE: 3, OTHER: 0, "lane:liantang-3": 0, "site:liantang": 0}
    assert numbers(items) == [4, 5]


async def test_what_was_missed_comes_before_what_happens_now(officers_context: Context) -> None:
    await happen(officers_context, 5)
    await happen(officers_context, 2, OTHER)
    after = {LANE: 2}  # the other lane is not named: it starts at its first event
    async with aclosing(service.checkpoint(officers_context, "liantang", after)) as feed:
        items = await take(feed, 6)
        await happen(officers_context, 1)
        items += await take(feed, 1)

    assert isinstance(items[0], Standing)
    assert numbers(items) == [3, 4, 5, 6]
    assert numbers(items, OTHER) == [1, 2]


async def test_a_reader_that_leaves_and_resumes_while_much_happens_gets_each_event_once(
    officers_context: Context,
) -> None:
    total = 120

    async def write(stream: str) -> None:
        for _ in range(total):
            await happen(officers_context, 1, stream)

    async def read() -> dict[str, list[int]]:
        positions: dict[str, int] = {}
        seen: dict[str, list[int]] = {LANE: [], OTHER: []}
        while sum(map(len, seen.values())) < 2 * total:
            async with aclosing(service.checkpoint(officers_context, "liantang", positions)) as feed:
                assert isinstance(await anext(feed), Standing)
                for _ in range(min(17, 2 * total - sum(map(len, seen.values())))):
                    event = await anext(feed)
                    assert isinstance(event, StoredEvent)
                    seen[event.stream].append(event.seq)
                    positions[event.stream] = event.seq
        return seen

    _, _, seen = await together(write(LANE), write(OTHER), read())

    assert seen == {LANE: list(range(1, total + 1)), OTHER: list(range(1, total + 1))}


async def test_a_reader_that_is_too_slow_is_told_to_fetch_again_and_then_goes_on(
    officers_context: Context,
) -> None:
    async with aclosing(service.checkpoint(officers_context, "liantang", None)) as feed:
        await anext(feed)
        await happen(officers_context, QUEUE_LENGTH + 50)
        items: list[Item] = []
        while not items or not isinstance(items[-1], Standing):
            items.append(await anext(feed))
        await happen(officers_context, 1)
        after = await anext(feed)

    assert isinstance(items[-2], Missed)
    standing = items[-1]
    assert isinstance(standing, Standing)
    assert isinstance(after, StoredEvent)
    head = standing.positions[LANE]
    assert numbers(items) == list(range(1, len(numbers(items)) + 1))  # before the gap nothing is missing
    assert after.seq == head + 1


@pytest.mark.parametrize(("position", "reason"), [(-1, "no position -1"), (99, "no position 99")])
async def test_a_position_that_never_was_gets_a_resync(
    officers_context: Context, position: int, reason: str
) -> None:
    await happen(officers_context, 2)
    async with aclosing(service.checkpoint(officers_context, "liantang", {LANE: position})) as feed:
        items = await take(feed, 3)

    assert isinstance(items[1], Missed)
    assert reason in items[1].reason
    assert isinstance(items[2], Standing)


async def test_a_position_too_old_gets_a_resync_instead_of_a_flood(officers_context: Context) -> None:
    with officers_context.live.subscribe(lambda event: event.seq == MOST_REPLAYED + 1) as last:
        await happen(officers_context, MOST_REPLAYED + 1)
        await anext(last)  # the reader is through with them: what follows is about the position alone
    async with aclosing(service.checkpoint(officers_context, "liantang", {LANE: 0})) as feed:
        items = await take(feed, 3)
        await happen(officers_context, 1)
        item = await anext(feed)

    assert [type(found) for found in items] == [Standing, Missed, Standing]
    assert isinstance(item, StoredEvent)
    assert item.seq == MOST_REPLAYED + 2


async def test_the_board_tells_the_positions_from_which_nothing_is_missed(
    officer: Client, officers_context: Context
) -> None:
    await happen(officers_context, 2)
    board = await officer.ask(
        """{ laneBoard(checkpointId: "liantang") { positions { stream seq } lanes { laneId open passageId } } }"""
    )
    await happen(officers_context, 3)
    async with officer.listen(
        EVENTS, "checkpointEvents", id="liantang", after=board["positions"]
    ) as listener:
        ready = await listener.next()
        events = [await listener.next() for _ in range(3)]

    assert {"stream": LANE, "seq": 2} in board["positions"]
    assert ready["__typename"] == "Ready"
    assert [message["event"]["seq"] for message in events] == [3, 4, 5]


async def test_a_checkpoint_that_is_not_there_is_said_so(officers_context: Context) -> None:
    with pytest.raises(Refusal):
        await anext(service.checkpoint(officers_context, "atlantis", None))
