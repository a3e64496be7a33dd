"""`/control`: bringing a vehicle, showing its code, driving it away; and who may."""

import asyncio
from typing import Any

import aiohttp
import pytest

from kiosk.agent.devices.base import LaneDevices
from simulator.devices.site import Site
from tests.simulator.conftest import LANE

PAGE = "http://localhost:8000"
PLATES = [{"jurisdiction": "CN", "text": "粤Z DF15港"}, {"jurisdiction": "HK", "text": "up 2643"}]
TRUCK = {"plates": PLATES, "containers": ["CSQU 305438 3"], "temperature": 37.5, "scan": False}


async def ask(
    session: aiohttp.ClientSession, site: Site, path: str, body: Any = None, origin: str | None = None
) -> tuple[int, Any]:
    """Ask the control; a body makes it a POST."""
    headers = {"Origin": origin} if origin else {}
    method = "GET" if body is None else "POST"
    async with session.request(method, f"{site.address}/control{path}", json=body, headers=headers) as reply:
        return reply.status, await reply.json()


async def test_a_presented_vehicle_stands_at_the_line_as_it_was_described(
    site: Site, web_session: aiohttp.ClientSession
) -> None:
    assert (await ask(web_session, site, f"/lanes/{LANE}/present", TRUCK))[0] == 200
    status, state = await ask(web_session, site, "")
    vehicle = state["lanes"][0]["vehicle"]
    assert status == 200
    assert vehicle["plates"] == [
        {"jurisdiction": "CN", "text": "粤ZDF15港"},
        {"jurisdiction": "HK", "text": "UP2643"},
    ]
    assert (vehicle["containers"], vehicle["temperature"]) == (["CSQU3054383"], 37.5)
    assert state["lanes"][0]["loops"] == {"approach": True, "exit": False, "side": False}
    assert [lane["vehicle"] for lane in state["lanes"][1:]] == [None, None]


async def test_a_presented_code_is_scanned(
    site: Site, devices: LaneDevices, web_session: aiohttp.ClientSession
) -> None:
    codes = devices.scanner.codes()
    seen = asyncio.ensure_future(anext(codes))
    asked = TRUCK | {"code": "CL1:ABC", "scan": True}
    assert (await ask(web_session, site, f"/lanes/{LANE}/present", asked))[0] == 200
    assert await seen == "CL1:ABC"
    await codes.aclose()


async def test_a_vehicle_is_driven_back_and_an_empty_lane_says_so(
    site: Site, web_session: aiohttp.ClientSession
) -> None:
    await ask(web_session, site, f"/lanes/{LANE}/present", TRUCK)
    away = {"way": "back"}
    assert (await ask(web_session, site, f"/lanes/{LANE}/leave", away)) == (
        200,
        {"lane": LANE, "vehicle": "粤ZDF15港", "left": "back"},
    )
    assert await ask(web_session, site, f"/lanes/{LANE}/leave", away) == (409, {"message": "lane 1 is empty"})


async def test_the_page_of_the_demo_may_ask_and_another_origin_may_not(
    site: Site, web_session: aiohttp.ClientSession
) -> None:
    assert (await ask(web_session, site, "", origin=PAGE))[0] == 200
    path = f"/lanes/{LANE}/present"
    assert (await ask(web_session, site, path, TRUCK, origin="http://localhost:9000"))[0] == 403
    assert not site.lanes[LANE].taken
    headers = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    async with web_session.options(f"{site.address}/control{path}", headers=headers) as reply:
        assert reply.status == 200
        assert reply.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plates": [{"jurisdiction": "CN", "text": "粤B1234"}]}, "粤B1234 is not a plate"),
        ({"containers": ["CSQU"]}, "'CSQU' is no container number"),
        ({"temperature": 99}, "temperature: Input should be less than or equal to 45"),
        ({"code": "CL1:A\r\nCL1:B", "scan": True}, "one code a line"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
    ],
    ids=["plate", "container", "temperature", "two codes", "unknown field"],
)
async def test_what_cannot_drive_up_is_refused_in_words(
    site: Site, web_session: aiohttp.ClientSession, change: dict[str, object], words: str
) -> None:
    status, answer = await ask(web_session, site, f"/lanes/{LANE}/present", TRUCK | change)
    assert status == 400
    assert words in answer["message"]
    assert not site.lanes[LANE].taken


async def test_a_lane_takes_one_vehicle_at_a_time(site: Site, web_session: aiohttp.ClientSession) -> None:
    await ask(web_session, site, f"/lanes/{LANE}/present", TRUCK)
    again = await ask(web_session, site, f"/lanes/{LANE}/present", TRUCK)
    assert again == (409, {"message": "lane 1 is taken by 粤ZDF15港"})


async def test_health_tells_which_lanes_have_an_agent(site: Site, web_session: aiohttp.ClientSession) -> None:
    async with web_session.get(f"{site.address}/healthz") as reply:
        assert (await reply.json())["lanes"][LANE] == {"agents": 0}
