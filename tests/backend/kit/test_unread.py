"""A socket whose other side stays connected and does not read keeps nobody waiting, and is let go of."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from backend.kit.serving import Socket
from scripts.house.ports import free_port
from tests.kiosk.rig import until

SMALL_WINDOW = 4096
MUCH = "x" * 2**20
PINGS = 200_000
HIGH_WATER = 64 * 1024
UPGRADE = (
    "GET / HTTP/1.1",
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)


class Hub:
    """An application that says much to whoever connects, and closes when it is told."""

    def __init__(self) -> None:
        self.closes = asyncio.Event()
        self.waits = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        await receive()
        await send({"type": "websocket.accept"})
        talking = asyncio.create_task(self._talk(send))
        try:
            await self.closes.wait()
            talking.cancel()
            await asyncio.wait({talking})
            await send({"type": "websocket.close", "code": 4403})
            await asyncio.wait({asyncio.create_task(_gone(receive))})
        finally:
            self.ended.set()

    async def _talk(self, send: Send) -> None:
        message: Message = {"type": "websocket.send", "text": MUCH}
        try:
            for _ in range(100):
                await send(message)
                self.waits.set()
        except OSError:
            self.closes.set()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


@asynccontextmanager
async def served(hub: Hub, ping_seconds: float = 600) -> AsyncIterator[tuple[uvicorn.Server, socket.socket]]:
    """Serve the application; give the server and a connected socket that reads nothing by itself."""
    port = free_port()
    config = uvicorn.Config(
        hub,
        port=port,
        ws=Socket,
        lifespan="off",
        log_level="warning",
        ws_ping_interval=ping_seconds,
        ws_ping_timeout=ping_seconds,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    loop = asyncio.get_running_loop()
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        peer.setblocking(False)
        await loop.sock_connect(peer, ("127.0.0.1", port))
        await loop.sock_sendall(peer, "\r\n".join((*UPGRADE, "", "")).encode())
        await hub.waits.wait()
        yield server, peer
    server.should_exit = True
    await serving


async def test_a_socket_that_answers_no_ping_and_reads_nothing_is_gone() -> None:
    hub = Hub()
    async with served(hub, ping_seconds=0.2) as (server, _):
        await until(lambda: not server.server_state.connections)
        async with asyncio.timeout(20):
            await hub.ended.wait()

    assert hub.closes.is_set()  # the application heard of it


async def test_a_socket_whose_sign_in_has_ended_is_gone_though_nobody_reads_the_farewell() -> None:
    hub = Hub()
    async with served(hub) as (server, _):
        hub.closes.set()
        await until(lambda: not server.server_state.connections)
        async with asyncio.timeout(20):
            await hub.ended.wait()

    assert hub.ended.is_set()


async def test_whoever_pings_without_end_and_never_reads_fills_no_memory() -> None:
    hub = Hub()
    async with served(hub) as (server, peer):
        [connection] = server.server_state.connections
        assert isinstance(connection, Socket)
        before = connection.transport.get_write_buffer_size()
        payload = os.urandom(100)
        ping = bytes([0x89, 0x80 | len(payload)]) + struct.pack("!I", 0) + payload
        await asyncio.get_running_loop().sock_sendall(peer, ping * PINGS)
        after = connection.transport.get_write_buffer_size()

    assert before > HIGH_WATER  # it is waiting
    assert after == before
