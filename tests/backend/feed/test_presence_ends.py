"""A lane whose feed ends is noted no more, though the driver swallows the cancellation."""

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest
from pymongo.errors import AutoReconnect

from backend.feed.service import _note_agent
from backend.kit.context import Context
from backend.lanes.service.presence import AgentSeen


class Signalled:
    """Signals that nobody hears."""

    async def signal(self, _topic: str, _told: object) -> None:
        """Tell nobody."""


class Swallowing:
    """A context whose transaction answers a cancellation with an error of the driver, or not at all."""

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails
        self.begun = asyncio.Event()

    live = Signalled()

    async def transaction(self, _work: object) -> AgentSeen:
        """Hang until cancelled, and go on as if nothing were."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as cancelled:
            if self.fails:
                raise AutoReconnect("operation cancelled") from cancelled
        return AgentSeen("liantang-1", datetime.now(UTC))


@pytest.mark.parametrize("fails", [True, False])
async def test_noting_an_agent_ends_though_its_transaction_swallows_the_cancellation(fails: bool) -> None:
    context = Swallowing(fails=fails)
    noting = asyncio.create_task(_note_agent(cast(Context, context), "liantang", "liantang-1"))
    async with asyncio.timeout(5):
        await context.begun.wait()
        noting.cancel()
        await asyncio.wait({noting})
    assert noting.done()
