"""A real hub on a real MongoDB: one server a session, an empty database with the demo port for each test."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
import uvicorn
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from backend.app import application
from backend.identity import service as identity
from backend.kit.clock import FixedClock
from backend.kit.context import Actor, Context, Services
from backend.kit.graphql import GraphQLDoor
from backend.kit.heads import Heads
from backend.kit.limits import SOCKET_FRAME_BYTES
from backend.kit.live import Gap
from backend.kit.serving import Socket
from backend.settings import Settings
from backend.sites import service as sites
from core.roles import Role
from core.states import Agency
from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.ports import free_port
from tests.backend.client import Client

# Property tests try the same examples everywhere and never fail for being slow.
hypothesis_settings.register_profile(
    "clearlane",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("clearlane")

EMPTIED = "tests.emptied"
IDLE_WITHIN = 30.0  # a ceiling against hanging: a request of an earlier test that never ends


@dataclass(frozen=True)
class ServedHub(Services):
    """What the served hub's requests share, and the requests and sockets that are under way."""

    under_way: set[asyncio.Task[None]]
    door: GraphQLDoor


def present() -> datetime:
    """Return now in whole milliseconds; tests start there, since MongoDB's own TTL lives in real time."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The replica set of the environment, or an embedded one for this session."""
    given = os.environ.get("CLEARLANE_MONGODB_URI")
    if given:
        yield given
        return
    uri, process = start_embedded(tmp_path_factory.mktemp("mongod"))
    yield uri
    stop_embedded(process)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where keys, messages and demo devices of the test hub lie."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def settings(mongodb_uri: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test hub, in demo mode on a free port."""
    port = free_port()
    return Settings(
        mongodb_uri=mongodb_uri,
        database=f"test_{os.getpid()}_{port}",
        port=port,
        demo=True,
        home=home,
        public_url=f"http://localhost:{port}",
        pages=tmp_path_factory.mktemp("pages"),
        random_review_share=0,
        agencies=(Agency.CUSTOMS, Agency.BORDER_INSPECTION),  # two are enough to show what several do
    )


@pytest.fixture(scope="session")
def session_clock() -> FixedClock:
    """The hub's clock for the whole session; tests use `clock`."""
    return FixedClock(present())


@pytest.fixture(scope="session")
async def services(settings: Settings, session_clock: FixedClock) -> AsyncIterator[ServedHub]:
    """Serve the hub in this process, and give what its requests share."""
    app = application(settings, session_clock, sweeps=())
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=settings.port,
        http=Heads,
        ws=Socket,
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_FRAME_BYTES,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the hub did not start"
        await asyncio.sleep(0.01)
    served: Services = app.state.services
    yield ServedHub(**vars(served), under_way=server.server_state.tasks, door=app.state.hub.door)
    server.should_exit = True
    await serving


@pytest.fixture
def clock(session_clock: FixedClock) -> FixedClock:
    """The hub's clock, set to the present; a test moves it with `advance`."""
    session_clock.advance(present() - session_clock.now())
    return session_clock


@pytest.fixture
async def api(services: ServedHub, clock: FixedClock) -> ServedHub:
    """The hub with an empty database and the demo port in it."""
    await empty(services)
    await identity.set_up_demo()
    await sites.set_up_demo()
    return services


async def empty(hub: ServedHub) -> None:
    """Delete all that is stored, once no request is under way that could still write something."""
    while under_way := set(hub.under_way):  # an ending request may leave another one that waited for it
        _, hanging = await asyncio.wait(under_way, timeout=IDLE_WITHIN)
        assert not hanging, f"{len(hanging)} requests or sockets of an earlier test have not ended"
    for name in await hub.database.db.list_collection_names():
        await hub.database.collection(name).delete_many({})
    await _caught_up(hub)


async def _caught_up(hub: ServedHub) -> None:
    """Wait until the reader of changes is past the earlier test: what it delivers late has numbers that come again."""
    with hub.live.subscribe_signals(EMPTIED) as signals:
        await hub.live.signal(EMPTIED)
        async with asyncio.timeout(IDLE_WITHIN):
            while isinstance(await anext(signals), Gap):
                continue
    await hub.database.collection("signals").delete_many({"topic": EMPTIED})


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A bare HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def url(settings: Settings, api: Services) -> str:
    """The hub's address."""
    return f"http://localhost:{settings.port}"


class SignIn(Protocol):
    """Gives a client for a role."""

    def __call__(
        self, role: Role, account: str | None = None, lanes: tuple[str, ...] = ()
    ) -> Awaitable[Client]:
        """Sign in."""
        ...


@pytest.fixture
def sign_in(api: Services, url: str, http: aiohttp.ClientSession) -> SignIn:
    """Sign in as somebody of a role; devices may be given lanes; ANONYMOUS gives a client without a token."""

    async def start(role: Role, account: str | None = None, lanes: tuple[str, ...] = ()) -> Client:
        if role is Role.ANONYMOUS:
            return Client(url, http, None)
        context = Context(api, Actor(role=Role.SYSTEM, id="tests"))
        started = await context.transaction(
            lambda unit: identity.script_session(unit, role, account, lanes), streams=()
        )
        return Client(url, http, started.token)

    return start


@pytest.fixture
async def officer(sign_in: SignIn) -> Client:
    """Officer Wong."""
    return await sign_in(Role.OFFICER, "officer-1")


@pytest.fixture
async def carrier(sign_in: SignIn) -> Client:
    """The carrier Hengtong."""
    return await sign_in(Role.CARRIER, "carrier-hengtong")


@pytest.fixture
async def customs(sign_in: SignIn) -> Client:
    """The customs desk."""
    return await sign_in(Role.AGENCY, "agency-customs")


@pytest.fixture
async def border(sign_in: SignIn) -> Client:
    """The border inspection desk."""
    return await sign_in(Role.AGENCY, "agency-border")


@pytest.fixture
async def nobody(sign_in: SignIn) -> Client:
    """A stranger."""
    return await sign_in(Role.ANONYMOUS)


@pytest.fixture
def system(api: Services) -> Context:
    """The context in which the hub itself acts, for running a sweep."""
    return Context(api, Actor(role=Role.SYSTEM, id="tests", name="tests"))


Factory = Callable[[], Awaitable[Client]]
