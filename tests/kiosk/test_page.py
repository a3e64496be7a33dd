"""What the agent serves to a lane's page, and to nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import uvicorn

from kiosk.agent.protocol import LONGEST_MESSAGE, Phase
from kiosk.agent.runtime import Agent
from kiosk.agent.settings import AgentSettings
from scripts.house.ports import free_port

INDEX = "<!doctype html><head><title>Lane</title></head><body></body>"


@pytest.fixture
def settings(tmp_path: Path) -> AgentSettings:
    """An agent of one lane, with a built page and no hub."""
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text(INDEX)
    (page / "assets" / "lane.js").write_text("export {}")
    return AgentSettings(
        public_url="http://localhost:8000",
        lanes="liantang-1",
        agent_port=free_port(),
        home=tmp_path,
        page=page,
    )


@pytest.fixture
async def agent(settings: AgentSettings) -> AsyncIterator[Agent]:
    """The agent's pages, served; its lanes do not run."""
    agent = Agent(settings)
    config = uvicorn.Config(
        agent.pages.application(),
        port=settings.agent_port,
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done()
        await asyncio.sleep(0.01)
    yield agent
    server.should_exit = True
    await serving


@pytest.fixture
def base(settings: AgentSettings, agent: Agent) -> str:
    """The address of the lane."""
    return f"http://localhost:{settings.agent_port}/lane/liantang-1"


def own_origin(settings: AgentSettings) -> dict[str, str]:
    """The Origin that the lane's own page has."""
    return {"Origin": f"http://localhost:{settings.agent_port}"}


async def test_the_page_bears_this_starts_token_and_a_strict_policy(
    web: aiohttp.ClientSession, agent: Agent, base: str
) -> None:
    async with web.get(f"{base}/") as reply:
        page = await reply.text()
        assert f'content="{agent.pages.token}"' in page
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self' http://localhost:8000" in policy
        assert reply.headers["Permissions-Policy"].startswith("camera=(self)")
    async with web.get(f"{base}/assets/lane.js") as reply:
        assert reply.status == 200


async def test_a_lane_that_is_not_here_is_not_found(web: aiohttp.ClientSession, base: str) -> None:
    for path in ("/", "/display"):
        async with web.get(base.replace("liantang-1", "other-1") + path) as reply:
            assert reply.status == 404


async def test_the_display_is_public_and_shows_the_lane(web: aiohttp.ClientSession, base: str) -> None:
    async with web.get(f"{base}/display") as reply:
        shown = await reply.json()
    assert shown["laneId"] == "liantang-1"
    assert shown["phase"] == "CLOSED"
    assert shown["hub"] == "OFFLINE"


async def test_another_host_name_for_our_address_is_refused(web: aiohttp.ClientSession, base: str) -> None:
    async with web.get(f"{base}/", headers={"Host": "attacker.example"}) as reply:
        assert reply.status == 400


@pytest.mark.parametrize("origin", [None, "null", "http://localhost:8000", "https://attacker.example"])
async def test_a_socket_from_another_origin_is_refused_before_it_opens(
    web: aiohttp.ClientSession, base: str, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await web.ws_connect(f"{base}/socket", headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize("token", ["of-another-start", "", "莲塘口岸"])
async def test_a_page_with_a_token_of_another_start_is_sent_away(
    web: aiohttp.ClientSession, base: str, settings: AgentSettings, token: str
) -> None:
    async with web.ws_connect(f"{base}/socket", headers=own_origin(settings)) as socket:
        await socket.send_json({"type": "hello", "token": token})
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401


async def test_a_code_before_the_token_is_sent_away(
    web: aiohttp.ClientSession, base: str, settings: AgentSettings
) -> None:
    async with web.ws_connect(f"{base}/socket", headers=own_origin(settings)) as socket:
        await socket.send_json({"type": "code", "text": "CL1:X", "source": "camera"})
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no json",
        "[]",
        '{"type":"open"}',
        '{"type":"code","text":"CL1:X"}',
        '{"type":"code","text":"CL1:X","source":"camera","barrier":"open"}',
        '{"type":"language","language":"fr"}',
        json.dumps({"type": "code", "text": "A" * 4097, "source": "wedge"}),
    ],
)
async def test_a_message_that_is_none_of_the_protocol_ends_the_talk(
    web: aiohttp.ClientSession, agent: Agent, base: str, settings: AgentSettings, message: str
) -> None:
    async with web.ws_connect(f"{base}/socket", headers=own_origin(settings)) as socket:
        await socket.send_json({"type": "hello", "token": agent.pages.token})
        assert (await socket.receive_json())["type"] == "state"
        await socket.send_str(message)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4400


async def test_the_page_gets_the_state_at_once_on_each_change_and_on_ping(
    web: aiohttp.ClientSession, agent: Agent, base: str, settings: AgentSettings
) -> None:
    async with web.ws_connect(f"{base}/socket", headers=own_origin(settings)) as socket:
        await socket.send_json({"type": "hello", "token": agent.pages.token})
        first = await socket.receive_json()
        agent.faces["liantang-1"].show(phase=Phase.REST)
        changed = await socket.receive_json()
        await socket.send_json({"type": "ping"})
        again = await socket.receive_json()
    assert (first["phase"], changed["phase"], again["phase"]) == ("CLOSED", "REST", "REST")
    assert changed["sequence"] == again["sequence"] == first["sequence"] + 1


async def test_a_page_that_is_not_built_is_said_so(
    web: aiohttp.ClientSession, base: str, settings: AgentSettings
) -> None:
    (settings.page / "index.html").unlink()
    async with web.get(f"{base}/") as reply:
        assert reply.status == 503
        assert "npm run build" in await reply.text()
