"""A port with a lane agent and a worker."""

import pytest

from backend.kit.clock import FixedClock
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.steps import LANES, Port
from tests.conftest import SignIn


@pytest.fixture
async def agent(sign_in: SignIn) -> Client:
    """The agent of the port's three lanes."""
    return await sign_in(Role.LANE_AGENT, "agent-liantang", lanes=LANES)


@pytest.fixture
async def worker(sign_in: SignIn) -> Client:
    """A recognition worker."""
    return await sign_in(Role.WORKER, "worker-1")


@pytest.fixture
def port(  # long: a fixture names what it stands on
    carrier: Client,
    nobody: Client,
    customs: Client,
    border: Client,
    officer: Client,
    agent: Client,
    worker: Client,
    clock: FixedClock,
) -> Port:
    """Everybody at his place."""
    return Port(carrier, nobody, customs, border, officer, agent, worker, clock)
