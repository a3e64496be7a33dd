"""A driver with a draft."""

import pytest

from backend.kit.clock import FixedClock
from tests.backend.client import Client
from tests.backend.steps import Journey, start


@pytest.fixture
async def journey(carrier: Client, nobody: Client, clock: FixedClock) -> Journey:
    """A driver with a prefilled draft."""
    return await start(carrier, nobody, clock)
