"""Whether a vehicle stands in the lane, as far as the loops tell."""

import asyncio
from contextlib import aclosing

from kiosk.agent.devices.base import Loops, LoopState
from kiosk.agent.parts import monotonic


async def felt_now(loops: Loops, seconds: float) -> LoopState | None:
    """Return what the loops feel; None where they do not say within that time."""
    try:
        async with asyncio.timeout(seconds), aclosing(loops.states()) as states:
            return await anext(states)
    except TimeoutError:
        return None


class Presence:
    """The loops' story during one visit."""

    def __init__(self) -> None:
        self.came = False
        """A vehicle has stood at the stop line during this visit."""
        self.stands: bool | None = None
        """Whether one stands there now, None where nothing was heard yet."""
        self._quiet_since = float("inf")

    def felt(self, now: LoopState) -> None:
        """Hear what the loops feel now."""
        self.stands = now.approach
        self.came = self.came or now.approach
        quiet = not (now.approach or now.exit or now.side)
        self._quiet_since = min(self._quiet_since, monotonic()) if quiet else float("inf")

    def quiet_for(self, since: float) -> float:
        """Return for how many seconds, counted from `since` at most, no loop has felt anything; below 0: not now."""
        return monotonic() - max(self._quiet_since, since)
