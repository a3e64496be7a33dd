"""What time itself does: deadlines, expiries. Each API process runs them; changes are compare-and-set."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from pymongo.errors import PyMongoError

from backend.kit.context import Context, Services, UnitOfWork, system_context
from backend.kit.errors import Refusal

logger = logging.getLogger("clearlane.sweeps")


@dataclass(frozen=True)
class Sweep:
    """Work to be done again and again; `run` returns how many things it changed."""

    name: str
    every_seconds: float
    run: Callable[[Context], Awaitable[int]]


async def run_for_ever(sweep: Sweep, services: Services) -> None:
    """Run the sweep until the task is cancelled; away or busy, the database is asked again at the next turn."""
    while True:
        try:
            changed = await sweep.run(system_context(services, sweep.name))
            if changed:
                logger.info("%s changed %d", sweep.name, changed)
        except (PyMongoError, Refusal) as failure:
            logger.warning(
                "%s did not run (%s), it will at its next turn", sweep.name, type(failure).__name__
            )
        await asyncio.sleep(sweep.every_seconds)


async def each(
    context: Context,
    items: Iterable[str],
    work: Callable[[UnitOfWork, str], Awaitable[bool]],
    stream_of: Callable[[str], str],
) -> int:
    """Run `work` for each item in a transaction of its own and return how many it changed.

    An item that is refused is logged and left for the next turn: it must not keep the others waiting.
    """
    changed = 0
    for item in items:
        try:
            changed += await context.transaction(partial(_on, item, work), streams=[stream_of(item)])
        except Refusal as refusal:
            logger.warning("%s left %s as it is: %s", context.actor.id, item, refusal.code.value)
    return changed


async def _on(item: str, work: Callable[[UnitOfWork, str], Awaitable[bool]], unit: UnitOfWork) -> bool:
    return await work(unit, item)
