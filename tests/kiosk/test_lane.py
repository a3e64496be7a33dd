"""A lane against a real hub: what scanner, cameras, loops and officers do to it, and what the barrier does."""

import pytest

from backend.kit.context import Services
from kiosk.agent.devices.base import DeviceStatus
from kiosk.agent.protocol import FactName, FactStatus, LaneView, Phase
from tests.backend.lanes.steps import CONTAINER, HOME_PLATE, Port
from tests.backend.steps import answer
from tests.kiosk.lane import LANE, RunningLane
from tests.kiosk.rig import until


def statuses(view: LaneView, name: FactName) -> dict[str, FactStatus]:
    """Return how the facts of this name stand, by subject."""
    return {fact.subject: fact.status for fact in view.facts if fact.name is name}


def reasons(view: LaneView) -> list[str]:
    """Return the codes of the reasons shown."""
    return [reason.code for reason in view.reasons]


async def came(port: Port, lane: RunningLane) -> None:
    """A vehicle with a good code stands in the lane, and its passage is open."""
    await lane.rig.feel(approach=True)
    await lane.rig.scan(await port.code(await port.approved()))
    await lane.shows(Phase.MATCHING)


async def test_a_matching_vehicle_is_let_through_once_and_the_lane_rests_again(
    port: Port, lane: RunningLane
) -> None:
    await came(port, lane)
    assert statuses(lane.view, FactName.PLATE) == {
        "粤Z·DF15港": FactStatus.WAITING,
        "UP 2643": FactStatus.WAITING,
    }
    await lane.seen(port)
    going = await lane.shows(Phase.GO)
    assert statuses(going, FactName.PLATE) == {"粤Z·DF15港": FactStatus.GOOD, "UP 2643": FactStatus.GOOD}
    assert statuses(going, FactName.CONTAINER) == {CONTAINER: FactStatus.GOOD}
    await lane.open_wide()
    assert lane.rig.commands == ["open"]
    await lane.rig.drive_out()
    rest = await lane.shows(Phase.REST)

    assert (rest.plates, rest.facts, rest.bay) == ((), (), None)
    assert lane.rig.commands == ["open", "close"]
    # the barrier's words wait for nobody and nobody for them: they may come after the departure
    events = await lane.events_with(port, "passage.exited", "barrier.opened")
    steps = ["passage.opened", "passage.released", "passage.exited"]
    assert [kind for kind in events if kind in steps] == steps
    assert [kind for kind in events if kind.startswith("barrier.")] == ["barrier.opening", "barrier.opened"]


async def test_a_released_code_shown_again_does_nothing_until_the_vehicle_has_left_and_is_then_spent(
    port: Port, lane: RunningLane
) -> None:
    code = await port.code(await port.approved())
    await lane.rig.feel(approach=True)
    await lane.rig.scan(code)
    await lane.seen(port)
    await lane.open_wide()

    lane.scan(code)
    await lane.handled()
    assert lane.view.phase is Phase.GO
    await lane.rig.drive_out()
    await lane.shows(Phase.REST)
    lane.scan(code)
    refused = await lane.shows(Phase.REFUSED)

    assert reasons(refused) == ["CODE_SPENT"]
    assert lane.rig.commands == ["open", "close"]
    events = await lane.events_with(port, "scan.refused")
    ends = ["passage.exited", "scan.refused"]
    assert [kind for kind in events if kind in ends] == ends


async def test_a_code_whose_vehicle_stands_in_another_lane_is_in_use(port: Port, lane: RunningLane) -> None:
    journey = await port.approved()
    await port.opened(journey, lane="liantang-2")
    lane.scan(await port.code(journey))
    assert reasons(await lane.shows(Phase.REFUSED)) == ["CODE_IN_USE"]
    assert lane.rig.commands == []


async def test_a_wrong_plate_goes_to_a_numbered_bay_and_the_lane_is_free_when_it_left_aside(
    port: Port, lane: RunningLane
) -> None:
    await came(port, lane)
    await lane.seen(port, **{HOME_PLATE: "MISMATCH"})
    diverted = await lane.shows(Phase.BAY)
    assert diverted.bay is not None
    assert (diverted.bay.id, diverted.bay.number) == ("liantang-bay-1", 1)
    assert reasons(diverted) == ["PLATE_MISMATCH"]
    assert diverted.reasons[0].args == {"declared": HOME_PLATE}
    await lane.rig.drive_aside()
    await lane.shows(Phase.REST)

    events = await lane.events(port, last="passage.left_lane")
    assert events[-1] == "passage.left_lane"
    assert lane.rig.commands == []


async def test_a_vehicle_sent_to_a_bay_that_no_loop_saw_leave_frees_the_lane_when_it_is_empty(
    port: Port, lane: RunningLane
) -> None:
    await came(port, lane)
    await lane.seen(port, **{CONTAINER: "MISMATCH"})
    await lane.shows(Phase.BAY)
    await lane.rig.feel(approach=False)
    await lane.shows(Phase.REST)
    assert (await lane.events(port, last="passage.left_lane"))[-1] == "passage.left_lane"


async def test_a_high_temperature_goes_to_a_bay(port: Port, lane: RunningLane) -> None:
    lane.rig.temperature = "T=38.6"
    await came(port, lane)
    diverted = await lane.shows(Phase.BAY)
    assert reasons(diverted) == ["TEMPERATURE_HIGH"]
    assert statuses(diverted, FactName.TEMPERATURE) == {"": FactStatus.BAD}
    assert lane.rig.commands == []


