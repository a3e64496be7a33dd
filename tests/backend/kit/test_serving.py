"""How a process ends whose other sides do not help: sockets that are not read, requests that are never done."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from backend.kit.serving import Ending, Server, server
from scripts.house.ports import free_port
from tests.kiosk.rig import until

CEILING_SECONDS = 30.0
ENOUGH = "x" * 2**20  # for the client to read no further
MUCH = "x" * (10 * 2**20)  # more than the kernel keeps for a socket
SMALL_WINDOW = 4096
FAREWELL = b"\x88\x82\0\0\0\0\x03\xe8"  # a client's close frame, code 1000


async def lifespan(receive: Receive, send: Send) -> None:
    """Begin and end."""
    for what in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{what}.complete"})


class Talkative:
    """Tells each socket more than it can keep, and listens to it."""

    def __init__(self) -> None:
        self.heard_all = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Talk until the other side, or the server, has had enough."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        telling = asyncio.create_task(tell(send))
        while (await receive())["type"] != "websocket.disconnect":
            pass
        await asyncio.wait({telling})
        self.heard_all = True


async def tell(send: Send) -> None:
    """Send much, again and again."""
    try:
        await send({"type": "websocket.send", "text": ENOUGH})
        while True:
            await send({"type": "websocket.send", "text": MUCH})
    except OSError:
        return


async def never_done(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers no request."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    await asyncio.Event().wait()


@asynccontextmanager
async def served(app: ASGIApp, ending: Ending) -> AsyncIterator[tuple[Server, str, asyncio.Task[None]]]:
    """Serve the app; give the server, its address and the task that ends with it."""
    port = free_port()
    running = server(app, ending, host="127.0.0.1", port=port, drain_seconds=0)
    serving = asyncio.create_task(running.serve())
    await until(lambda: running.started)
    try:
        yield running, f"http://127.0.0.1:{port}", serving
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        for listening in running.servers:  # a server that was cancelled leaves them open
            listening.close()


@asynccontextmanager
async def unread(url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket whose other side reads nothing beyond a small window."""

    def narrow(address: aiohttp.AddrInfoType) -> socket.socket:
        made = socket.socket(*address[:3])
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        return made

    connector = aiohttp.TCPConnector(socket_factory=narrow)
    async with (
        aiohttp.ClientSession(connector=connector) as http,
        http.ws_connect(url, max_msg_size=0) as opened,
    ):
        yield opened


@pytest.mark.parametrize("hangs_up", [False, True])
async def test_a_socket_that_is_not_read_does_not_hold_up_the_end(hangs_up: bool) -> None:
    talkative = Talkative()
    async with served(talkative, Ending()) as (running, url, serving), unread(url) as opened:
        (connection,) = running.server_state.connections
        assert isinstance(connection, WebSocketsSansIOProtocol)
        await until(lambda: not connection.writable.is_set())
        if hangs_up:  # its farewell is heard, but what is still to be written keeps the connection
            assert opened._writer is not None
            opened._writer.transport.write(FAREWELL)
            await until(lambda: connection.conn.state is not State.OPEN)

        running.should_exit = True
        await asyncio.wait_for(serving, CEILING_SECONDS)

    assert not running.server_state.connections
    assert talkative.heard_all  # it ended by itself and was not cut off


async def test_a_request_that_the_end_cuts_off_is_answered_so_that_it_is_asked_again(
    http: aiohttp.ClientSession,
) -> None:
    async with served(never_done, Ending()) as (running, url, serving):
        running.config.timeout_graceful_shutdown = 1
        asked = asyncio.create_task(http.post(f"{url}/graphql"))
        await until(lambda: bool(running.server_state.tasks))
        running.should_exit = True
        answer = await asyncio.wait_for(asked, CEILING_SECONDS)
        await asyncio.wait_for(serving, CEILING_SECONDS)

    assert answer.status == 503
    assert "same key" in (await answer.json())["message"]


@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_process_of_its_own_never_looks_again_through_what_its_start_has_made(is_alone: bool) -> None:
    before = gc.get_freeze_count()
    running = server(
        never_done, Ending(), host="127.0.0.1", port=free_port(), drain_seconds=0, is_alone=is_alone
    )
    serving = asyncio.create_task(running.serve())
    try:
        await until(lambda: running.started)
        assert (gc.get_freeze_count() > before) is is_alone
    finally:
        gc.unfreeze()
        running.should_exit = True
        await asyncio.wait_for(serving, CEILING_SECONDS)


async def tells_how_it_was_asked(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the scheme and the sender that it sees."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['scheme']} {scope['client'][0]}".encode()})


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        ("127.0.0.1", "https 203.0.113.7"),
        ("*", "https 203.0.113.7"),
        ("10.0.0.0/8,192.0.2.1", "http 127.0.0.1"),
    ],
)
async def test_who_is_no_proxy_of_ours_is_not_believed_whom_a_request_is_from(
    trusted: str, seen: str
) -> None:
    port = free_port()
    running = server(
        tells_how_it_was_asked,
        Ending(),
        host="127.0.0.1",
        port=port,
        drain_seconds=0,
        trusted_proxies=trusted,
    )
    serving = asyncio.create_task(running.serve())
    await until(lambda: running.started)
    told = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/", headers=told) as answer,
        ):
            assert await answer.text() == seen
    finally:
        running.should_exit = True
        await serving
