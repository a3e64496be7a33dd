"""What time itself does: deadlines, expiries. Each API process runs them; changes are compare-and-set."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from backend.kit.context import Context, Services, system_context

logger = logging.getLogger("clearlane.sweeps")


@dataclass(frozen=True)
class Sweep:
    """Work to be done again and again; `run` returns how many things it changed."""

    name: str
    every_seconds: float
    run: Callable[[Context], Awaitable[int]]


async def run_for_ever(sweep: Sweep, services: Services) -> None:
    """Run the sweep until the task is cancelled; a database that is away is tried again at the next turn."""
    while True:
        try:
            changed = await sweep.run(system_context(services, sweep.name))
            if changed:
                logger.info("%s changed %d", sweep.name, changed)
        except PyMongoError as failure:
            logger.warning(
                "%s did not run (%s), it will at its next turn", sweep.name, type(failure).__name__
            )
        await asyncio.sleep(sweep.every_seconds)
