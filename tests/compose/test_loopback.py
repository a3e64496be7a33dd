"""What docker-compose.yml starts, started here by its own words: a set of three, two APIs, two workers, the lanes.

No container engine runs here. Sign-in of people outside the demo is not built yet, and a port's lanes are set up by the
demo only: so the first tests use exactly the file's settings, and the journey adds those of `DEMO` and no other.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from core.hub import DemoCredentials, Hub
from core.vouchers.claims import Direction
from simulator.devices.site import Site
from simulator.players.plans import Plan
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.backend.lanes.steps import EVENTS
from tests.bench.people import Declared, People, loaded_vehicles, signed_in
from tests.compose.loopback import Loopback
from tests.drills.drivers import PACE, DrivenLane, Outcome, Reached
from tests.drills.follower import Follower
from tests.drills.schedule import Phase
from tests.drills.test_two_apis import signed_in as person

LANES = "liantang-1,liantang-2,liantang-3"
APIS = ("api-1", "api-2")
EVERYTHING = (*APIS, "worker-1", "worker-2", "lane-agent", "caddy", "coturn")
CEILING_SECONDS = 90.0
ASKED = {"query": "{ serverTime demoAccounts { id } }"}
SIGN_IN = {"query": "mutation { demoSignIn(input: {role: OFFICER}) { ... on Problem { code } } }"}


@dataclass(frozen=True)
class Running:
    """All services, and the devices at the lanes."""

    loopback: Loopback
    site: Site
    people: People
    plans: Iterator[Plan]
    """Vehicles, each once; southbound, because one of the lanes takes no others."""

    @property
    def hub_url(self) -> str:
        """Caddy's door for workers and agents."""
        return f"http://localhost:{self.loopback.port('caddy', 8081)}"

    @property
    def https_url(self) -> str:
        """Caddy's door for people."""
        return f"https://localhost:{self.loopback.port('caddy', 8443)}"

    async def declared(self) -> Declared:
        """Go the next vehicle's way from the work order to the code on the driver's phone."""
        plan = next(self.plans)
        return await self.people.declare(plan, await self.people.order(plan))

    def lane(self, number: int, reached: Reached = lambda *_: False) -> DrivenLane:
        """Return a lane whose vehicles do as real ones."""
        lane = self.site.lanes[f"liantang-{number}"]
        return DrivenLane(lane, self.people, reached)


def api_url(loopback: Loopback, name: str) -> str:
    return f"http://localhost:{loopback.port(name, 8000)}"


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """The database, its users and the keys, made by the file's own jobs."""
    loopback = Loopback(tmp_path_factory.mktemp("compose"))
    try:
        loopback.up("database", "keys")
        yield loopback
    finally:
        loopback.down()


@pytest.fixture(scope="module")
async def running(loopback: Loopback) -> AsyncIterator[Running]:
    """Everything else, with a port to try it on."""
    cv2.setNumThreads(1)  # as the simulator does
    settings = SimulatorSettings(
        hub_url=f"http://localhost:{loopback.port('caddy', 8081)}",
        agent_url=f"http://localhost:{loopback.port('lane-agent', 8001)}",
        simulator_port=0,
        lanes=LANES,
    )
    async with devices_served(settings, PACE) as site:
        loopback.demo = demo(loopback, site.address)
        await asyncio.to_thread(loopback.up, *EVERYTHING)
        async with signed_in(api_url(loopback, "api-1")) as people:
            plans = (plan for plan in loaded_vehicles() if plan.direction is Direction.SOUTHBOUND)
            yield Running(loopback, site, people, plans)


def demo(loopback: Loopback, devices: str) -> dict[str, str]:
    """Return what the journey's parts are told beyond the file: people and lanes to try it with, and no chance."""
    return {
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_DEMO_DEVICES": str(loopback.folder / "devices"),
        "CLEARLANE_PUBLIC_URL": f"https://localhost:{loopback.port('caddy', 8443)}",
        "CLEARLANE_DEVICES_URL": f"{devices}/devices",
        "CLEARLANE_RANDOM_REVIEW_SHARE": "0",
        "CLEARLANE_AGENCY_DEADLINE_SECONDS": "3600",
    }


