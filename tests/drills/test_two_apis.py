"""Two API processes on one database: what one writes, the other tells; readers move between them and miss nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from backend.kit.clock import Clock
from core.hub import DeviceCredentials, Hub, device_key
from kiosk.agent import documents
from scripts.house.ports import free_port
from tests.backend.clearances.asking import STOPPED
from tests.backend.client import Client, Listener, new_key
from tests.backend.feed.test_who_hears_what import TRIP
from tests.backend.lanes.steps import EVENTS
from tests.backend.steps import answer, start, submit
from tests.drills import parts
from tests.drills.killing import log_verified
from tests.drills.parts import Database, Part

LANE = "liantang-1"
SIGN_IN = """mutation($id: ID!, $role: Role!) { demoSignIn(input: {role: $role, accountId: $id}) {
  ... on Session { token } } }"""
WRITERS, EACH = 10, 4
CEILING_SECONDS = 60.0


@dataclass(frozen=True)
class Pair:
    """The two processes."""

    first: Part
    second: Part
    home: Path
    uri: str

    @property
    def urls(self) -> tuple[str, str]:
        """Their addresses."""
        return _url(self.first), _url(self.second)

    def agent(self, url: str) -> Hub:
        """Return the lane agent's way to one of them."""
        key = device_key(self.home / "agent.pem", self.home / "devices" / "agent-liantang.pub.pem")
        return Hub(url, DeviceCredentials("agent-liantang", key))


def _url(part: Part) -> str:
    assert part.served is not None
    return f"http://localhost:{part.served[0]}"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both serve, started at the same time on an empty database."""
    home = tmp_path_factory.mktemp("pair")
    database = Database(home / "mongo")
    with parts.ended_afterwards(database):
        database.start()
        first, second = (parts.api(home, free_port(), database.uri) for _ in range(2))
        with parts.ended_afterwards(first, second):
            first.start()
            second.start()
            for part in (first, second):
                part.wait_until_served()
            yield Pair(first, second, home, database.uri)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A bare HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def signed_in(http: aiohttp.ClientSession, url: str, role: str, account: str) -> Client:
    """Return a person at one process; the same token is good at the other."""
    nobody = Client(url, http, None)
    session = await nobody.ask(SIGN_IN, role=role, id=account)
    return Client(url, http, session["token"])


def moved(client: Client, url: str) -> Client:
    """Return the same person at the other process."""
    return Client(url, client.http, client.token)


async def refuse(hub: Hub, lane: str = LANE) -> None:
    """Let one event happen in a lane's stream."""
    asked = {"idempotencyKey": new_key(), "laneId": lane, "code": "LIVE_STALE"}
    told = await hub.execute(
        documents.REPORT_REFUSAL, {"input": asked | {"at": datetime.now(UTC).isoformat()}}, again=False
    )
    assert told["reportRefusal"]["__typename"] == "RefusalRecorded", told


async def refuse_often(hub: Hub, lane: str, times: int) -> None:
    """Let so many events happen, one after the other."""
    for _ in range(times):
        await refuse(hub, lane)


async def test_a_subscriber_of_one_process_sees_what_the_other_wrote(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    officer = await signed_in(http, pair.urls[0], "OFFICER", "officer-1")
    async with (
        officer.listen(EVENTS, "checkpointEvents", id="liantang") as board,
        pair.agent(pair.urls[1]) as hub,
    ):
        ready = await board.next()
        await refuse(hub)
        told = await board.until(stream=f"lane:{LANE}")
    stood = {position["stream"]: position["seq"] for position in ready["positions"]}
    assert (told["event"]["kind"], told["event"]["seq"]) == ("scan.refused", stood[f"lane:{LANE}"] + 1)


async def test_many_writers_at_both_processes_write_one_stream_without_a_gap_or_an_error(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    officer = await signed_in(http, pair.urls[0], "OFFICER", "officer-1")
    before = await position(officer)

    async with pair.agent(pair.urls[0]) as first, pair.agent(pair.urls[1]) as second:
        await asyncio.gather(
            *(refuse_often(hub, LANE, EACH) for hub in (first, second) for _ in range(WRITERS))
        )

    assert await position(officer) == before + 2 * WRITERS * EACH
    assert (await asyncio.to_thread(log_verified, pair.first.environment)).startswith("ok ")


async def position(officer: Client) -> int:
    """Return the lane's last number."""
    async with officer.listen(EVENTS, "checkpointEvents", id="liantang") as board:
        positions = (await board.next())["positions"]
    return int(next(each["seq"] for each in positions if each["stream"] == f"lane:{LANE}"))


async def test_an_officer_moved_between_the_processes_hears_each_event_once(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    officer = await signed_in(http, pair.urls[0], "OFFICER", "officer-1")
    lanes, each = (LANE, "liantang-2"), 40
    async with officer.listen(EVENTS, "checkpointEvents", id="liantang") as board:
        ready = await board.next()
    after = {position["stream"]: position["seq"] for position in ready["positions"]}
    stood = dict(after)
    heard: dict[str, list[int]] = {f"lane:{lane}": [] for lane in lanes}

    async def hear_some(board: Listener) -> bool:
        for _ in range(7):
            if sum(map(len, heard.values())) == len(lanes) * each:
                return True
            event = (await board.next()).get("event")
            if event is not None and event["stream"] in heard:
                heard[event["stream"]].append(event["seq"])
                after[event["stream"]] = event["seq"]
        return False

    async def read() -> None:
        for url in cycle(pair.urls):
            known = [{"stream": stream, "seq": seq} for stream, seq in after.items()]
            listening = moved(officer, url).listen(EVENTS, "checkpointEvents", id="liantang", after=known)
            async with listening as board:
                if await hear_some(board):
                    return

    async with (
        pair.agent(pair.urls[0]) as first,
        pair.agent(pair.urls[1]) as second,
        asyncio.timeout(CEILING_SECONDS),
    ):
        await asyncio.gather(
            refuse_often(first, lanes[0], each), refuse_often(second, lanes[1], each), read()
        )

    assert heard == {stream: list(range(stood[stream] + 1, stood[stream] + each + 1)) for stream in heard}


async def test_a_drivers_phone_moved_between_the_processes_hears_each_event_of_his_trip_once(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    carrier = await signed_in(http, pair.urls[0], "CARRIER", "carrier-hengtong")
    customs = await signed_in(http, pair.urls[0], "AGENCY", "agency-customs")
    journey = await start(carrier, Client(pair.urls[1], http, None), Clock())
    await submit(journey)
    heard: list[int] = []
    turns = 12

    async def change() -> None:
        for number, url in zip(range(turns), cycle(pair.urls), strict=False):
            word: dict[str, Any] = {"state": "HOLD", "hold": STOPPED} if number % 2 else {"state": "CLEAR"}
            said = await answer(moved(customs, url), journey.trip_id, **word)
            assert said["__typename"] == "TripReview", said

    async def hear_some(feed: Listener) -> bool:
        for _ in range(3):
            if len(heard) == turns + 1:
                return True
            message = await feed.next()
            if message["__typename"] == "TripEventMessage":
                heard.append(message["event"]["seq"])
        return False

    async def read() -> None:
        for url in cycle(pair.urls):
            phone = moved(journey.driver, url)
            async with phone.listen(TRIP, "tripEvents", id=journey.trip_id, after=len(heard)) as feed:
                if await hear_some(feed):
                    return

    async with asyncio.timeout(CEILING_SECONDS):
        await asyncio.gather(change(), read())

    assert heard == list(range(1, turns + 2))  # the submission, and each word of the agency
