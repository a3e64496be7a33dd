"""Trips on their way through the agencies."""

import pytest

from backend.kit.clock import FixedClock
from tests.backend.client import Client
from tests.backend.steps import Journey, answer, start, submit


@pytest.fixture
async def journey(carrier: Client, nobody: Client, clock: FixedClock) -> Journey:
    """A trip whose agencies have been asked."""
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    return journey


@pytest.fixture
async def under_review(
    carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock
) -> Journey:
    """A trip that the rules leave to an officer: a fever is declared, both agencies are content."""
    journey = await start(carrier, nobody, clock)
    await submit(journey, feverFree=False)
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    return journey