async def test_a_hold_that_comes_while_the_vehicle_stands_in_the_lane_sends_it_to_a_bay(
    port: Port, lane: RunningLane
) -> None:
    journey = await port.approved()
    await lane.rig.feel(approach=True)
    await lane.rig.scan(await port.code(journey))
    await lane.shows(Phase.MATCHING)
    hold = {"kind": "AT_BAY", "reason": "documents to be seen"}
    held = await answer(port.customs, journey.trip_id, "HOLD", hold=hold)
    assert held["__typename"] == "TripReview", held
    await lane.seen(port)
    assert reasons(await lane.shows(Phase.BAY)) == ["HOLD_AT_BAY", "INSPECTION_UNDECIDED"]
    assert lane.rig.commands == []


async def test_an_officers_release_in_the_lane_opens_the_barrier(port: Port, lane: RunningLane) -> None:
    await came(port, lane)
    passage_id = await lane.passage_id(port)
    decided = await port.decide(passage_id, "RELEASE")
    assert decided["__typename"] == "Passage", decided
    await lane.open_wide()
    assert lane.rig.commands == ["open"]


async def test_an_officers_refusal_sends_the_vehicle_back_by_the_side_way(
    port: Port, lane: RunningLane
) -> None:
    await came(port, lane)
    passage_id = await lane.passage_id(port)
    await port.decide(passage_id, "REFUSE")
    assert reasons(await lane.shows(Phase.REFUSED)) == ["OFFICER_REFUSED"]
    await lane.rig.drive_aside()
    await lane.shows(Phase.REST)
    await lane.events(port, last="passage.left_lane")
    assert (await port.passage(passage_id))["state"] == "REFUSED"
    assert lane.rig.commands == []


async def test_a_vehicle_that_backs_out_undecided_may_come_again(port: Port, lane: RunningLane) -> None:
    journey = await port.approved()
    await lane.rig.feel(approach=True)
    await lane.rig.scan(await port.code(journey))
    await lane.shows(Phase.MATCHING)
    await lane.rig.feel(approach=False)
    await lane.shows(Phase.REST)
    assert (await lane.events(port, last="passage.abandoned"))[-1] == "passage.abandoned"

    await lane.rig.feel(approach=True)
    lane.scan(await port.code(journey))
    await lane.shows(Phase.MATCHING)


async def test_a_barrier_that_does_not_move_is_an_officers_and_is_not_commanded_again(
    port: Port, lane: RunningLane
) -> None:
    lane.rig.obeys = False
    await came(port, lane)
    await lane.seen(port)
    held = await lane.shows(Phase.ASSIST)
    assert reasons(held) == ["BARRIER_UNKNOWN"]
    assert lane.rig.commands == ["open"]
    assert (await lane.events(port, last="barrier.unknown"))[-1] == "barrier.unknown"


@pytest.mark.parametrize("fault", ["motor", None])
async def test_a_lane_whose_barrier_is_broken_is_out_of_order_and_takes_no_code(
    port: Port, lane: RunningLane, fault: str | None
) -> None:
    code = await port.code(await port.approved())
    lane.rig.fault, lane.rig.arm = fault, "closed" if fault else "ajar"
    await lane.shows(Phase.FAULT)
    lane.scan(code)
    await lane.handled()
    assert lane.view.phase is Phase.FAULT
    barrier = next(device for device in lane.view.devices if device.name == "barrier")
    assert barrier.status is DeviceStatus.FAULT
    lane.rig.fault, lane.rig.arm = None, "closed"
    await lane.shows(Phase.REST)


async def test_a_closed_lane_says_so_and_takes_no_code(port: Port, lane: RunningLane, api: Services) -> None:
    code = await port.code(await port.approved())
    checkpoints = api.database.collection("checkpoints")
    await checkpoints.update_one({"lanes.id": LANE}, {"$set": {"lanes.$.open": False}})
    lane.look_up_site()
    await lane.shows(Phase.CLOSED)
    lane.scan(code)
    await lane.handled()
    assert lane.view.phase is Phase.CLOSED
    assert await api.database.collection("passages").count_documents({}) == 0


async def test_a_refused_code_leaves_the_face_when_its_vehicle_leaves(lane: RunningLane) -> None:
    await lane.rig.feel(approach=True)
    await lane.rig.polled()
    lane.scan("https://example.test/menu")
    assert reasons(await lane.shows(Phase.REFUSED)) == ["CODE_NOT_OURS"]
    await lane.rig.feel(approach=False)
    await lane.shows(Phase.REST)


async def test_broken_pictures_and_a_silent_thermometer_do_not_stop_the_lane(
    port: Port, lane: RunningLane
) -> None:
    lane.rig.picture = b"\xff\xd8\xffnoise"
    lane.rig.temperature = "ERR SENSOR"
    await came(port, lane)
    await until(lambda: statuses(lane.view, FactName.TEMPERATURE) == {"": FactStatus.UNSURE})
    cameras = {device.name: device.status for device in lane.view.devices}
    assert cameras["camera-front"] is DeviceStatus.FAULT
    assert lane.rig.commands == []
