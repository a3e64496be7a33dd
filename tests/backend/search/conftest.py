"""A driver whose trip is submitted, and officers."""

import pytest

from backend.kit.clock import FixedClock
from tests.backend.client import Client
from tests.backend.steps import Journey, start, submit


@pytest.fixture
async def journey(carrier: Client, nobody: Client, clock: FixedClock) -> Journey:
    """A driver with a submitted trip: 粤ZDF15港 with UP 2643, CSQU3054383, 陈大文, +85261234567, HT-2026-0001."""
    begun = await start(carrier, nobody, clock)
    await submit(begun)
    return begun
