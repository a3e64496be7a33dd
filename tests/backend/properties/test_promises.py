"""The control: where a promise is broken by hand, the property says so."""

from typing import Any

import aiohttp
import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from core.states import TripState
from tests.backend.lanes.steps import LANES
from tests.backend.properties.promises import Picture, check
from tests.backend.properties.world import World
from tests.backend.steps import answer


@pytest.fixture
async def released(api: Services, clock: FixedClock, http: aiohttp.ClientSession) -> World:
    """A port that has released its first vehicle; it has not left yet."""
    world = World(api, clock, http)
    await world.order()
    await world.declare(world.trucks[0], healthy=True)
    for agency in (world.port.customs, world.port.border):
        await answer(agency, world.trucks[0].journey.trip_id)
    code = await world.code(world.trucks[0])
    assert code is not None
    opened = await world.port.scan(code, LANES[0])
    passage_id = opened["passage"]["id"]
    await world.picture(await world.row("passages", passage_id), 1)
    await world.port.read(await world.port.claim())
    await world.port.measure(passage_id)
    answered = await world.port.release(passage_id, LANES[0])
    assert answered["__typename"] == "PassageReleased", answered
    return world


@pytest.mark.parametrize(
    ("collection", "tampered", "words"),
    [
        ("redemptions", None, "a release without its redemption"),
        ("vouchers", {"state": "ISSUED", "ended_at": None}, "SPENT and redeemed are not the same"),
        ("passages", {"state": "MATCHING", "released_at": None}, "the log tells of other releases"),
        ("passages", {"state": "EXITED"}, "EXITED and in the way"),
        ("trips", {"state": "ARRIVED"}, "ARRIVED with passages"),
        ("trips", {"version": 2}, "another declaration counts"),
        ("work_orders", {"state": "ACCEPTED"}, "its order is ACCEPTED"),
    ],
)
async def test_what_is_broken_by_hand_is_found(
    released: World, collection: str, tampered: dict[str, Any] | None, words: str
) -> None:
    before = await Picture.of(released.services)
    check(before, before)
    rows = released.services.database.db[collection]

    await (rows.delete_many({}) if tampered is None else rows.update_many({}, {"$set": tampered}))

    with pytest.raises(AssertionError, match=words):
        check(await Picture.of(released.services), before)


async def test_a_release_that_the_log_tells_twice_is_found(released: World) -> None:
    before = await Picture.of(released.services)
    events = released.services.database.db["events"]
    told = await events.find_one({"kind": "passage.released"})
    assert told is not None

    await events.insert_one({**told, "_id": "twice", "event_id": "another", "seq": 1000})

    with pytest.raises(AssertionError, match="a release is told twice"):
        check(await Picture.of(released.services), before)


async def test_a_trip_that_comes_back_from_its_end_is_found(released: World) -> None:
    before = await Picture.of(released.services)
    ended = {key: {**row, "state": TripState.WITHDRAWN.value} for key, row in before.trips.items()}

    with pytest.raises(AssertionError, match="a trip went from WITHDRAWN to CLEARED"):
        check(before, Picture(**{**vars(before), "trips": ended}))
