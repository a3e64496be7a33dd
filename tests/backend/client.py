"""A client of the schema for tests: asks over HTTP, listens over graphql-transport-ws."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

PATIENCE = 20.0  # a ceiling against hanging, not a measurement


def new_key() -> str:
    """Return a fresh idempotency key."""
    return uuid4().hex


class Listener:
    """One running subscription."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, field: str, operation: str) -> None:
        self._socket = socket
        self._field = field
        self._operation = operation

    async def next(self) -> dict[str, Any]:
        """Return the next message of the subscription's field. Fails when the stream ends or errs."""
        while True:
            message = await asyncio.wait_for(self._socket.receive_json(), PATIENCE)
            if message["type"] == "ping":
                await self._socket.send_json({"type": "pong"})
                continue
            if message.get("id") != self._operation:
                continue
            assert message["type"] == "next", message
            assert not message["payload"].get("errors"), message
            found: dict[str, Any] = message["payload"]["data"][self._field]
            return found

    async def until(self, **expected: object) -> dict[str, Any]:
        """Return the first message whose `event` has these values."""
        while True:
            message = await self.next()
            event = message.get("event") or {}
            if all(event.get(name) == value for name, value in expected.items()):
                return message

    async def raw(self) -> dict[str, Any]:
        """Return the next frame, whatever it is."""
        frame: dict[str, Any] = await asyncio.wait_for(self._socket.receive_json(), PATIENCE)
        return frame

    async def closed(self) -> int | None:
        """Return the code with which the hub closes the socket. Fails on any frame before that."""
        message = await self._socket.receive(PATIENCE)
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return self._socket.close_code

    async def is_open(self) -> bool:
        """Ask for a sign of life. Fails on any other frame."""
        await self._socket.send_json({"type": "ping"})
        return bool((await self.raw())["type"] == "pong")


class Client:
    """One signed-in actor."""

    _operations = itertools.count(1)

    def __init__(self, url: str, session: aiohttp.ClientSession, token: str | None) -> None:
        self.url = url
        self.token = token
        self.http = session

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def raw(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the whole answer, errors and all."""
        body = {"query": query, "variables": variables}
        async with self.http.post(f"{self.url}/graphql", json=body, headers=self.headers) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    async def ask(self, query: str, **variables: object) -> Any:
        """Return the data of the only root field. Fails on `errors`."""
        answer = await self.raw(query, **variables)
        assert not answer.get("errors"), answer["errors"]
        data = answer["data"]
        assert len(data) == 1
        return next(iter(data.values()))

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Hold a socket open and signed in until the block ends."""
        url = self.url.replace("http", "ws", 1) + "/graphql"
        async with self.http.ws_connect(url, protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"token": self.token}})
            assert (await socket.receive_json())["type"] == "connection_ack"
            yield socket

    @asynccontextmanager
    async def listen(self, query: str, field: str, **variables: object) -> AsyncIterator[Listener]:
        """Subscribe until the block ends."""
        async with self.connected() as socket:
            operation = str(next(self._operations))
            payload = {"query": query, "variables": variables}
            await socket.send_json({"id": operation, "type": "subscribe", "payload": payload})
            yield Listener(socket, field, operation)
