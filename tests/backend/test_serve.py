"""`python -m backend serve` as a process: told to stop, it ends in order."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.ports import free_port

CEILING_SECONDS = 60.0
SUPERVISORS_PATIENCE = 30.0  # who waits for longer kills it; unbounded, the driver's farewells took 45 s here
QUERY = b'{"query": "{ serverTime }"}'
JSON = {"Content-Type": "application/json"}
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    % len(QUERY)
)
PROTOCOL = "graphql-transport-ws"
FEED = 'subscription { checkpointEvents(checkpointId: "liantang") { __typename } }'
OFFICER = (
    """mutation { demoSignIn(input: {role: OFFICER, accountId: "officer-1"}) { ... on Session { token } } }"""
)


@dataclass
class Serving:
    """A hub in a process of its own, and what it writes to its log."""

    process: asyncio.subprocess.Process
    port: int
    words: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The hub's address."""
        return f"http://localhost:{self.port}"

    def tell(self, told: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(told)

    async def ended(self, within: float = CEILING_SECONDS) -> int:
        """Return the exit code, once it has ended."""
        return await asyncio.wait_for(self.process.wait(), within)

    async def listen(self) -> None:
        """Collect what it writes."""
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.words.append(line.decode().rstrip())

    def complaints(self) -> list[str]:
        """Return what it has written about faults."""
        return [line for line in self.words if "Traceback" in line or "ERROR" in line]


@asynccontextmanager
async def serving(
    mongodb_uri: str, home: Path, until: str = "Uvicorn running", **more: str
) -> AsyncIterator[Serving]:
    """Serve, from the moment on when its log says so; `more` are settings."""
    port = free_port()
    settings = {
        "CLEARLANE_MONGODB_URI": mongodb_uri,
        "CLEARLANE_DATABASE": f"test_serve_{port}",
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_HOME": str(home),
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_DRAIN_SECONDS": "0",
    }
    command = [sys.executable, "-m", "backend", "serve"]
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | settings | more, stderr=asyncio.subprocess.PIPE
    )
    hub = Serving(process, port)
    listening = asyncio.create_task(hub.listen())
    try:
        async with asyncio.timeout(CEILING_SECONDS):
            while not any(until in line for line in hub.words):
                assert not listening.done(), hub.words
                await asyncio.sleep(0.02)
        yield hub
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.wait_for(listening, CEILING_SECONDS)
        await process.wait()


async def opened(http: aiohttp.ClientSession, hub: Serving, query: str) -> aiohttp.ClientWebSocketResponse:
    """Return an officer's socket on which he asks `query`."""
    asked = await http.post(f"{hub.url}/graphql", json={"query": OFFICER})
    token = (await asked.json())["data"]["demoSignIn"]["token"]
    socket = await http.ws_connect(f"{hub.url}/graphql", protocols=[PROTOCOL])
    await socket.send_json({"type": "connection_init", "payload": {"token": token}})
    assert (await socket.receive_json())["type"] == "connection_ack"
    await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": query}})
    return socket


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_answers_what_is_under_way_closes_its_sockets_and_ends_with_0(
    mongodb_uri: str, tmp_path: Path, http: aiohttp.ClientSession, told: signal.Signals
) -> None:
    async with serving(mongodb_uri, tmp_path) as hub:
        silent = await http.ws_connect(f"{hub.url}/graphql", protocols=[PROTOCOL])
        following = await opened(http, hub, FEED)
        assert (await following.receive_json())["payload"]["data"]["checkpointEvents"][
            "__typename"
        ] == "Ready"
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
        writer.write(HEAD + QUERY[:5])
        await writer.drain()
        async with http.post(f"{hub.url}/graphql", data=QUERY, headers=JSON) as earlier:
            assert earlier.status == 200  # so the half of a request before it has arrived, too

        hub.tell(told)
        farewells = [await asyncio.wait_for(each.receive(), CEILING_SECONDS) for each in (silent, following)]
        writer.write(QUERY[5:])
        answer = await asyncio.wait_for(reader.read(), CEILING_SECONDS)
        ended = await hub.ended()
        writer.close()

    assert [(each.type, each.data) for each in farewells] == [(aiohttp.WSMsgType.CLOSE, 1012)] * 2
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer
    assert b"serverTime" in answer
    assert (ended, hub.complaints()) == (0, [])


async def health(http: aiohttp.ClientSession, hub: Serving) -> tuple[int, dict[str, Any]]:
    """Return status and body of /healthz."""
    async with http.get(f"{hub.url}/healthz") as answer:
        return answer.status, await answer.json()


async def test_told_to_stop_it_says_that_it_drains_and_serves_on_until_told_again(
    mongodb_uri: str, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with serving(mongodb_uri, tmp_path, CLEARLANE_DRAIN_SECONDS="60") as hub:
        before = await health(http, hub)
        following = await opened(http, hub, FEED)
        await following.receive_json()

        hub.tell(signal.SIGTERM)
        async with asyncio.timeout(CEILING_SECONDS):
            during = await health(http, hub)
            while during[0] == 200:
                during = await health(http, hub)
        async with http.post(f"{hub.url}/graphql", data=QUERY, headers=JSON) as late:
            served = (late.status, late.headers["Connection"])
        await following.send_json({"type": "ping"})
        pong = await following.receive_json()
        hub.tell(signal.SIGTERM)
        farewell = await asyncio.wait_for(following.receive(), CEILING_SECONDS)
        ended = await hub.ended()

    assert (before[0], before[1]["serves"], "process" in before[1]["parts"]) == (200, True, False)
    assert (during[0], during[1]["serves"], during[1]["parts"]["process"]) == (503, False, "draining")
    assert during[1]["parts"]["database"] == "answers"
    assert (served, pong["type"], farewell.data) == ((200, "close"), "pong", 1012)
    assert (ended, hub.complaints()) == (0, [])


async def test_a_database_that_says_nothing_any_more_does_not_hold_up_the_end(tmp_path: Path) -> None:
    uri, mongod = await asyncio.to_thread(start_embedded, tmp_path / "mongo")
    try:
        async with serving(uri, tmp_path) as hub:
            mongod.send_signal(signal.SIGSTOP)
            hub.tell(signal.SIGTERM)
            ended = await hub.ended(within=SUPERVISORS_PATIENCE)
    finally:
        mongod.send_signal(signal.SIGCONT)
        await asyncio.to_thread(stop_embedded, mongod)

    assert (ended, hub.complaints()) == (0, [])


async def test_told_to_stop_while_it_waits_for_its_database_it_ends(tmp_path: Path) -> None:
    nobody = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"
    async with serving(nobody, tmp_path, until="Waiting for application startup") as hub:
        hub.tell(signal.SIGTERM)
        ended = await hub.ended()

    assert ended == 0
    assert not any("Traceback" in line for line in hub.words)
