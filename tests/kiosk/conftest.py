"""What the tests of the lane agent share."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.settings import Settings
from kiosk.agent.protocol import Phase
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.conftest import agent, port, worker
from tests.kiosk.lane import RunningLane, one_rig, running, settings_of
from tests.kiosk.proxy import Line, line_to
from tests.kiosk.rig import Rig

__all__ = ["agent", "port", "worker"]


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    """The client session with which the drivers ask."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def settings_and_rig(
    settings: Settings, api: Services, tmp_path: Path
) -> AsyncIterator[tuple[AgentSettings, Rig]]:
    """An agent's settings, and the devices of its lane."""
    async with one_rig() as (rig, devices_url):
        yield settings_of(f"http://localhost:{settings.port}", devices_url, settings.home, tmp_path), rig


@pytest.fixture
async def lane(settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock) -> AsyncIterator[RunningLane]:
    """A lane at rest."""
    agent_settings, rig = settings_and_rig
    async with running(agent_settings, rig, clock) as lane:
        await lane.shows(Phase.REST)
        yield lane


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    """The line between agent and hub."""
    async with line_to(settings.port) as line:
        yield line


@pytest.fixture
def by_line(settings_and_rig: tuple[AgentSettings, Rig], line: Line) -> AgentSettings:
    """The settings of an agent that asks the hub over that line."""
    return settings_and_rig[0].model_copy(update={"hub_url": line.url})
