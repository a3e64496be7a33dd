"""The port of the lane tests, for races."""

import pytest

from backend.kit.context import Services
from tests.backend.interleaving import Point
from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.lanes.steps import Port
from tests.backend.races.rivals import Rivals

__all__ = ["agent", "port", "worker"]


POINTS = (Point.BEFORE_READING, Point.BEFORE_WRITING, Point.BEFORE_COMMIT)
"""The fourth, after the commit, is one request after the other: it matters to a key that comes twice."""


@pytest.fixture(params=POINTS)
def rivals(port: Port, api: Services, request: pytest.FixtureRequest) -> Rivals:
    """The port's people, two processes, and each point in turn at which the first of two requests waits."""
    return Rivals(port, api, request.param)
