"""The built pages of the apps, with their caching and security headers."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The pages talk to this hub, and in the demo to the lane agents beside it (other ports of the same host).
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws://localhost:* http://localhost:*; "
    "frame-src 'self' http://localhost:*; object-src 'none'; base-uri 'none'; form-action 'self'"
)
FOR_EVER = "public, max-age=31536000, immutable"


class PageHeaders:
    """ASGI middleware: hashed assets are kept for ever, everything else is asked for again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                hashed = "/assets/" in scope.get("path", "")
                headers["cache-control"] = FOR_EVER if hashed else "no-cache"
                headers["content-security-policy"] = POLICY
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, with_headers)


async def _not_built(scope: Scope, receive: Receive, send: Send) -> None:
    text = "The pages are not built yet: run scripts/setup, or npm run build --workspace pwa.\n"
    response: Response = PlainTextResponse(text, status_code=503)
    await response(scope, receive, send)


def routes(directory: Path) -> list[BaseRoute]:
    """Return the routes that serve the built pages, last in the list since they take every path."""
    if not directory.is_dir():
        return [Mount("/", app=_not_built)]
    return [Mount("/", app=PageHeaders(StaticFiles(directory=directory, html=True)))]
