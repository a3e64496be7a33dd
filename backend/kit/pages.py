"""The built pages of the apps, with their caching and security headers."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
)
ALONE = POLICY + "connect-src 'self'; frame-src 'none'; frame-ancestors 'none'"
# /demo/ frames the apps and, on another port of this host, the lanes; it asks the simulated port, on a third.
IN_DEMO = POLICY + (
    "connect-src 'self' ws://localhost:* http://localhost:*; frame-src 'self' http://localhost:*; "
    "frame-ancestors 'self'"
)
DEMO_PAGE = "/demo"
NO_DEMO = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No demo here</title><h1>No demo here</h1>
<p>This Clearlane serves a real checkpoint. To see the demo, start one on your own computer:
<code>scripts/run</code>.</p>
<p lang="zh-Hans">本系统正用于真实口岸。如需观看演示，请在自己的电脑上运行 <code>scripts/run</code>。</p>
<p lang="zh-Hant">本系統正用於真實口岸。如要觀看示範，請在自己的電腦執行 <code>scripts/run</code>。</p></html>
"""
FOR_EVER = "public, max-age=31536000, immutable"


class PageHeaders:
    """ASGI middleware: hashed assets are kept for ever, everything else is asked for again."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                hashed = "/assets/" in scope.get("path", "")
                headers["cache-control"] = FOR_EVER if hashed else "no-cache"
                headers["content-security-policy"] = self._policy
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, with_headers)


async def _not_built(scope: Scope, receive: Receive, send: Send) -> None:
    text = "The pages are not built yet: run scripts/setup, or npm run build --workspace pwa.\n"
    response: Response = PlainTextResponse(text, status_code=503)
    await response(scope, receive, send)


async def _no_demo(_: Request) -> Response:
    return HTMLResponse(NO_DEMO, status_code=404)


def routes(directory: Path, *, demo: bool) -> list[BaseRoute]:
    """Return the routes that serve the built pages, last in the list since they take every path.

    Only a demo has `/demo/`, and only there may one of our pages frame another.
    """
    if not directory.is_dir():
        return [Mount("/", app=_not_built)]
    pages = Mount(
        "/", app=PageHeaders(StaticFiles(directory=directory, html=True), IN_DEMO if demo else ALONE)
    )
    if demo:
        return [pages]
    elsewhere = Starlette(routes=[Route("/{rest:path}", _no_demo)])
    return [Mount(DEMO_PAGE, app=PageHeaders(elsewhere, ALONE)), pages]
