"""Each hears what concerns him, and nobody hears what nobody declared."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest

from backend.kit.context import Context, Services, UnitOfWork
from backend.kit.eventlog import Event
from backend.lanes import service as lanes
from core.roles import Role
from tests.backend.client import Client, Listener
from tests.backend.lanes.steps import EVENTS, PLATE, Port, count
from tests.backend.steps import Answer, answer
from tests.conftest import SignIn

TRIP = """subscription($id: ID!, $after: Int) { tripEvents(tripId: $id, after: $after) { __typename
  ... on Ready { positions { stream seq } } ... on TripEventMessage { event { kind seq stream } } } }"""
LANE = """subscription($id: ID!, $after: Int) { laneFeed(laneId: $id, after: $after) { __typename
  ... on Ready { positions { stream seq } }
  ... on LaneFeedMessage { event { kind stream } passage { id state decision { outcome }
    clearances { agency state holdKind } } } } }"""
PAGE = """query($first: Int!, $after: String) { events(checkpointId: "liantang", first: $first, after: $after) {
  edges { node { id stream seq kind facts { name value } } } pageInfo { hasNextPage endCursor } } }"""
HOME = """{ driverHome { order { state } trip { id state } clearances { agency state } voucher { state partOne }
  passage { id state } positions { stream seq } serverTime } }"""
HOLD = {"kind": "AT_BAY", "reason": "weigh it"}


async def refusal(client: Client, document: str, **variables: object) -> str:
    """Return the code with which a subscription is refused."""
    async with client.listen(document, "", **variables) as listener:
        frame = await listener.raw()
    errors = frame["payload"] if frame["type"] == "error" else frame["payload"]["errors"]
    return str(errors[0]["extensions"]["code"])


async def test_a_driver_follows_his_trip_to_its_end_and_hears_no_other(port: Port) -> None:
    mine, other = await port.approved(), await port.approved("HK 77")
    async with mine.driver.listen(TRIP, "tripEvents", id=mine.trip_id) as listener:
        ready = await listener.next()
        await port.opened(other, "liantang-2")
        passage_id = await port.opened(mine)
        await port.seen(passage_id)
        await port.release(passage_id)
        await port.depart(passage_id, "BARRIER")
        heard = [(await listener.next())["event"] for _ in range(4)]

    assert [event["kind"] for event in heard] == [
        "trip.arrived",
        "trip.cleared",
        "passage.released",
        "passage.exited",
    ]
    start = ready["positions"][0]["seq"]
    assert [event["seq"] for event in heard] == [start + 1, start + 2, start + 3, start + 4]
    assert {event["stream"] for event in heard} == {f"trip:{mine.trip_id}"}


async def test_a_trip_of_somebody_else_looks_like_none(port: Port, sign_in: SignIn) -> None:
    mine, other = await port.approved(), await port.approved("HK 77")
    rival = await sign_in(Role.CARRIER, "carrier-kwaichung")

    assert await refusal(mine.driver, TRIP, id=other.trip_id) == "NOT_FOUND"
    assert await refusal(mine.driver, TRIP, id="0123456789abcdef01234567") == "NOT_FOUND"
    assert await refusal(rival, TRIP, id=mine.trip_id) == "NOT_FOUND"
    async with port.carrier.listen(TRIP, "tripEvents", id=mine.trip_id) as listener:
        assert (await listener.next())["__typename"] == "Ready"


async def test_a_checkpoints_feed_is_for_officers_and_agencies_alone(port: Port) -> None:
    journey = await port.approved()

    for stranger in (journey.driver, port.carrier, port.agent, port.worker):
        assert await refusal(stranger, EVENTS, id="liantang") == "FORBIDDEN"
    for stranger in (journey.driver, port.carrier, port.customs, port.worker):
        assert await refusal(stranger, LANE, id="liantang-1") == "FORBIDDEN"
    for stranger in (port.agent, port.worker):
        assert await refusal(stranger, TRIP, id=journey.trip_id) == "FORBIDDEN"


async def test_an_agency_hears_of_trips_but_not_of_what_cameras_see(port: Port) -> None:
    journey = await port.approved()
    async with port.customs.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        await listener.next()
        passage_id = await port.opened(journey)
        await port.seen(passage_id)
        await port.release(passage_id)
        heard = [await listener.next() for _ in range(3)]

    assert [message["event"]["kind"] for message in heard] == [
        "trip.arrived",
        "trip.cleared",
        "passage.released",
    ]
    assert {message["event"]["stream"] for message in heard[:2]} == {f"trip:{journey.trip_id}"}
    assert [message["card"] for message in heard] == [None] * 3  # the board's plates are the officers'


async def test_the_review_queue_moves_live_on_the_officers_feed(port: Port) -> None:
    async with port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        await listener.next()
        await port.approved()
        approved = await listener.until(kind="trip.approved")

    assert approved["card"] is None


async def test_every_event_brings_the_boards_row_as_it_stands(port: Port) -> None:
    journey = await port.approved()
    async with port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        await listener.next()
        passage_id = await port.opened(journey)
        opened = await listener.until(kind="passage.opened")
        await port.act("referPassage", passage_id, reasons=["PLATE_UNREAD"])
        referred = await listener.until(kind="passage.referred", stream="lane:liantang-1")
        await port.depart(passage_id, "TO_BAY")
        left = await listener.until(kind="passage.left_lane")
        await port.decide(passage_id, "RELEASE")
        released = await listener.until(kind="passage.released", stream="site:liantang")
        await port.officer_reports(passage_id, "BARRIER")
        exited = await listener.until(kind="passage.exited", stream="site:liantang")

    at = {"passageId": passage_id, "plates": ["粤Z·DF15港", "UP 2643"]}
    nobody: Answer = {"passageId": None, "plates": [], "state": None}
    bay = "liantang-bay-1"
    assert opened["card"] == {"laneId": "liantang-1", "bayId": None, "state": "MATCHING", **at}
    assert referred["card"] == {"laneId": "liantang-1", "bayId": bay, "state": "DIVERTED", **at}
    assert left["card"] == {"laneId": "liantang-1", "bayId": None, **nobody}
    assert released["card"] == {"laneId": None, "bayId": bay, "state": "RELEASED", **at}
    assert exited["card"] == {"laneId": None, "bayId": bay, **nobody}
    assert PLATE not in str([message["event"] for message in (opened, referred, left, released, exited)])


async def test_a_lanes_agent_hears_of_decisions_and_of_holds_on_the_vehicle_in_its_lane(port: Port) -> None:
    journey, elsewhere = await port.approved(), await port.approved("HK 77")
    async with port.agent.listen(LANE, "laneFeed", id="liantang-1") as listener:
        assert (await listener.next())["__typename"] == "Ready"
        await port.opened(elsewhere, "liantang-2")
        passage_id = await port.opened(journey)
        opened = await listener.next()
        await answer(port.customs, elsewhere.trip_id, "HOLD", hold=HOLD)
        await answer(port.customs, journey.trip_id, "HOLD", hold=HOLD)
        held = await listener.next()
        await port.decide(passage_id, "REFER")
        decided, referred = await listener.next(), await listener.next()

    assert opened["event"]["kind"] == "passage.opened"
    assert held["event"] == {"kind": "clearance.answered", "stream": f"trip:{journey.trip_id}"}
    assert held["passage"]["id"] == passage_id
    assert {"agency": "CUSTOMS", "state": "HOLD", "holdKind": "AT_BAY"} in held["passage"]["clearances"]
    assert decided["event"]["kind"] == "passage.decided"
    assert (referred["event"]["kind"], referred["passage"]["state"]) == ("passage.referred", "DIVERTED")


async def test_the_agent_of_another_lane_hears_nothing_of_this_one(port: Port, sign_in: SignIn) -> None:
    stranger = await sign_in(Role.LANE_AGENT, "agent-elsewhere", lanes=("liantang-2",))

    assert await refusal(stranger, LANE, id="liantang-1") == "NOT_FOUND"
    assert await refusal(port.officer, LANE, id="liantang-99") == "NOT_FOUND"


async def test_the_board_shows_when_a_lanes_agent_was_connected(port: Port) -> None:
    asked = """{ laneBoard(checkpointId: "liantang") { lanes { laneId agentSeenAt } } }"""
    async with port.agent.listen(LANE, "laneFeed", id="liantang-2") as listener:
        await listener.next()
        await port.opened(await port.approved(), "liantang-2")
        await listener.next()
        board = await port.officer.ask(asked)

    seen = {lane["laneId"]: lane["agentSeenAt"] is not None for lane in board["lanes"]}
    assert seen == {"liantang-1": False, "liantang-2": True, "liantang-3": False}


async def test_officers_hear_that_a_lanes_agent_lives_and_nothing_once_it_is_gone(
    port: Port, api: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "NOTED_EVERY", timedelta(milliseconds=20))
    async with port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as officer:
        await officer.next()
        async with port.agent.listen(LANE, "laneFeed", id="liantang-2"):
            signs = [await officer.next() for _ in range(3)]
        await port.opened(await port.approved(), "liantang-1")
        rest = [sign async for sign in before(officer, "passage.opened")]
        told = await count(api, "signals")

    assert {(sign["__typename"], sign["laneId"]) for sign in signs} == {("LanePresence", "liantang-2")}
    assert all(sign["agentSeenAt"] for sign in signs)
    assert len(signs) + len([sign for sign in rest if sign["__typename"] == "LanePresence"]) == told


async def before(listener: Listener, kind: str) -> AsyncIterator[Answer]:
    """Give what comes before the event."""
    while (message := await listener.next()).get("event", {}).get("kind") != kind:
        yield message


@dataclass(frozen=True, kw_only=True)
class Whisper(Event):
    """Something that an older or newer hub wrote; this one does not know it."""

    kind: ClassVar[str] = "test.whisper"
    audience: ClassVar[frozenset[Role]] = frozenset(Role)


@pytest.fixture
def unknown_kind() -> Iterator[None]:
    """Take the kind out of this process's knowledge, as if another version had written it."""
    known = Event.registry.pop("test.whisper")
    yield
    Event.registry["test.whisper"] = known


