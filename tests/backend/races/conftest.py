"""The port of the lane tests, for races."""

import pytest

from backend.kit.context import Services
from tests.backend.interleaving import Point
from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.lanes.steps import Port
from tests.backend.races.rivals import Rivals

__all__ = ["agent", "port", "worker"]


@pytest.fixture(params=list(Point))
def rivals(port: Port, api: Services, request: pytest.FixtureRequest) -> Rivals:
    """The port's people, two processes, and each point in turn at which the first of two requests waits."""
    return Rivals(port, api, request.param)