def test_the_three_are_one_set_that_lets_nobody_in_without_a_password(loopback: Loopback) -> None:
    stranger = f"mongodb://127.0.0.1:{loopback.port('mongo-1', 27017)}/?replicaSet=rs0"
    with MongoClient[dict[str, Any]](stranger, serverSelectionTimeoutMS=20_000) as client:
        with pytest.raises(OperationFailure, match="requires authentication"):
            client["clearlane"]["trips"].find_one()
        members = {f"127.0.0.1:{loopback.port(f'mongo-{number}', 27017)}" for number in (1, 2, 3)}
        assert set(client.admin.command("hello")["hosts"]) == members
    with MongoClient[dict[str, Any]](hub_uri(loopback), serverSelectionTimeoutMS=20_000) as client:
        client["clearlane"].command("ping")
        with pytest.raises(OperationFailure, match="not authorized"):
            client["other"]["trips"].find_one()
        with pytest.raises(OperationFailure, match="not authorized"):
            client.admin.command("usersInfo", 1)


def test_the_jobs_may_run_again_and_change_nothing(loopback: Loopback) -> None:
    keys = sorted((loopback.folder / "volumes" / "keys").rglob("*.*"))
    before = [path.read_bytes() for path in keys if path.is_file()]
    database = loopback.container("database")
    again = database.execute(database.words)
    assert (again.returncode, again.stdout) == (0, "the replica set and its users are there\n")
    made = loopback.container("keys")
    assert made.execute(made.words).returncode == 0
    assert [path.read_bytes() for path in keys if path.is_file()] == before
    assert len(before) == 3


async def test_with_exactly_the_files_settings_an_api_serves_and_lets_nobody_in_as_in_a_demo(
    loopback: Loopback,
) -> None:
    await asyncio.to_thread(loopback.up, *APIS)
    async with aiohttp.ClientSession() as http:
        for name in APIS:
            async with http.post(f"{api_url(loopback, name)}/graphql", json=ASKED) as answer:
                assert (await answer.json())["data"]["demoAccounts"] == []
            async with http.post(f"{api_url(loopback, name)}/graphql", json=SIGN_IN) as answer:
                assert (await answer.json())["data"]["demoSignIn"] == {"code": "DEMO_ONLY"}
    codes = [await asyncio.to_thread(loopback.container(name).stop) for name in APIS]
    assert codes == [0, 0]
    loopback.forget(*APIS)


async def test_a_vehicle_passes_and_an_officer_at_the_other_api_hears_of_it(running: Running) -> None:
    async with following(running, "api-2") as officer:
        stay = await running.lane(1).stay(await running.declared())
        assert (stay.outcome, stay.shown) == (Outcome.PASSED, 1), stay
        assert await officer.failures() == []
    assert officer.events >= 5
    assert officer.resyncs == 0


async def test_one_api_is_told_to_stop_while_vehicles_stand_in_the_lanes_and_all_goes_on(
    running: Running,
) -> None:
    declared = [await running.declared() for _ in range(3)]
    scanned = asyncio.Event()

    def reached(_: str, phase: Phase) -> bool:
        if phase is Phase.SCANNED:
            scanned.set()
        return False

    async with following(running, "api-2") as officer, asyncio.timeout(CEILING_SECONDS):
        staying = [
            asyncio.create_task(running.lane(number, reached).stay(one))
            for number, one in enumerate(declared, start=1)
        ]
        await scanned.wait()
        assert await asyncio.to_thread(running.loopback.container("api-1").stop) == 0
        assert not running.loopback.container("api-1").is_healthy()
        stays = await asyncio.gather(*staying)
        assert [stay.outcome for stay in stays] == [Outcome.PASSED] * 3, stays
        async with signed_in(running.hub_url) as people:  # with one API less, all the way
            later = await replace(running, people=people).declared()
        assert (await running.lane(1).stay(later)).outcome is Outcome.PASSED
        assert await officer.failures() == []
    running.loopback.container("api-1").start()
    await asyncio.to_thread(running.loopback.container("api-1").wait_until_ready)


