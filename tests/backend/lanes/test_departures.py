"""Vehicles leave, are seen to leave, or are missed."""

from datetime import datetime, timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.lanes.service import abandon_silent
from core.roles import Role
from tests.backend.lanes.steps import Port, count, kinds, trip_state, upload
from tests.conftest import SignIn


async def test_a_vehicle_that_was_not_released_does_not_leave_under_the_barrier(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())

    refused = await port.depart(passage_id, "BARRIER")

    assert refused["code"] == "PASSAGE_STATE"
    assert await count(api, "events", kind="passage.exited") == 0


async def test_a_driver_who_turns_back_undecided_may_come_again_with_the_same_code(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)

    gone = await port.depart(passage_id, "TURN_BACK")

    assert gone["state"] == "ABANDONED"
    assert await trip_state(api, journey) == "APPROVED"
    again = await port.scan(await port.code(journey), "liantang-2")
    assert (again["__typename"], again["returned"]) == ("PassageOpened", False)
    assert await trip_state(api, journey) == "ARRIVED"


@pytest.mark.parametrize(
    ("stands", "state", "trip"),
    [
        ("undecided", "ABANDONED", "APPROVED"),
        ("released", "EXITED", "CLEARED"),
        ("refused", "REFUSED", "TURNED_BACK"),
    ],
)
async def test_a_vehicle_nobody_saw_leave_does_not_block_its_lane_for_ever(
    port: Port, api: Services, clock: FixedClock, system: Context, stands: str, state: str, trip: str
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    if stands == "released":
        await port.seen(passage_id)
        await port.release(passage_id)
    if stands == "refused":
        await port.act("refusePassage", passage_id, reasons=["OFFICER_REFUSED"])

    clock.advance(timedelta(minutes=9))
    assert await abandon_silent(system) == 0
    clock.advance(timedelta(minutes=2))
    assert await abandon_silent(system) == 1
    assert await abandon_silent(system) == 0

    assert (await port.passage(passage_id))["state"] == state
    assert await trip_state(api, journey) == trip
    assert (await port.scan(await port.code(await port.approved("HK 77"))))["__typename"] == "PassageOpened"


async def test_the_barriers_words_are_kept_each_as_an_event(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())

    for state in ("OPENING", "OPENED", "CLOSED", "UNKNOWN"):
        said = await port.act("reportBarrier", passage_id, state=state, at=port.clock.now().isoformat())
        assert said["__typename"] == "Passage"

    assert await kinds(api, "lane:liantang-1") == [
        "passage.opened",
        "barrier.opening",
        "barrier.opened",
        "barrier.closed",
        "barrier.unknown",
    ]


async def test_the_agent_of_another_lane_is_told_that_there_is_nothing(port: Port, sign_in: SignIn) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    stranger = await sign_in(Role.LANE_AGENT, "agent-elsewhere", lanes=("liantang-2",))
    other = port.with_agent(stranger)

    assert (await other.scan(await port.code(journey)))["code"] == "NOT_FOUND"
    assert (await other.measure(passage_id))["code"] == "NOT_FOUND"
    assert (await other.release(passage_id))["code"] == "NOT_FOUND"
    assert (await other.release(passage_id, lane="liantang-2"))["code"] == "NOT_FOUND"
    assert (await other.depart(passage_id, "BARRIER"))["code"] == "NOT_FOUND"
    assert (await other.depart(passage_id, "BARRIER", lane=None))["code"] == "FORBIDDEN"
    assert (await port.passage(passage_id))["temperature"] == "UNKNOWN"


@pytest.mark.parametrize("who", ["officer", "worker", "customs", "carrier", "nobody"])
async def test_only_a_lanes_agent_speaks_for_a_lane(port: Port, api: Services, who: str) -> None:
    code = await port.code(await port.approved())
    passage_id = (await port.scan(code))["passage"]["id"]
    before = await count(api, "events")
    stranger = port.with_agent(getattr(port, who))
    expected = "UNAUTHENTICATED" if who == "nobody" else "FORBIDDEN"

    for answered in (
        await stranger.scan(code),
        await stranger.measure(passage_id),
        await stranger.release(passage_id),
        await stranger.act("referPassage", passage_id, reasons=["PLATE_UNREAD"]),
        await stranger.act("refusePassage", passage_id, reasons=["PLATE_UNREAD"]),
        await stranger.act("reportBarrier", passage_id, state="OPENED", at=port.clock.now().isoformat()),
    ):
        assert answered["code"] == expected
    assert await count(api, "events") == before


@pytest.mark.parametrize(
    "moment", ["2026-11-22T17:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
async def test_a_clock_that_is_far_off_is_not_believed_and_breaks_nothing(port: Port, moment: str) -> None:
    journey = await port.approved()

    opened = await port.scan(await port.code(journey), scannedAt=moment)
    passage_id = opened["passage"]["id"]
    barrier = await port.act("reportBarrier", passage_id, state="OPENED", at=moment)
    left = await port.act("reportDeparture", passage_id, way="TURN_BACK", at=moment)

    assert barrier["__typename"] == "Passage"
    assert left["state"] == "ABANDONED"
    now = port.clock.now()
    assert abs(datetime.fromisoformat(left["leftLaneAt"]) - now) < timedelta(minutes=1)


async def test_a_vehicle_of_which_something_is_still_heard_keeps_its_lane(
    port: Port, clock: FixedClock, system: Context
) -> None:
    passage_id = await port.opened(await port.approved())
    clock.advance(timedelta(minutes=9))
    await port.measure(passage_id)
    clock.advance(timedelta(minutes=9))

    assert await abandon_silent(system) == 0
    assert (await port.passage(passage_id))["state"] == "MATCHING"


async def test_images_of_a_vehicle_that_waits_no_more_do_not_keep_the_next_one_waiting(port: Port) -> None:
    first = await port.opened(await port.approved())
    await port.seen(first)
    left_over = await upload(port.agent, lane="liantang-1", passage=first)
    await port.release(first)
    second = await port.opened(await port.approved("HK 77"), "liantang-2")
    awaited = await upload(port.agent, lane="liantang-2", passage=second)

    claimed = [(await port.claim())["id"], (await port.claim())["id"]]

    assert claimed == [awaited.body["id"], left_over.body["id"]]
