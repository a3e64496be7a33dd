"""What the agent serves: each lane's page and its WebSocket, the public display, its own health."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from kiosk.agent.face import Face
from kiosk.agent.lane import Lane
from kiosk.agent.protocol import (
    CLOSE_BAD_MESSAGE,
    CLOSE_BAD_TOKEN,
    CodeSeen,
    Hello,
    LanguageChosen,
    Ping,
    from_page,
)

log = logging.getLogger(__name__)

HELLO_SECONDS = 5.0
HOSTS = ("localhost", "127.0.0.1")
"""Names under which the page may be asked for: another name means that a foreign page had ours resolved to it."""
HEAD_END = "</head>"
NO_PAGE = "The page of this lane is not built. Build it with: npm run build --workspace kiosk/page"


@dataclass(frozen=True, kw_only=True)
class Served:
    """What the server shows: the lanes by id, the built page, and who may frame it."""

    lanes: Mapping[str, Lane]
    faces: Mapping[str, Face]
    page: Path
    framed_by: str
    origins: frozenset[str]


class LaneServer:
    """The HTTP side. Its token is made at each start: a page of an earlier start has to load again."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self.token = secrets.token_urlsafe(32)

    def application(self) -> Starlette:
        """Return the application to serve."""
        routes = [
            Route("/healthz", self._health),
            Route("/lane/{lane}", self._to_page),
            Route("/lane/{lane}/", self._page),
            Route("/lane/{lane}/display", self._display),
            WebSocketRoute("/lane/{lane}/socket", self._socket),
        ]
        if self._served.page.is_dir():
            routes.append(Mount("/lane/{lane}", StaticFiles(directory=self._served.page)))
        return Starlette(
            routes=routes,
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)],
        )

    # ---- pages

    async def _health(self, _: Request) -> Response:
        lanes = {
            lane: {"phase": face.shown.phase, "hub": face.shown.hub}
            for lane, face in self._served.faces.items()
        }
        return JSONResponse({"status": "ok", "lanes": lanes})

    async def _to_page(self, request: Request) -> Response:
        return RedirectResponse(f"/lane/{self._face(request).lane_id}/")

    async def _page(self, request: Request) -> Response:
        self._face(request)
        index = self._served.page / "index.html"
        try:
            page = await asyncio.to_thread(index.read_text, "utf-8")
        except FileNotFoundError:
            return HTMLResponse(f"<!doctype html><title>Lane</title><p>{NO_PAGE}</p>", status_code=503)
        token = f'<meta name="clearlane-token" content="{self.token}" />'
        return HTMLResponse(page.replace(HEAD_END, token + HEAD_END, 1), headers=self._page_headers())

    def _page_headers(self) -> dict[str, str]:
        sockets = " ".join(origin.replace("http", "ws", 1) for origin in sorted(self._served.origins))
        policy = (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; worker-src 'self' blob:; "
            f"connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
            f"frame-ancestors 'self' {self._served.framed_by}"
        )
        return {
            "Content-Security-Policy": policy,
            "Permissions-Policy": "camera=(self), microphone=(self), screen-wake-lock=(self)",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }

    async def _display(self, request: Request) -> Response:
        view = self._face(request).view()
        return Response(
            view.model_dump_json(by_alias=True),
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    def _face(self, request: Request) -> Face:
        face = self._served.faces.get(request.path_params["lane"])
        if face is None:
            raise HTTPException(404)
        return face

    # ---- the socket

    async def _socket(self, socket: WebSocket) -> None:
        lane_id = socket.path_params["lane"]
        face = self._served.faces.get(lane_id)
        if face is None or socket.headers.get("origin") not in self._served.origins:
            # Before accepting: the browser sees 403 and a foreign page learns nothing.
            await socket.close()
            return
        await socket.accept()
        try:
            await self._talk(socket, lane_id, face)
        except WebSocketDisconnect:
            return
        except (ValidationError, KeyError, TimeoutError):
            await socket.close(CLOSE_BAD_MESSAGE)

    async def _talk(self, socket: WebSocket, lane_id: str, face: Face) -> None:
        async with asyncio.timeout(HELLO_SECONDS):
            hello = await _message(socket)
        if not isinstance(hello, Hello) or not _same(hello.token, self.token):
            await socket.close(CLOSE_BAD_TOKEN)
            return
        showing = asyncio.create_task(_show(socket, face))
        try:
            while True:
                self._said(lane_id, face, await _message(socket))
        finally:
            showing.cancel()

    def _said(self, lane_id: str, face: Face, message: Hello | CodeSeen | LanguageChosen | Ping) -> None:
        lane = self._served.lanes.get(lane_id)
        match message:
            case CodeSeen(text=text) if lane is not None:
                lane.scan(text)
            case LanguageChosen(language=language) if lane is not None:
                lane.speak(language)
            case Ping():
                face.tell_again()


def _same(told: str, token: str) -> bool:
    """Compare in constant time, as bytes: what a stranger sends need not be ASCII."""
    return secrets.compare_digest(told.encode("utf-8", "replace"), token.encode())


async def _show(socket: WebSocket, face: Face) -> None:
    try:
        async with aclosing(face.changes()) as changes:
            async for view in changes:
                await socket.send_text(view.model_dump_json(by_alias=True))
    except (WebSocketDisconnect, RuntimeError):
        # The page went away between two states; its reader hears of it as well.
        return


async def _message(socket: WebSocket) -> Hello | CodeSeen | LanguageChosen | Ping:
    """Return the page's next message; raises ValidationError, or KeyError for a binary one."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1005))
    text = received["text"]
    return from_page.validate_json(text or "")
