"""The steady stream of vehicles; one that breaks off does not stop the others."""

import asyncio
import logging
import secrets

from simulator.players.crossing import Crossing, Surroundings
from simulator.players.plans import Oddity, plans
from simulator.settings import SimulatorSettings

log = logging.getLogger(__name__)

MOST_UNDER_WAY = 12
"""Vehicles between order and departure; with more the port is full and the next one sets off later."""


async def drive(settings: SimulatorSettings, around: Surroundings) -> None:
    """Send vehicles for ever."""
    seed = settings.traffic_seed if settings.traffic_seed is not None else secrets.randbelow(1_000_000)
    log.info(
        "traffic: a vehicle every %.0f s, %d in 1,000 with an exception (%s), lanes %s, seed %d",
        settings.traffic_seconds,
        settings.exception_permille,
        ", ".join(Oddity),
        ", ".join(around.lanes),
        seed,
    )
    room = asyncio.Semaphore(MOST_UNDER_WAY)
    under_way: set[asyncio.Task[None]] = set()

    def ended(crossing: asyncio.Task[None]) -> None:
        under_way.discard(crossing)
        room.release()
        if not crossing.cancelled() and (error := crossing.exception()) is not None:
            log.error("a vehicle's way broke off", exc_info=error)

    try:
        for plan in plans(seed, settings.traffic_seconds, settings.exception_permille):
            await asyncio.sleep(plan.after)
            await room.acquire()
            crossing = asyncio.create_task(Crossing(plan, around).run())
            under_way.add(crossing)
            crossing.add_done_callback(ended)
    finally:
        for crossing in under_way:
            crossing.cancel()
