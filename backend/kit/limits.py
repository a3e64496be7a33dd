"""How much a request may send, refused before anything reads it."""

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.problems import ProblemCode, sentence

GRAPHQL_BYTES = 256 * 1024
SOCKET_FRAME_BYTES = 64 * 1024
SOCKET_PING_SECONDS = 5.0
SOCKET_SILENT_SECONDS = 10.0
"""A socket whose other side answers no ping for so long is dead: a lane's agent that lost its line is not present."""


class BodyTooLarge(Exception):
    """The body went over its limit while it was being read."""


class BodyLimit:
    """ASGI middleware: a body over the limit of its path gets 413 and a Problem in JSON."""

    def __init__(self, app: ASGIApp, limits: dict[str, int]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, counting what it sends."""
        limit = self._limits.get(scope.get("path", "")) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(send, limit)
            return
        counter = _Counted(receive, limit)
        answered = _Answered(send)
        try:
            await self._app(scope, counter, answered)
        except BodyTooLarge:
            if not answered.started:
                await _refuse(send, limit)


class _Counted:
    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Message:
        message = await self._receive()
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


async def _refuse(send: Send, limit: int) -> None:
    args = {"limit": str(limit), "limit_bytes": str(limit)}
    code = ProblemCode.TOO_LARGE
    body = orjson.dumps({"code": code.value, "message": sentence(code, args), "args": args})
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
