"""The simulated devices as the lane agent's own drivers find them."""

import asyncio
from contextlib import aclosing

import aiohttp
import pytest

from core.identifiers.plates import Jurisdiction, parse_plate
from core.passages import TemperatureBand
from kiosk.agent.devices.base import ArmPosition, DeviceStatus, LaneDevices, LoopState
from recognition.intake import decode_image
from simulator.devices.lane import LaneTaken, WayClosed
from simulator.devices.lines import NobodyListens
from simulator.devices.site import Site
from simulator.devices.visit import Way
from simulator.vehicles import Vehicle
from tests.simulator.conftest import LANE, Screen

PATIENCE = 20.0  # a ceiling against hanging, not a measurement
TRUCK = Vehicle((parse_plate("粤B12345", Jurisdiction.CN),), ("CSQU3054383",), 36.5, 7)
EMPTY, AT_LINE = LoopState(False, False, False), LoopState(True, False, False)


async def arm_is(devices: LaneDevices, wanted: ArmPosition) -> None:
    async with asyncio.timeout(PATIENCE):
        while await devices.barrier.position() is not wanted:
            continue


async def test_a_code_shown_to_the_scanner_reaches_the_agent(site: Site, devices: LaneDevices) -> None:
    async with asyncio.timeout(PATIENCE), aclosing(devices.scanner.codes()) as codes:
        first = asyncio.ensure_future(anext(codes))
        await site.lanes[LANE].show("CL1:ABC")
        assert await first == "CL1:ABC"
        assert devices.scanner.health.status is DeviceStatus.OK


async def test_a_code_is_not_shown_where_no_agent_is_connected(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.devices.lines.CONNECT_SECONDS", 0.01)
    with pytest.raises(NobodyListens, match="no lane agent"):
        await site.lanes[LANE].show("CL1:ABC")


async def test_the_thermometer_measures_the_driver_and_nothing_on_an_empty_lane(
    site: Site, devices: LaneDevices
) -> None:
    assert await devices.thermometer.read() is TemperatureBand.UNKNOWN
    await site.lanes[LANE].arrive(Vehicle(TRUCK.plates, temperature=38.6))
    assert await devices.thermometer.read() is TemperatureBand.HIGH


async def test_both_cameras_give_a_picture_the_recogniser_takes(site: Site, devices: LaneDevices) -> None:
    await site.lanes[LANE].arrive(TRUCK)
    pictures = [await camera.snapshot() for camera in devices.cameras.values()]
    assert list(devices.cameras) == ["FRONT", "REAR"]
    assert [decode_image(picture).shape for picture in pictures] == [(960, 1280, 3)] * 2


async def test_two_pictures_of_one_vehicle_are_never_the_same_bytes(site: Site, devices: LaneDevices) -> None:
    await site.lanes[LANE].arrive(TRUCK)
    camera = devices.cameras["FRONT"]
    assert await camera.snapshot() != await camera.snapshot()


async def test_the_arm_opens_and_closes_when_told_and_never_by_itself(
    site: Site, devices: LaneDevices
) -> None:
    assert await devices.barrier.position() is ArmPosition.CLOSED
    await devices.barrier.open()
    await devices.barrier.open()
    await arm_is(devices, ArmPosition.OPEN)
    assert site.lanes[LANE].arm.openings == 1
    await devices.barrier.close()
    await arm_is(devices, ArmPosition.CLOSED)


async def test_a_vehicle_drives_out_when_the_barrier_is_open_and_the_loops_feel_each_step(
    site: Site, devices: LaneDevices
) -> None:
    lane = site.lanes[LANE]
    async with asyncio.timeout(PATIENCE), aclosing(devices.loops.states()) as states:
        assert await anext(states) == EMPTY
        visit = await lane.arrive(TRUCK)
        assert await anext(states) == AT_LINE
        await devices.barrier.open()
        assert await anext(states) == LoopState(False, True, False)
        assert await anext(states) == EMPTY
        await visit.left.wait()
    assert (visit.way, lane.visit, lane.taken) == (Way.BARRIER, None, False)


async def test_a_vehicle_sent_to_a_bay_leaves_by_the_side_way(
    site: Site, devices: LaneDevices, screen: Screen
) -> None:
    async with asyncio.timeout(PATIENCE), aclosing(devices.loops.states()) as states:
        assert await anext(states) == EMPTY
        visit = await site.lanes[LANE].arrive(TRUCK)
        assert await anext(states) == AT_LINE
        screen.show("BAY", "PLATE_MISMATCH", bay=2)
        assert await anext(states) == LoopState(False, False, True)
        assert await anext(states) == EMPTY
        await visit.left.wait()
    assert visit.way is Way.SIDE
    assert visit.story() == "sent to bay 2 (PLATE_MISMATCH)"


async def test_a_driver_does_not_obey_a_word_meant_for_the_one_before_him(site: Site, screen: Screen) -> None:
    screen.show("BAY", "PLATE_MISMATCH", bay=2)
    async with asyncio.timeout(PATIENCE):
        visit = await site.lanes[LANE].arrive(TRUCK)
        screen.show("MATCHING")
        assert (await visit.until(lambda face: face.phase == "MATCHING")) is not None
    assert visit.face is not None
    assert visit.face.phase == "MATCHING"
    assert visit.way is None


async def test_a_refused_vehicle_reads_why_and_turns_back(site: Site, screen: Screen) -> None:
    async with asyncio.timeout(PATIENCE):
        visit = await site.lanes[LANE].arrive(TRUCK)
        screen.show("REFUSED", "CODE_SPENT")
        await visit.left.wait()
    assert visit.story() == "turned back (CODE_SPENT)"


async def test_a_lane_holds_one_vehicle_and_the_closed_barrier_lets_none_out(site: Site) -> None:
    lane = site.lanes[LANE]
    await lane.arrive(TRUCK)
    with pytest.raises(LaneTaken, match="粤B12345"):
        await lane.arrive(TRUCK)
    with pytest.raises(WayClosed, match="closed"):
        await lane.leave(Way.BARRIER)
    await lane.leave(Way.BACK)
    assert not lane.taken


async def test_devices_of_a_lane_nobody_built_are_not_found(
    site: Site, web_session: aiohttp.ClientSession
) -> None:
    async with web_session.get(f"{site.address}/lanes/liantang-9/barrier") as reply:
        assert reply.status == 404
