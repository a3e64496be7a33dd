"""A client that was away: for ten seconds, for ten minutes, and for longer than the log is replayed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from backend.feed.stream import MOST_REPLAYED
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services, UnitOfWork
from backend.kit.eventlog import Event
from backend.lanes.events import ScanRefused
from backend.trips.events import TripAmended
from tests.backend.client import Client, Listener
from tests.backend.lanes.steps import Port
from tests.backend.steps import Answer, Journey

SHOWN = """ __typename ... on Ready { positions { stream seq } } ... on Resync { reason }
  ... on Message { event { stream seq } } } }"""
CHECKPOINT = """subscription($id: ID!, $after: [StreamPositionInput!]) {
  checkpointEvents(checkpointId: $id, after: $after) {""" + SHOWN.replace("Message", "CheckpointEventMessage")
TRIP = """subscription($id: ID!, $after: Int) {
  tripEvents(tripId: $id, after: $after) {""" + SHOWN.replace("Message", "TripEventMessage")
LANE = """subscription($id: ID!, $after: Int) {
  laneFeed(laneId: $id, after: $after) {""" + SHOWN.replace("Message", "LaneFeedMessage")
BOARD = """{ laneBoard(checkpointId: "liantang") { positions { stream seq } lanes { laneId passageId state } } }"""
HOME = "{ driverHome { trip { id state } passage { id state } positions { stream seq } } }"
PASSAGE = "query($id: ID!) { passage(id: $id) { id state } }"
TOGETHER = 100
"""Events of one transaction."""

TEN_SECONDS = (timedelta(seconds=10), 40)
TEN_MINUTES = (timedelta(minutes=10), MOST_REPLAYED - 10)
PAST_THE_REACH = (timedelta(minutes=10), MOST_REPLAYED + 1)


@dataclass(frozen=True)
class Follower:
    """Who follows what, and what he fetches when he is told RESYNC."""

    client: Client
    document: str
    field: str
    id: str
    stream: str
    truth: Callable[[], Awaitable[Answer]]

    def after(self, seq: int) -> object:
        """Return the position as this subscription takes it."""
        return [{"stream": self.stream, "seq": seq}] if self.field == "checkpointEvents" else seq


def follower(port: Port, feed: str, journey: Journey, passage_id: str) -> Follower:
    """Return the follower of this feed."""

    async def board() -> Answer:
        rows = (await port.officer.ask(BOARD))["lanes"]
        return next(row for row in rows if row["laneId"] == "liantang-1")

    async def home() -> Answer:
        seen: Answer = await journey.driver.ask(HOME)
        return {"trip": seen["trip"], "passage": seen["passage"]}

    async def passage() -> Answer:
        seen: Answer = await port.agent.ask(PASSAGE, id=passage_id)
        return seen

    lane, trip = "lane:liantang-1", f"trip:{journey.trip_id}"
    return {
        "checkpoint": Follower(port.officer, CHECKPOINT, "checkpointEvents", "liantang", lane, board),
        "trip": Follower(journey.driver, TRIP, "tripEvents", journey.trip_id, trip, home),
        "lane": Follower(port.agent, LANE, "laneFeed", "liantang-1", lane, passage),
    }[feed]


async def happen(context: Context, stream: str, times: int) -> None:
    """Let so many events happen in the stream, of a kind that every follower of it hears."""
    what, _, name = stream.partition(":")
    event: Event = (
        TripAmended(site="liantang", trip_id=name, version=1)
        if what == "trip"
        else ScanRefused(site="liantang", lane_id=name, code="LIVE_STALE", found_by="LANE")
    )
    while times > 0:

        async def work(unit: UnitOfWork, some: int = min(times, TOGETHER)) -> None:
            for _ in range(some):
                unit.append(event, stream)

        await context.transaction(work, streams=[stream])
        times -= TOGETHER


async def head(context: Context, stream: str) -> int:
    """Return the stream's last number."""
    row = await context.db["stream_heads"].find_one({"_id": stream})
    assert row is not None
    return int(row["seq"])


async def heard(listener: Listener, stream: str, until: int) -> list[int]:
    """Return the stream's numbers as they come, up to this one."""
    numbers: list[int] = []
    while not numbers or numbers[-1] != until:
        event = (await listener.next()).get("event")
        if event is not None and event["stream"] == stream:
            numbers.append(event["seq"])
    return numbers


@pytest.mark.parametrize("feed", ["checkpoint", "trip", "lane"])
@pytest.mark.parametrize("absence", [TEN_SECONDS, TEN_MINUTES], ids=["10 s", "10 min"])
async def test_who_was_away_hears_each_missed_event_once_and_in_order_and_then_what_comes(
    port: Port, system: Context, clock: FixedClock, feed: str, absence: tuple[timedelta, int]
) -> None:
    journey = await port.approved()
    who = follower(port, feed, journey, await port.opened(journey))
    async with who.client.listen(who.document, who.field, id=who.id) as listener:
        await listener.next()
        await happen(system, who.stream, 2)
        last = await head(system, who.stream)
        assert await heard(listener, who.stream, last) == [last - 1, last]

    clock.advance(absence[0])
    await happen(system, who.stream, absence[1])
    async with who.client.listen(who.document, who.field, id=who.id, after=who.after(last)) as listener:
        assert (await listener.next())["__typename"] == "Ready"
        missed = await heard(listener, who.stream, last + absence[1])
        await happen(system, who.stream, 3)
        now = await heard(listener, who.stream, last + absence[1] + 3)

    assert missed == list(range(last + 1, last + absence[1] + 1))
    assert now == [last + absence[1] + number for number in (1, 2, 3)]


@pytest.mark.parametrize("feed", ["checkpoint", "trip", "lane"])
async def test_who_was_away_for_too_long_is_told_so_and_what_he_fetches_then_is_the_truth(
    port: Port, system: Context, api: Services, clock: FixedClock, feed: str
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    who = follower(port, feed, journey, passage_id)
    async with who.client.listen(who.document, who.field, id=who.id) as listener:
        await listener.next()
        last = await head(system, who.stream)

    clock.advance(PAST_THE_REACH[0])
    await happen(system, who.stream, PAST_THE_REACH[1])
    await port.act(
        "referPassage", passage_id, reasons=["PLATE_UNREAD"]
    )  # what it missed has moved the board too
    async with who.client.listen(who.document, who.field, id=who.id, after=who.after(last)) as listener:
        told = [await listener.next() for _ in range(3)]
        fetched = await who.truth()
        stands = await head(system, who.stream)
        await happen(system, who.stream, 2)
        now = await heard(listener, who.stream, stands + 2)

    row = await api.database.collection("passages").find_one({"_id": passage_id}) or {}
    trip = await api.database.collection("trips").find_one({"_id": journey.trip_id}) or {}
    passage = {"id": passage_id, "state": row["state"]}
    truths: dict[str, Answer] = {
        "checkpoint": {"laneId": "liantang-1", "passageId": passage_id, "state": row["state"]},
        "trip": {"trip": {"id": journey.trip_id, "state": trip["state"]}, "passage": passage},
        "lane": passage,
    }
    assert [message["__typename"] for message in told] == ["Ready", "Resync", "Ready"]
    assert {"stream": who.stream, "seq": stands} in told[2]["positions"]
    assert (fetched, row["state"]) == (truths[feed], "DIVERTED")
    assert now == [stands + 1, stands + 2]
