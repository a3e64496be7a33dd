"""What the tests of vouchers share."""

import pytest

from backend.kit.clock import FixedClock
from tests.backend.client import Client
from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.steps import Journey, answer, start, submit

__all__ = ["agent", "port", "worker"]


@pytest.fixture
async def journey(
    carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock
) -> Journey:
    """An approved trip with its voucher."""
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    return journey
