"""The drivers of the HTTP devices, against real servers that behave well, badly, or not at all."""

import asyncio
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp import web as server

from core.images import MOST_BYTES
from kiosk.agent.devices.barrier import HttpBarrier
from kiosk.agent.devices.base import ArmPosition, DeviceFault, DeviceSilent, DeviceStatus, LoopState
from kiosk.agent.devices.camera import HttpCamera
from kiosk.agent.devices.catalogue import build, load
from kiosk.agent.devices.loops import HttpLoops
from tests.kiosk.rig import jpeg, rigged, served


async def test_the_barrier_says_where_it_is_and_moves_when_told(web: aiohttp.ClientSession) -> None:
    async with rigged("lane") as rigs:
        barrier = HttpBarrier(web, rigs["lane"].entry()["barrier"])
        assert await barrier.position() is ArmPosition.CLOSED
        await barrier.open()
        assert await barrier.position() is ArmPosition.OPEN
        await barrier.close()
        assert await barrier.position() is ArmPosition.CLOSED
        assert rigs["lane"].commands == ["open", "close"]
        assert barrier.health.status is DeviceStatus.OK


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b'{"state": "ajar"}', b'{"state": "open", "fault": "motor"}', b"x" * 10_000],
)
async def test_a_barrier_that_answers_nonsense_or_a_fault_is_a_fault(
    web: aiohttp.ClientSession, body: bytes
) -> None:
    async def answer(_: server.Request) -> server.Response:
        return server.Response(body=body)

    app = server.Application()
    app.router.add_get("/", answer)
    async with served(app) as url:
        barrier = HttpBarrier(web, url)
        with pytest.raises(DeviceFault):
            await barrier.position()
        assert barrier.health.status is DeviceStatus.FAULT


async def test_a_barrier_that_is_not_there_is_silent(web: aiohttp.ClientSession) -> None:
    async with served(server.Application()) as url:
        pass
    barrier = HttpBarrier(web, url)
    with pytest.raises(DeviceSilent):
        await barrier.open()
    assert barrier.health.status is DeviceStatus.SILENT


async def test_a_camera_gives_a_whole_jpeg(web: aiohttp.ClientSession) -> None:
    async with rigged("lane") as rigs:
        camera = HttpCamera(web, rigs["lane"].entry()["cameras"]["FRONT"], "FRONT")
        assert await camera.snapshot() == rigs["lane"].picture
        assert camera.health.name == "camera-front"


@pytest.mark.parametrize("body", [b"", b"<html>", jpeg()[:-80], b"\xff\xd8\xff" + b"\0" * (MOST_BYTES + 1)])
async def test_a_camera_that_gives_no_whole_picture_is_a_fault(
    web: aiohttp.ClientSession, body: bytes
) -> None:
    async with rigged("lane") as rigs:
        rigs["lane"].picture = body
        camera = HttpCamera(web, rigs["lane"].entry()["cameras"]["REAR"], "REAR")
        with pytest.raises(DeviceFault):
            await camera.snapshot()
        assert camera.health.status is DeviceStatus.FAULT


async def test_the_loops_tell_the_present_state_and_each_new_one(web: aiohttp.ClientSession) -> None:
    async with rigged("lane") as rigs:
        rig = rigs["lane"]
        async with asyncio.timeout(10), aclosing(HttpLoops(web, rig.entry()["loops"]).states()) as states:
            assert await anext(states) == LoopState(approach=False, exit=False, side=False)
            await rig.feel(approach=True)
            assert await anext(states) == LoopState(approach=True, exit=False, side=False)
            await rig.feel(approach=False, exit=True)
            assert await anext(states) == LoopState(approach=False, exit=True, side=False)


async def test_loops_that_answer_nonsense_are_a_fault_until_they_make_sense_again(
    web: aiohttp.ClientSession,
) -> None:
    answers = [
        b"garbage",
        b"{}",
        b'{"version": 1, "approach": "yes"}',
        b'{"version": true}',
        b'{"version": 3}',
    ]

    async def answer(_: server.Request) -> server.Response:
        return server.Response(body=answers.pop(0))

    app = server.Application()
    app.router.add_get("/", answer)
    async with served(app) as url:
        loops = HttpLoops(web, f"{url}/", pause_seconds=0.01)
        async with asyncio.timeout(10), aclosing(loops.states()) as states:
            assert await anext(states) == LoopState(approach=False, exit=False, side=False)
    assert answers == []
    assert loops.health.status is DeviceStatus.OK


async def test_loops_that_flood_are_slowed_down_and_tell_each_change_once(web: aiohttp.ClientSession) -> None:
    asked = 0

    async def answer(_: server.Request) -> server.Response:
        nonlocal asked
        asked += 1
        return server.json_response({"version": asked, "approach": asked > 5, "exit": False})

    app = server.Application()
    app.router.add_get("/", answer)
    async with served(app) as url, asyncio.timeout(10):
        async with aclosing(HttpLoops(web, f"{url}/").states()) as states:
            assert [(await anext(states)).approach for _ in range(2)] == [False, True]
        assert asked == 6


async def test_the_catalogue_of_devices_is_read_from_an_address(web: aiohttp.ClientSession) -> None:
    async with rigged("lane", "other") as rigs:
        base = rigs["lane"].base.removesuffix("/lane")
        catalogue = await load(web, f"{base}/devices")
        entry = catalogue.entry("other")
        assert entry is not None
        devices = build(web, entry)
        assert [health.name for health in devices.health()] == [
            "scanner",
            "thermometer",
            "camera-front",
            "camera-rear",
            "barrier",
            "loops",
        ]
        assert catalogue.entry("elsewhere") is None


async def test_a_catalogue_that_is_not_there_or_no_catalogue_is_said_so(web: aiohttp.ClientSession) -> None:
    with pytest.raises(DeviceSilent):
        await load(web, "/nowhere/devices.json")
    async with rigged("lane") as rigs:
        with pytest.raises(DeviceFault):
            await load(web, rigs["lane"].entry()["barrier"])
