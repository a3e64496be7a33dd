"""A lane whose feed ends is noted no more, though the driver swallows the cancellation."""

import asyncio
from typing import cast

from pymongo.errors import AutoReconnect

from backend.feed.service import _note_agent
from backend.kit.context import Context


class Swallowing:
    """A context whose transaction answers a cancellation with an error of the driver."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def transaction(self, _work: object) -> None:
        """Hang until cancelled."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as cancelled:
            raise AutoReconnect("operation cancelled") from cancelled


async def test_noting_an_agent_ends_though_its_transaction_swallows_the_cancellation() -> None:
    context = Swallowing()
    noting = asyncio.create_task(_note_agent(cast(Context, context), "liantang", "liantang-1"))
    async with asyncio.timeout(5):
        await context.begun.wait()
        noting.cancel()
        await asyncio.wait({noting})
    assert noting.done()
