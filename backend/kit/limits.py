"""How much a request may send and how long it may take over it, refused before anything reads it."""

import asyncio
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.problems import ProblemCode, sentence

GRAPHQL_BYTES = 256 * 1024
SOCKET_FRAME_BYTES = 64 * 1024
SOCKET_PING_SECONDS = 5.0
SOCKET_SILENT_SECONDS = 10.0
"""A socket whose other side answers no ping for so long is dead: a lane's agent that lost its line is not present."""


BODY_SECONDS = 30.0
LARGE_BODY_SECONDS = 300.0
"""An image of 8 MB comes within that over 220 kbit/s."""


class BodyTooLarge(Exception):
    """The body went over its limit while it was being read."""


class BodyTooSlow(Exception):
    """The body was not there within its time."""


class BodyLimit:
    """ASGI middleware: a body over the limit of its path gets 413 and a Problem in JSON, one that never ends 408.

    A path without a limit of its own counts its bytes itself and has longer.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: dict[str, int],
        seconds: float = BODY_SECONDS,
        large_seconds: float = LARGE_BODY_SECONDS,
    ) -> None:
        self._app = app
        self._limits = limits
        self._seconds = seconds
        self._large_seconds = large_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, counting what it sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"])
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if limit is not None and (not declared.isdigit() or int(declared) > limit):
            await _too_large(send, limit)
            return
        seconds = self._large_seconds if limit is None else self._seconds
        body = _Body(receive, limit, seconds)
        answered = _Answered(send)
        try:
            await self._app(scope, body, answered)
        except BodyTooLarge:
            if not answered.started and limit is not None:
                await _too_large(send, limit)
        except BodyTooSlow:
            if not answered.started:
                message = f"The request was not there within {seconds:g} s. Send it again."
                await _refuse(send, 408, {"message": message})


class _Body:
    """What arrives of one request, until its body is whole."""

    def __init__(self, receive: Receive, limit: int | None, seconds: float) -> None:
        self._receive = receive
        self._left = limit
        self._until = asyncio.get_running_loop().time() + seconds
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:  # what comes now is the client's going, whenever that is
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        self._is_whole = not message.get("more_body", False)
        if self._left is not None:
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise BodyTooLarge
        return message


class _Answered:
    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        await self._send(message)


async def _too_large(send: Send, limit: int) -> None:
    args = {"limit": str(limit), "limit_bytes": str(limit)}
    code = ProblemCode.TOO_LARGE
    await _refuse(send, 413, {"code": code.value, "message": sentence(code, args), "args": args})


async def _refuse(send: Send, status: int, told: Mapping[str, object]) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(told)})
