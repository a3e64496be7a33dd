"""Vehicles of the traffic through everything real: hub, lane agent, recogniser, and the simulated devices between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from backend.kit.clock import Clock, FixedClock
from backend.kit.context import Services
from core.hub import DeviceCredentials, Hub, device_key
from core.vouchers.claims import Direction
from kiosk.agent.runtime import Agent, serve
from kiosk.agent.settings import AgentSettings
from recognition.pipeline import Recogniser
from recognition.worker import Worker
from scripts.house.ports import free_port
from simulator.devices.pace import Pace
from simulator.devices.site import Site
from simulator.players import officers
from simulator.players.crossing import Crossing, Surroundings
from simulator.players.plans import Oddity, Plan, plans
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.backend.client import Client
from tests.simulator.test_players import People, people

__all__ = ["people"]

LANE = "liantang-2"
PATIENCE = 120.0  # a ceiling against hanging, not a measurement
PACE = Pace(arm=0.2, setting_off=0.1, over_loop=0.3, looking=0.05)
PASSAGES = """query { passages(checkpointId: "liantang", first: 5) { edges { node { state plates { text }
  decision { byOfficer reasons { code } } } } } }"""


pytestmark = pytest.mark.usefixtures("wall", "patient_lane")


@pytest.fixture
async def wall(clock: FixedClock) -> AsyncIterator[None]:
    """Let the hub's clock go with the wall's: a display and a driver compare their times."""

    async def follow() -> None:
        while True:
            clock.advance(Clock().now() - clock.now())
            await asyncio.sleep(0.02)

    task = asyncio.create_task(follow())
    yield
    task.cancel()
    await asyncio.wait({task})


@pytest.fixture
async def patient_lane(api: Services) -> None:
    """Let the lane wait longer than any machine needs to read two pictures: how long it took is not tested."""
    waits = {"lanes.$.policy.wait_seconds": int(PATIENCE)}
    await api.database.collection("checkpoints").update_one({"lanes.id": LANE}, {"$set": waits})


@dataclass(frozen=True)
class Running:
    """The lane with everything around it."""

    people: People
    site: Site

    async def cross(self, plan: Plan) -> None:
        """Bring one vehicle of the traffic the whole way through its lane."""
        around = Surroundings(
            hub_url=self.people.url,
            checkpoint="liantang",
            site=self.site,
            lanes={LANE: frozenset(Direction)},
            carriers=[self.people.carrier],
            holds=self.people.holds,
        )
        async with asyncio.timeout(PATIENCE):
            await Crossing(plan, around).run()


@asynccontextmanager
async def lane_at_work(
    people: People, home: Path, own: Path, recogniser: Recogniser
) -> AsyncIterator[Running]:
    """Run devices, agent, worker and agencies."""
    agent_port = free_port()
    settings = SimulatorSettings(agent_url=f"http://localhost:{agent_port}", simulator_port=0)
    key = device_key(own / "worker.pem", home / "devices" / "worker-1.pub.pem")
    async with AsyncExitStack() as opened:
        site = await opened.enter_async_context(devices_served(settings, PACE))
        agent = Agent(
            AgentSettings(
                hub_url=people.url,
                public_url=people.url,
                devices_url=f"{site.address}/devices",
                lanes=LANE,
                home=own,
                demo_devices=home / "devices",
                agent_port=agent_port,
            )
        )
        hub = await opened.enter_async_context(Hub(people.url, DeviceCredentials("worker-1", key)))
        stop = asyncio.Event()
        works = [
            asyncio.create_task(serve(agent, stop)),
            asyncio.create_task(Worker(hub, recogniser, stop).run()),
            asyncio.create_task(people.news.run()),
            *(asyncio.create_task(desk.run()) for desk in people.desks.values()),
        ]
        try:
            yield Running(people, site)
        finally:
            stop.set()
            for work in works[2:]:
                work.cancel()
            await asyncio.wait(works)


def planned(oddity: Oddity | None) -> Plan:
    """Return a vehicle with two plates and a container that is this exception, or none."""
    traffic = islice(plans(5, 20, 400), 400)
    return next(
        plan
        for plan in traffic
        if plan.oddity is oddity and len(plan.declared.plates) == 2 and plan.declared.containers
    )


async def last_passage(officer: Client) -> tuple[str, bool, list[str]]:
    """Return state, whether an officer decided, and the reasons of the last passage."""
    (edge,) = (await officer.ask(PASSAGES))["edges"]
    decision = edge["node"]["decision"]
    reasons = [reason["code"] for reason in decision["reasons"]]
    return edge["node"]["state"], decision["byOfficer"], reasons


async def until_state(officer: Client, state: str) -> None:
    """Wait until the last passage is in this state."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (await last_passage(officer))[0] == state:
                return
            await asyncio.sleep(0.05)


async def test_a_sound_vehicle_of_the_traffic_is_seen_released_and_drives_out(
    people: People, officer: Client, home: Path, tmp_path: Path, recogniser: Recogniser
) -> None:
    async with lane_at_work(people, home, tmp_path, recogniser) as running:
        await running.cross(planned(None))
        await until_state(officer, "EXITED")
    assert await last_passage(officer) == ("EXITED", False, ["ALL_FACTS_GOOD"])


async def test_another_truck_than_declared_goes_to_a_bay_and_an_officer_releases_it_there(
    people: People,
    officer: Client,
    home: Path,
    tmp_path: Path,
    recogniser: Recogniser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(officers, "INSPECTING_SECONDS", 0.0)
    async with lane_at_work(people, home, tmp_path, recogniser) as running:
        await running.cross(planned(Oddity.WRONG_PLATE))
        state, by_officer, reasons = await last_passage(officer)
        assert (state, by_officer) == ("DIVERTED", False)
        assert "PLATE_MISMATCH" in reasons
        async with asyncio.timeout(PATIENCE):
            while await people.officer.make_a_round():
                continue
    assert (await last_passage(officer))[:2] == ("EXITED", True)
