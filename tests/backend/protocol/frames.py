"""A WebSocket client that sends whatever bytes it is told, well-formed or not (RFC 6455)."""

import asyncio
import json
import os
import struct
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.backend.client import PATIENCE

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, COMPRESSED = 0x80, 0x40
MASKED = 0x80
PROTOCOL = "graphql-transport-ws"
FOLLOW = """subscription { checkpointEvents(checkpointId: "liantang") { __typename } }"""


def frame(opcode: int, payload: bytes = b"", *, flags: int = FINAL, is_masked: bool = True) -> bytes:
    """Return one frame as a client sends it; `flags` are FINAL and COMPRESSED."""
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", flags | opcode, MASKED * is_masked | length)
    elif length < 65536:
        head = struct.pack("!BBH", flags | opcode, MASKED * is_masked | 126, length)
    else:
        head = struct.pack("!BBQ", flags | opcode, MASKED * is_masked | 127, length)
    if not is_masked:
        return head + payload
    return head + b"\0\0\0\0" + payload  # a mask of zeros leaves the payload as it is


def text(words: str | bytes) -> bytes:
    """Return a text frame."""
    return frame(TEXT, words.encode() if isinstance(words, str) else words)


def message(**parts: Any) -> bytes:
    """Return a text frame with a JSON object."""
    return text(json.dumps(parts))


def subscribed(**parts: Any) -> bytes:
    """Return a subscribe message with other parts than a right one."""
    return message(**({"id": "a", "type": "subscribe", "payload": {"query": FOLLOW}} | parts))


@dataclass(frozen=True)
class RawSocket:
    """An open socket."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes
    """What the handshake was answered with."""

    async def send(self, *frames: bytes) -> None:
        """Send these bytes."""
        self.writer.write(b"".join(frames))
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame; pings of the hub are answered on the way."""
        async with asyncio.timeout(PATIENCE):
            while True:
                opcode, payload = await self._frame()
                if opcode != PING:
                    return opcode, payload
                await self.send(frame(PONG, payload))

    async def told(self) -> dict[str, Any]:
        """Return the next message. Fails when the socket closes."""
        opcode, payload = await self.receive()
        assert opcode == TEXT, (opcode, payload)
        found: dict[str, Any] = json.loads(payload)
        return found

    async def closed(self) -> int:
        """Return the code with which the hub closes the socket; messages before that are passed over."""
        while True:
            opcode, payload = await self.receive()
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)


@asynccontextmanager
async def opened(
    port: int, protocol: str | None = PROTOCOL, more: tuple[str, ...] = ()
) -> AsyncIterator[RawSocket]:
    """Open a socket with `more` lines in its head, without connection_init."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        "GET /graphql HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
        *([f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []),
        *more,
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert b" 101 " in head.splitlines()[0], head
        yield RawSocket(reader, writer, head)
    finally:
        writer.close()


@asynccontextmanager
async def signed_in(port: int, token: str) -> AsyncIterator[RawSocket]:
    """Open a socket that has been acknowledged."""
    async with opened(port) as socket:
        await socket.send(message(type="connection_init", payload={"token": token}))
        assert (await socket.told())["type"] == "connection_ack"
        yield socket


async def still_serves(socket: RawSocket) -> None:
    """Ask something over another socket."""
    await socket.send(subscribed(payload={"query": "{ viewer { id } }"}))
    assert (await socket.told())["payload"] == {"data": {"viewer": {"id": "officer-1"}}}
    assert await socket.told() == {"id": "a", "type": "complete"}
