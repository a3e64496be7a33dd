"""How an API process ends: it says so first, answers what is under way, sends its sockets away with 1012."""

import asyncio
import gc
import logging
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.lifespan.on import LifespanOn

from backend.kit.heads import Heads
from backend.kit.limits import SOCKET_FRAME_BYTES, SOCKET_PING_SECONDS, SOCKET_SILENT_SECONDS
from backend.kit.unread import Unread

logger = logging.getLogger("clearlane.serving")

ANSWER_SECONDS = 5
"""How long requests under way may still take once no new ones are let in."""
FAREWELL_SECONDS = 1.0
"""How long a socket's other side has to read its farewell; one that reads nothing must not hold up the end."""
LOOK_SECONDS = 0.05
AWAY = b'{"message": "This process is ending. Ask again with the same key: another one answers."}'


@dataclass
class Ending:
    """Whether this process has been told to stop: /healthz says so, and connections are not kept for more."""

    told: bool = False


class Socket(Unread):
    """A WebSocket that the process's end closes for certain, whatever its other side does."""

    def shutdown(self) -> None:
        """Close it with 1012 (Service Restart)."""
        # a second farewell would be an error, and end this end
        if self.close_sent or not self.transport.is_closing():
            super().shutdown()
        self.loop.call_later(FAREWELL_SECONDS, self._let_go)


class LastWord:
    """ASGI wrapper: what is answered near the end closes its connection, so that the next request goes elsewhere.

    A request that the end cuts off is answered 503, so that its sender knows he must ask again.
    """

    def __init__(self, app: ASGIApp, ending: Ending) -> None:
        self._app = app
        self._ending = ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the one who cancels a request is the server, at its end."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if self._ending.told:
                    message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:
            if scope["type"] == "lifespan":
                raise
            logger.warning("%s was cut off by the end of this process", scope["path"])
            if scope["type"] == "http" and not started:
                headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
                await send({"type": "http.response.start", "status": 503, "headers": headers})
                await send({"type": "http.response.body", "body": AWAY})


class Server(uvicorn.Server):
    """A server that, told to stop, still serves for `drain_seconds`, so that a balancer can turn away first.

    Told a second time, it waits no longer.
    """

    def __init__(
        self, config: uvicorn.Config, ending: Ending, drain_seconds: float, *, is_alone: bool = False
    ) -> None:
        super().__init__(config)
        self._is_alone = is_alone
        self._ending = ending
        self._drain_seconds = drain_seconds
        self._hurried = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hear SIGTERM or SIGINT."""
        self._hurried = self.should_exit
        self._ending.told = True
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Begin to serve; told to stop before, for instance while it waits for its database, end at once.

        Where the process does nothing else, what it holds by now stays for good: modules and schema are 110,000
        objects; to look through them for garbage held every request up for 70 ms.
        """
        giving_up = asyncio.create_task(self._give_up_when_told())
        try:
            await super().startup(sockets)
        except SystemExit:
            if not self._ending.told:
                raise
        finally:
            giving_up.cancel()
        if self._is_alone:
            gc.collect()
            gc.freeze()

    async def _give_up_when_told(self) -> None:
        while not self.should_exit:  # noqa: ASYNC110 - as below
            await asyncio.sleep(LOOK_SECONDS)
        if isinstance(self.lifespan, LifespanOn) and not self.lifespan.startup_event.is_set():
            self.lifespan.startup_failed = True
            self.lifespan.startup_event.set()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Serve on while the balancer turns away, then let nobody in, answer and close."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._drain_seconds
        while loop.time() < end and not self._hurried:  # noqa: ASYNC110 - a signal's handler may set no event
            await asyncio.sleep(LOOK_SECONDS)
        await super().shutdown(sockets)


def server(
    app: ASGIApp,
    ending: Ending,
    *,
    host: str,
    port: int,
    drain_seconds: float,
    trusted_proxies: str = "127.0.0.1",
    is_alone: bool = False,
) -> Server:
    """Return the server of one API process; `is_alone` says that the process does nothing else.

    `trusted_proxies`: addresses, networks or `*`, separated by commas; of others X-Forwarded-* means nothing.
    """
    config = uvicorn.Config(
        LastWord(app, ending),
        host=host,
        port=port,
        loop="uvloop",
        http=Heads,
        ws=Socket,
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_FRAME_BYTES,
        ws_ping_interval=SOCKET_PING_SECONDS,
        ws_ping_timeout=SOCKET_SILENT_SECONDS,
        access_log=False,
        forwarded_allow_ips=trusted_proxies,
        lifespan="on",
        timeout_graceful_shutdown=ANSWER_SECONDS,
    )
    return Server(config, ending, drain_seconds, is_alone=is_alone)