def test_the_log_of_what_happened_is_proved_inside_a_container(running: Running) -> None:
    told = running.loopback.container("api-2").execute(["python", "-m", "backend", "log", "verify"])
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("ok ")


async def test_caddy_speaks_tls_for_people_and_keeps_the_figures_inside(running: Running) -> None:
    authority = running.loopback.folder / "volumes/caddy/caddy/pki/authorities/local/root.crt"
    trusting = ssl.create_default_context(cafile=authority)
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as http:
        async with http.get(f"{running.https_url}/healthz") as answer:
            assert answer.status == 200
            assert "alt-svc" not in answer.headers, "the port inside is announced to nobody"
        async with http.get(f"{running.https_url}/officer", allow_redirects=False) as answer:
            assert answer.headers["location"] == f"{running.https_url}/officer/"
        async with http.get(f"{running.https_url}/metrics") as answer:
            assert answer.status == 404
        async with http.post(f"{running.https_url}/graphql", data=BytesIO(bytes(300_000))) as answer:
            assert answer.status == 413
        officer = await person(http, running.https_url, "OFFICER", "officer-1")
        async with officer.listen(EVENTS, "checkpointEvents", id="liantang") as board:
            assert (await board.next())["__typename"] == "Ready"
        plain = f"http://localhost:{running.loopback.port('caddy', 8080)}/officer/"
        async with http.get(plain, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["location"].split(":")[0]) == (308, "https")


def test_coturn_relays_for_who_has_a_credential_of_the_hubs_secret_and_for_nobody_else(
    running: Running,
) -> None:
    coturn = running.loopback.container("coturn")
    secret = (running.loopback.folder / "secrets/turn_secret").read_text().strip()
    asked = ["-n", "2", "-c", "-y", "-p", str(running.loopback.port("coturn", 3478)), "127.0.0.1"]
    relayed = coturn.execute(["turnutils_uclient", "-W", secret, "-u", "lane", *asked])
    assert relayed.returncode == 0, relayed.stdout + relayed.stderr
    refused = coturn.execute(["turnutils_uclient", "-W", "another", "-u", "lane", *asked])
    assert refused.returncode != 0


def test_every_health_check_of_the_file_passes_while_all_runs(running: Running) -> None:
    checked = {name: running.loopback.container(name).is_healthy() for name in EVERYTHING}
    assert checked == dict.fromkeys(EVERYTHING, True)


def test_a_worker_that_looks_for_no_picture_any_more_is_not_healthy(running: Running) -> None:
    worker = running.loopback.container("worker-2")
    assert worker.stop() == 0
    alive = running.loopback.folder / "volumes/worker-2/worker/worker-2.alive"
    looked = alive.stat().st_mtime
    os.utime(alive, (looked - 90, looked - 90))
    assert not worker.is_healthy()


@asynccontextmanager
async def following(running: Running, api: str) -> AsyncIterator[Follower]:
    """Have an officer follow the board at one API, without Caddy between."""
    credentials = DemoCredentials("OFFICER", "officer-1")
    async with Hub(api_url(running.loopback, api), credentials) as hub:
        follower = Follower(hub)
        task = asyncio.create_task(follower.run())
        await follower.is_ready()
        try:
            yield follower
        finally:
            task.cancel()
            await asyncio.wait({task})


def hub_uri(loopback: Loopback) -> str:
    """Return the database's address as the hub has it."""
    return Path(loopback.folder / "secrets" / "clearlane_mongodb_uri").read_text().strip()
