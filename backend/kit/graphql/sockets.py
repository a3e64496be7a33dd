"""An open socket ends with the sign-in it came with: signed out, revoked or run out, in whatever process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from pymongo.errors import PyMongoError
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.kit.context import Services

logger = logging.getLogger("clearlane.graphql")

CHECKED_EVERY_SECONDS = 0.4
"""An ended sign-in hears nothing more after a second, the question to the database and the close included."""
FORBIDDEN = 4403  # graphql-transport-ws
END = "clearlane.end_of_socket"

StillSignedIn = Callable[[Services, Collection[str]], Awaitable[Collection[str]]]
"""Given the ids of sign-ins, returns those that hold."""


class Sockets:
    """The open sockets of this process. All their sign-ins are looked up together, twice a second and a half."""

    def __init__(self, services: Services, still_signed_in: StillSignedIn) -> None:
        self._services = services
        self._still_signed_in = still_signed_in
        self._sign_ins: dict[asyncio.Timeout, str] = {}

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket until it closes, or until its sign-in has ended: then it is closed with 4403."""
        end = asyncio.timeout(None)
        scope[END] = end
        try:
            async with end:
                await app(scope, receive, send)
        except TimeoutError:
            if not end.expired():
                raise
            with suppress(OSError):  # the other side has gone already
                await send({"type": "websocket.close", "code": FORBIDDEN, "reason": "Forbidden"})
        finally:
            self._sign_ins.pop(end, None)

    def belongs(self, scope: Scope, sign_in: str) -> None:
        """Note whose socket it is, now that he has said so."""
        self._sign_ins[scope[END]] = sign_in

    async def watch(self) -> None:
        """End sockets whose sign-in has ended, for ever; while the database is away they stay."""
        while True:
            await asyncio.sleep(CHECKED_EVERY_SECONDS)
            try:
                await self._end_signed_out()
            except PyMongoError as failure:
                logger.warning("sign-ins of open sockets were not checked (%s)", type(failure).__name__)

    async def _end_signed_out(self) -> None:
        asked = dict(self._sign_ins)
        if not asked:
            return
        holding = await self._still_signed_in(self._services, set(asked.values()))
        for end, sign_in in asked.items():
            if sign_in not in holding and self._sign_ins.pop(end, None) is not None:
                end.reschedule(asyncio.get_running_loop().time())
