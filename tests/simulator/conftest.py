"""What the tests of the simulator share: its devices served on free ports, a display the test writes, a real hub."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from kiosk.agent.devices import catalogue
from kiosk.agent.devices.base import LaneDevices
from recognition import models
from recognition.pipeline import Recogniser
from recognition.settings import Settings as ReaderSettings
from simulator.devices.pace import Pace
from simulator.devices.site import Site
from simulator.process import devices_served
from simulator.settings import SimulatorSettings
from tests.backend.lanes.conftest import agent, port, worker

__all__ = ["agent", "port", "worker"]

LANE = "liantang-1"
QUICK = Pace(
    arm=0.05,
    setting_off=0.02,
    over_loop=0.2,
    looking=0.02,
    reading_refusal=0.1,
    reading_refusal_guided=0.1,
    stale_display=60.0,
    patience=60.0,
)


@dataclass
class Screen:
    """The display over the lanes, as a test writes it."""

    phase: str = "REST"
    reasons: tuple[str, ...] = ()
    bay: int | None = None
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    address: str = ""

    def show(self, phase: str, *reasons: str, bay: int | None = None) -> None:
        """Change it now."""
        self.phase, self.reasons, self.bay, self.since = phase, reasons, bay, datetime.now(UTC)

    async def display(self, _: web.Request) -> web.Response:
        """Answer like a lane agent."""
        return web.json_response(
            {
                "phase": self.phase,
                "since": self.since.isoformat(),
                "reasons": [{"code": code, "args": {}, "source": "reason"} for code in self.reasons],
                "bay": {"id": f"liantang-bay-{self.bay}", "number": self.bay} if self.bay else None,
            }
        )


@pytest.fixture
async def web_session() -> AsyncIterator[aiohttp.ClientSession]:
    """A bare HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    """A display that says what the test wants."""
    screen = Screen()
    app = web.Application()
    app.router.add_get("/lane/{lane}/display", screen.display)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    screen.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield screen
    await runner.cleanup()


@pytest.fixture
async def site(screen: Screen) -> AsyncIterator[Site]:
    """The devices of the port's lanes, on free ports."""
    settings = SimulatorSettings(agent_url=screen.address, simulator_port=0)
    async with devices_served(settings, QUICK) as served:
        yield served


@pytest.fixture
async def devices(site: Site, web_session: aiohttp.ClientSession) -> LaneDevices:
    """The lane agent's own drivers for the devices of lane 1, found by the catalogue."""
    found = await catalogue.load(web_session, f"{site.address}/devices")
    entry = found.entry(LANE)
    assert entry is not None
    return catalogue.build(web_session, entry)


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The models that scripts/setup lays out."""
    folder: Path = ReaderSettings().model_folder
    return models.load(folder)
