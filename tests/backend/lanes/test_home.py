"""Which of his trips a driver's phone shows: the one he is driving, to its very end."""

from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from tests.backend.lanes.steps import Port
from tests.backend.steps import Journey, start

HOME = """{ driverHome { trip { id state } passage { id state } } }"""
PHONE = "+852 61234567"


async def shown(journey: Journey) -> tuple[str, str | None]:
    """Return the trip that the driver's phone shows, and where its last passage stands."""
    home = await journey.driver.ask(HOME)
    return home["trip"]["id"], home["passage"] and home["passage"]["state"]


async def two_trips(port: Port) -> tuple[Journey, Journey]:
    """Two approved trips of one driver, the later one begun later."""
    first = await port.approved(driverPhone=PHONE)
    later = await port.approved("HK 77", driverPhone=PHONE)
    return first, later


async def released(port: Port, journey: Journey) -> str:
    """The trip's vehicle is released in its lane."""
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    assert (await port.release(passage_id))["__typename"] == "PassageReleased"
    return passage_id


async def test_the_trip_in_the_lane_is_shown_before_a_newer_one(port: Port) -> None:
    first, later = await two_trips(port)

    assert await shown(first) == (later.trip_id, None)
    await port.opened(first)

    assert await shown(first) == (first.trip_id, "MATCHING")


async def test_the_driver_sees_that_he_may_go_and_that_he_has_gone_though_his_next_trip_waits(
    port: Port, clock: FixedClock
) -> None:
    first, later = await two_trips(port)
    passage_id = await released(port, first)

    assert await shown(first) == (first.trip_id, "RELEASED")
    clock.advance(timedelta(minutes=11))
    assert await shown(first) == (first.trip_id, "RELEASED")  # he has not left yet
    clock.advance(timedelta(minutes=-6))
    await port.depart(passage_id, "BARRIER")
    assert await shown(first) == (first.trip_id, "EXITED")
    clock.advance(timedelta(minutes=5, seconds=1))
    assert await shown(first) == (later.trip_id, None)


async def test_a_vehicle_whose_leaving_nobody_reported_does_not_hide_the_next_trip_for_ever(
    port: Port, clock: FixedClock
) -> None:
    first, later = await two_trips(port)
    await released(port, first)

    clock.advance(timedelta(hours=1, seconds=1))

    assert await shown(first) == (later.trip_id, None)


async def test_the_next_vehicle_in_a_lane_comes_before_the_one_that_left(port: Port) -> None:
    first, later = await two_trips(port)
    await port.depart(await released(port, first), "BARRIER")
    await port.opened(later, "liantang-2")

    assert await shown(first) == (later.trip_id, "MATCHING")


@pytest.mark.parametrize("gone", [False, True])
async def test_a_trip_that_the_driver_begins_after_his_release_is_shown_at_once(
    port: Port, clock: FixedClock, gone: bool
) -> None:
    first = await port.approved(driverPhone=PHONE)
    passage_id = await released(port, first)
    if gone:
        await port.depart(passage_id, "BARRIER")

    clock.advance(timedelta(seconds=1))
    begun = await start(port.carrier, port.nobody, clock, driverPhone=PHONE)

    assert await shown(begun) == (begun.trip_id, None)
