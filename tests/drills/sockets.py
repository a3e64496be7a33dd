"""A client of the hub's socket that costs next to nothing, so that hundreds fit beside the hub on one machine.

It speaks as much of RFC 6455 and graphql-transport-ws as the hub does to it; what it hears goes to a callable at once.
It can also stop reading: then the hub's words stay in the kernel and, when that is full, in the hub.
"""

import asyncio
import os
import socket
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import orjson

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
OPERATION = "1"
Answer = dict[str, Any]


class Socket(asyncio.Protocol):
    """One socket, signed in by its token. `heard` gets each message of the only subscription's field."""

    def __init__(self, port: int, token: str, heard: Callable[[Answer], None] = lambda _: None) -> None:
        self._port = port
        self._token = token
        self._heard = heard
        self._read = bytearray()
        self._acknowledged = asyncio.Event()
        self._upgraded = False
        self.ended = asyncio.Event()
        self.code: int | None = None
        """With which code the hub closed; None where it just went away."""
        self.ended_at = 0.0
        """By the event loop's clock."""
        self.refusal: object = None
        """What came instead of the subscription's messages."""

    @classmethod
    async def open(
        cls,
        port: int,
        token: str,
        heard: Callable[[Answer], None] = lambda _: None,
        receive_buffer: int | None = None,
    ) -> "Socket":
        """Connect and sign in. Raises ConnectionError where the hub ends it."""
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, ("127.0.0.1", port))
        _, opened = await loop.create_connection(lambda: cls(port, token, heard), sock=connection)
        waits = [asyncio.ensure_future(event.wait()) for event in (opened._acknowledged, opened.ended)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if opened.ended.is_set():
            raise ConnectionError(f"the hub closed the socket with {opened.code}")
        return opened

    def subscribe(self, query: str, variables: Mapping[str, object]) -> None:
        """Ask for the socket's only subscription."""
        payload = {"query": query, "variables": variables}
        self._say({"id": OPERATION, "type": "subscribe", "payload": payload})

    def stop_reading(self) -> None:
        """Leave what comes to the kernel."""
        self._transport.pause_reading()

    def read_on(self) -> None:
        """Take what has come, and what comes."""
        self._transport.resume_reading()

    def close(self) -> None:
        """Go away without a word."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        lines = (
            "GET /graphql HTTP/1.1",
            f"Host: localhost:{self._port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
        )
        transport.write("\r\n".join((*lines, "", "")).encode())

    def data_received(self, data: bytes) -> None:
        """Take apart what has come."""
        self._read += data
        if not self._upgraded:
            head, end, rest = bytes(self._read).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self._transport.abort()
                return
            self._upgraded = True
            self._read = bytearray(rest)
            self._say({"type": "connection_init", "payload": {"token": self._token}})
        self._take_frames()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as Protocol's
        """Note the end."""
        if not self.ended.is_set():
            self.ended_at = asyncio.get_running_loop().time()
            self.ended.set()

    def _take_frames(self) -> None:
        at, read = 0, self._read
        while len(read) >= at + 2:
            opcode, length, begins = read[at] & 15, read[at + 1] & 127, at + 2
            if length == 126:
                begins, length = begins + 2, int.from_bytes(read[begins : begins + 2])
            elif length == 127:
                begins, length = begins + 8, int.from_bytes(read[begins : begins + 8])
            if len(read) < begins + length:
                break
            at = begins + length
            self._take(opcode, bytes(read[begins:at]))
        del read[:at]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._take_message(orjson.loads(payload))
        elif opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            self.code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else None
            self.connection_lost(None)
            self._send(CLOSE, payload[:2])

    def _take_message(self, message: Answer) -> None:
        kind = message["type"]
        if kind == "connection_ack":
            self._acknowledged.set()
        elif kind == "next" and "errors" not in message["payload"]:
            self._heard(next(iter(message["payload"]["data"].values())))
        elif kind in {"next", "error", "complete"}:
            self.refusal = self.refusal or message

    def _say(self, message: Mapping[str, object]) -> None:
        self._send(TEXT, orjson.dumps(message))

    def _send(self, opcode: int, payload: bytes) -> None:
        """A client's frames are masked; by zeros, which leaves them as they are."""
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2)
        self._transport.write(bytes([0x80 | opcode]) + size + bytes(4) + payload)
