"""Prometheus metrics of this process at /metrics."""

import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "clearlane_requests_total", "Answered HTTP requests", ["path", "status"], registry=REGISTRY
)
SECONDS = Histogram("clearlane_request_seconds", "Time to the last byte", ["path"], registry=REGISTRY)
KNOWN_PATHS = frozenset(
    {"/graphql", "/captures", "/healthz", "/metrics"}
)  # a label for each path would never end


class Counted:
    """ASGI middleware that counts and times HTTP requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = "/" + scope["path"].lstrip("/").partition("/")[0]
        path = first if first in KNOWN_PATHS else "other"
        status = "500"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, noted)
        finally:
            REQUESTS.labels(path, status).inc()
            SECONDS.labels(path).observe(time.perf_counter() - began)


async def answer(_request: Request) -> Response:
    """Serve the metrics."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
