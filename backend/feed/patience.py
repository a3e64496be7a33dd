"""A stream outlives its database: what it needs to read is asked for until the database answers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo.errors import PyMongoError

from backend.kit.database import is_away

T = TypeVar("T")
logger = logging.getLogger("clearlane.feed")

AGAIN_SECONDS = 0.5


async def patiently(read: Callable[[], Awaitable[T]]) -> T:
    """Return what `read` returns, once the database answers; any other failure is raised.

    A page whose stream ended here would come back with all others at once, just when the database does.
    """
    while True:
        try:
            return await read()
        except PyMongoError as failure:
            if not is_away(failure):
                raise
            logger.warning("a stream waits for the database (%s)", type(failure).__name__)
        await asyncio.sleep(AGAIN_SECONDS)
