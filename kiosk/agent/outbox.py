"""Reports to the hub that nothing waits for: sent in order, again and again while the hub is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.hub import HubBroken, HubProblem, HubUnreachable
from kiosk.agent.not_now import NOT_NOW

log = logging.getLogger(__name__)

MOST_WAITING = 5000
"""Reports kept while the hub is away; what does not fit is logged and lost, the gate goes on."""
RETRY_SECONDS = 3.0
MOST_FAILURES = 3
"""A report at which the hub itself fails so often is given up, so that the others get through."""

Report = Callable[[], Awaitable[None]]


class Outbox:
    """One lane's reports."""

    def __init__(self, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._waiting: asyncio.Queue[Report] = asyncio.Queue(MOST_WAITING)
        self._retry_seconds = retry_seconds

    def put(self, report: Report) -> None:
        """Add a report; its idempotency key is in it, so that sending it twice is harmless."""
        try:
            self._waiting.put_nowait(report)
        except asyncio.QueueFull:
            log.error("the hub is away for too long: a report is lost")

    async def run(self) -> None:
        """Send for ever."""
        while True:
            await self._send(await self._waiting.get())

    async def _send(self, report: Report) -> None:
        failures = 0
        while failures < MOST_FAILURES:
            try:
                await report()
            except HubUnreachable:
                await asyncio.sleep(self._retry_seconds)
            except HubBroken as error:
                failures += 1
                log.error("the hub fails at a report: %s", error)
                await asyncio.sleep(self._retry_seconds)
            except HubProblem as problem:
                if problem.code in NOT_NOW:
                    await asyncio.sleep(self._retry_seconds)
                    continue
                log.warning("the hub does not take a report: %s", problem)
                return
            else:
                return
