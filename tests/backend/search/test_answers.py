"""What a search answers: in which order, page by page, to whom, and for trips of an earlier version."""

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.trips import service as trips
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.conftest import agent as agent
from tests.backend.lanes.conftest import port as port
from tests.backend.lanes.conftest import worker as worker
from tests.backend.lanes.steps import Port
from tests.backend.search.asking import found, search
from tests.backend.steps import WITHDRAW, Journey, act, contents, refused_codes, start
from tests.conftest import SignIn


async def test_trips_still_going_on_come_first_and_each_part_newest_first(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    made = [
        await start(carrier, nobody, clock, driverPhone=f"+852 6123 450{number}", reference=f"QQ-{number}00")
        for number in range(5)
    ]
    for ended in (made[1], made[4]):
        await act(ended.driver, WITHDRAW, ended.trip_id)
    expected = [made[index].trip_id for index in (3, 2, 0, 4, 1)]
    assert await found(officer, "QQ") == []
    assert await found(officer, "CSQU3054383") == expected


async def test_pages_follow_each_other_without_gap_and_without_doubles(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    made = [await start(carrier, nobody, clock, driverPhone=f"+852 6123 450{number}") for number in range(5)]
    await act(made[3].driver, WITHDRAW, made[3].trip_id)
    seen: list[str] = []
    after: str | None = None
    for has_next in (True, True, False):
        page = await search(officer, "csqu", first=2, after=after)
        seen += [edge["node"]["trip"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is has_next
    assert seen == [made[index].trip_id for index in (4, 2, 1, 0, 3)]


async def test_a_vehicle_at_the_checkpoint_is_found_with_its_passage(port: Port) -> None:
    there, away = await port.approved("UP 2643"), await port.approved("UP 2644")
    passage = await port.opened(there)
    edges = (await search(port.officer, "up264"))["edges"]
    assert {edge["node"]["trip"]["id"]: edge["node"]["passageId"] for edge in edges} == {
        there.trip_id: passage,
        away.trip_id: None,
    }


async def test_only_officers_search_and_a_refused_search_leaves_nothing_behind(
    api: Services, sign_in: SignIn, journey: Journey
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.OFFICER).items():
        client = await sign_in(role)
        told = await client.raw('{ searchTrips(text: "UP2643") { kinds } }')
        assert told["data"] is None
        assert [error["extensions"]["code"] for error in told["errors"]] == [code], role
    assert await contents(api) == before


@pytest.mark.parametrize("text", ["", " ", "x", " 大 ", "1" * 1001])
async def test_too_few_and_too_many_characters_are_refused_with_the_limits(
    api: Services, officer: Client, journey: Journey, text: str
) -> None:
    before = await contents(api)
    told = await officer.raw("query($text: String!) { searchTrips(text: $text) { kinds } }", text=text)
    assert told["data"] is None
    assert told["errors"][0]["extensions"] == {
        "code": "INVALID_INPUT",
        "args": {"reason": "2 to 1000 characters"},
    }
    assert await contents(api) == before


async def test_trips_of_an_earlier_version_are_found_once_they_were_given_their_keys(
    api: Services, officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    going_on = await start(carrier, nobody, clock)
    ended = await start(carrier, nobody, clock, driverPhone="+852 6123 4500")
    await act(ended.driver, WITHDRAW, ended.trip_id)
    kept = api.database.collection("trips")
    as_written = await kept.find({}).sort("_id", 1).to_list()
    gone = {"search_keys": "", "search_version": "", "search_ended": ""}
    await kept.update_many({}, {"$unset": gone})
    assert await found(officer, "CSQU3054383") == []

    assert await trips.give_keys(api.database.db) == 2
    assert await found(officer, "CSQU3054383") == [going_on.trip_id, ended.trip_id]
    assert await kept.find({}).sort("_id", 1).to_list() == as_written
    assert await trips.give_keys(api.database.db) == 0
