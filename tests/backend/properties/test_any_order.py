"""Whatever comes in whatever order, no barrier opens without its release and everything ends."""

import asyncio

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, settings

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.properties.machine import play
from tests.backend.properties.world import World
from tests.conftest import present

EXAMPLES = settings(
    max_examples=8,
    stateful_step_count=30,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""The same few everywhere; `scripts/drill properties` plays more, with a seed of its own, and makes a failure small."""


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop in which the hub lives."""
    return asyncio.get_running_loop()


def test_no_order_of_events_breaks_a_promise(
    loop: asyncio.AbstractEventLoop, api: Services, clock: FixedClock, http: aiohttp.ClientSession
) -> None:
    async def new_world() -> World:
        clock.advance(present() - clock.now())
        world = World(api, clock, http)
        await world.empty()
        return world

    played = play(new_world, loop.run_until_complete, seed=20261124, examples=EXAMPLES)

    assert {"passage RELEASED", "passage ABANDONED", "trip EXPIRED"} <= set(played)
    assert played["faults"] > 0
