"""The Starlette application: the only file that wires."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from beanie import Document
from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.captures import http as captures_http
from backend.captures import model as captures_model
from backend.captures import sweeps as captures_sweeps
from backend.clearances import model as clearances_model
from backend.clearances import sweeps as clearances_sweeps
from backend.figures import model as figures_model
from backend.figures import sweeps as figures_sweeps
from backend.identity import model as identity_model
from backend.identity import service as identity
from backend.kit import metrics, pages
from backend.kit.away import Away
from backend.kit.clock import Clock
from backend.kit.context import Context, Services, system_context
from backend.kit.database import open_database
from backend.kit.graphql import GraphQLDoor, Sockets
from backend.kit.limits import GRAPHQL_BYTES, BodyLimit
from backend.kit.live import Live
from backend.kit.record import heads as record_heads
from backend.kit.record import http as record_http
from backend.kit.serving import Ending
from backend.kit.sweeps import Sweep, run_for_ever
from backend.lanes import http as lanes_http
from backend.lanes import model as lanes_model
from backend.lanes import sweeps as lanes_sweeps
from backend.orders import model as orders_model
from backend.orders import sweeps as orders_sweeps
from backend.orders.imports import http as imports_http
from backend.orders.imports import model as imports_model
from backend.schema import make_schema
from backend.settings import LOOPBACK, Settings
from backend.sites import model as sites_model
from backend.sites import service as sites
from backend.trips import model as trips_model
from backend.trips import sweeps as trips_sweeps
from backend.vouchers import http as vouchers_http
from backend.vouchers import model as vouchers_model
from backend.vouchers import sweeps as vouchers_sweeps

logger = logging.getLogger("clearlane")

MODELS: tuple[type[Document], ...] = (
    *identity_model.MODELS,
    *sites_model.MODELS,
    *vouchers_model.MODELS,
    *orders_model.MODELS,
    *imports_model.MODELS,
    *trips_model.MODELS,
    *clearances_model.MODELS,
    *captures_model.MODELS,
    *lanes_model.MODELS,
    *figures_model.MODELS,
)
SWEEPS: tuple[Sweep, ...] = (
    *vouchers_sweeps.SWEEPS,
    *orders_sweeps.SWEEPS,
    *trips_sweeps.SWEEPS,
    *clearances_sweeps.SWEEPS,
    *captures_sweeps.SWEEPS,
    *lanes_sweeps.SWEEPS,
    *figures_sweeps.SWEEPS,
    *record_heads.SWEEPS,
)
ROUTES: tuple[BaseRoute, ...] = (
    *vouchers_http.ROUTES,
    *imports_http.ROUTES,
    *captures_http.ROUTES,
    *lanes_http.ROUTES,
    *record_http.ROUTES,
)

CLOSE_SECONDS = 3.0


async def open_services(settings: Settings, clock: Clock) -> Services:
    """Open the database with all domains' models and set up the demo's data, in demo mode."""
    database = await open_database(settings.mongodb_uri, settings.database, MODELS, settings.database_seconds)
    services = Services(settings, database, clock, Live(database.db, clock))
    if settings.demo:
        await identity.set_up_demo()
        await sites.set_up_demo()
    return services


@contextlib.asynccontextmanager
async def standalone(settings: Settings) -> AsyncIterator[Context]:
    """Give a command a context of its own, without serving."""
    services = await open_services(settings, Clock())
    try:
        yield system_context(services, "command")
    finally:
        await services.database.close()


class Hub:
    """One API process: what it holds while it runs."""

    def __init__(self, settings: Settings, clock: Clock, sweeps: tuple[Sweep, ...]) -> None:
        self.settings = settings
        self.clock = clock
        self.sweeps = sweeps
        self.services: Services | None = None
        self.door: GraphQLDoor | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.ending = Ending()

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Open the database, start reader and sweeps; close all of it at the end."""
        services = await open_services(self.settings, self.clock)
        self.services = app.state.services = services
        sockets = Sockets(services, identity.still_signed_in)
        self.door = GraphQLDoor(make_schema(), services, identity.authenticate, sockets)
        live = services.live
        self.tasks = [
            asyncio.create_task(live.run(), name="live"),
            asyncio.create_task(sockets.watch(), name="sockets"),
        ]
        self.tasks += [
            asyncio.create_task(run_for_ever(sweep, services), name=sweep.name) for sweep in self.sweeps
        ]
        await live.is_open()
        try:
            yield
        finally:
            await self._close(services)

    async def _close(self, services: Services) -> None:
        for task in self.tasks:
            task.cancel()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*self.tasks, return_exceptions=True)
                await services.database.close()
        except TimeoutError:  # a database that hangs ends cursors and sessions by itself
            logger.warning("the database did not take its leave")

    async def health(self, _request: Request) -> Response:
        """Answer 200 with the state of each part, 503 when the database does not answer or the process is ending."""
        parts = {task.get_name(): "stopped" if task.done() else "running" for task in self.tasks}
        try:
            if self.services is not None:
                await self.services.database.client.admin.command("ping")
            parts["database"] = "answers"
        except PyMongoError:
            parts["database"] = "does not answer"
        if self.ending.told:
            parts["process"] = "draining"
        serves = parts["database"] == "answers" and not {"stopped", "draining"} & set(parts.values())
        return JSONResponse({"serves": serves, "parts": parts}, status_code=200 if serves else 503)


class GraphQLEntry:
    """The ASGI application at /graphql, once the hub's lifespan has opened the door behind it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket."""
        if self._hub.door is None:
            raise RuntimeError("the application serves before its lifespan began")
        await self._hub.door(scope, receive, send)


class OneHost:
    """Sends 127.0.0.1 to localhost: passkeys and the apps' cookies belong to one name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect a page request, pass everything else on."""
        if scope["type"] == "http" and scope["method"] == "GET":
            request = Request(scope)
            if request.url.hostname == "127.0.0.1" and "text/html" in request.headers.get("accept", ""):
                await RedirectResponse(str(request.url.replace(hostname="localhost")))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def application(
    settings: Settings, clock: Clock | None = None, sweeps: tuple[Sweep, ...] = SWEEPS
) -> Starlette:
    """Return the application of one API process; a test gives its own clock and runs the sweeps itself."""
    hub = Hub(settings, clock or Clock(), sweeps)
    entry = GraphQLEntry(hub)
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint=entry),
        WebSocketRoute("/graphql", endpoint=entry),
        Route("/healthz", hub.health),
        Route("/metrics", metrics.answer),
        *ROUTES,
        *pages.routes(settings.pages, demo=settings.demo),
    ]
    limits = {"/graphql": GRAPHQL_BYTES}
    middleware = [
        Middleware(BodyLimit, limits=limits),
        Middleware(OneHost),
        Middleware(metrics.Counted),
        Middleware(Away),
    ]
    if settings.demo:  # a foreign page that had its name resolved to us could sign in as anybody
        names = sorted(LOOPBACK - {"::1"})
        middleware.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False))
    app = Starlette(routes=routes, lifespan=hub.lifespan, middleware=middleware)
    app.state.hub = hub
    return app
