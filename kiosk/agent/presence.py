"""Whether a vehicle stands in the lane, as far as the loops tell."""

from kiosk.agent.devices.base import LoopState
from kiosk.agent.parts import monotonic


class Presence:
    """The loops' story during one visit."""

    def __init__(self) -> None:
        self.came = False
        """A vehicle has stood at the stop line during this visit."""
        self._quiet_since = float("inf")

    def felt(self, now: LoopState) -> None:
        """Hear what the loops feel now."""
        self.came = self.came or now.approach
        quiet = not (now.approach or now.exit or now.side)
        self._quiet_since = min(self._quiet_since, monotonic()) if quiet else float("inf")

    def quiet_for(self, since: float) -> float:
        """Return for how many seconds, counted from `since` at most, no loop has felt anything; below 0: not now."""
        return monotonic() - max(self._quiet_since, since)