async def test_an_event_of_a_kind_nobody_declared_is_heard_by_nobody(
    port: Port, system: Context, unknown_kind: None
) -> None:
    async def whisper(unit: UnitOfWork) -> None:
        unit.append(Whisper(site="liantang", lane_id="liantang-1"), "lane:liantang-1")

    journey = await port.approved()
    async with port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        await listener.next()
        await system.transaction(whisper)
        await port.opened(journey)
        heard = await listener.until(stream="lane:liantang-1")
    page = await port.officer.ask(PAGE, first=100)

    assert (heard["event"]["kind"], heard["event"]["seq"]) == ("passage.opened", 2)
    assert "test.whisper" not in {edge["node"]["kind"] for edge in page["edges"]}


async def test_the_log_is_a_list_by_pages_newest_first(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    everything = await port.officer.ask(PAGE, first=100)
    first = await port.officer.ask(PAGE, first=3)
    second = await port.officer.ask(PAGE, first=97, after=first["pageInfo"]["endCursor"])

    rows = [edge["node"] for edge in everything["edges"]]
    assert [edge["node"] for edge in first["edges"] + second["edges"]] == rows
    assert first["pageInfo"]["hasNextPage"] is True
    fact = next(
        row
        for row in rows
        if row["kind"] == "passage.fact" and {"name": "matched", "value": "3"} in row["facts"]
    )
    assert fact["stream"] == "lane:liantang-1"


async def test_a_drivers_home_has_all_that_his_phone_shows(port: Port) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)

    home = await journey.driver.ask(HOME)
    stranger = await port.officer.raw(HOME)

    assert home["trip"] == {"id": journey.trip_id, "state": "ARRIVED"}
    assert home["order"] == {"state": "ACCEPTED"}
    assert home["clearances"] == [
        {"agency": "CUSTOMS", "state": "CLEAR"},
        {"agency": "BORDER_INSPECTION", "state": "CLEAR"},
    ]
    assert home["voucher"]["state"] == "ISSUED"
    assert home["voucher"]["partOne"]
    assert home["passage"] == {"id": passage_id, "state": "MATCHING"}
    assert [position["stream"] for position in home["positions"]] == [f"trip:{journey.trip_id}"]
    assert stranger["errors"][0]["extensions"]["code"] == "FORBIDDEN"
