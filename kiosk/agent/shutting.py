"""The barrier behind a vehicle that has left: told to close again until its arm says that it is down."""

import logging

from kiosk.agent.devices.base import ArmPosition, DeviceFault, DeviceSilent, LoopState
from kiosk.agent.parts import LaneParts, monotonic

log = logging.getLogger(__name__)

NOT_DOWN = frozenset({ArmPosition.OPENING, ArmPosition.OPEN, ArmPosition.CLOSING})


class Shutting:
    """What the lane owes its barrier. At a start it owes too: the run before may have ended before it closed.

    An arm that somebody raises by hand after it was down is his: the lane does not fight him.
    """

    def __init__(self, parts: LaneParts) -> None:
        self._parts = parts
        self._owed = True
        self._since = self._told_at = self._not_before = float("-inf")
        self._arm: ArmPosition | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the arm may still be on its way down."""
        return self._owed and monotonic() < self._since + self._parts.timing.moving_seconds

    @property
    def fails(self) -> bool:
        """Whether the arm ought to be down and is not: anybody could drive through."""
        return self._owed and self._arm in NOT_DOWN and not self.is_fresh

    def owe(self) -> None:
        """A vehicle has left and the barrier was told to close."""
        self._owed, self._arm, self._since = True, None, monotonic()
        self._told()

    def arm_at(self, arm: ArmPosition | None, asked_at: float) -> None:
        """Hear where the arm is; what it said before it was told counts no longer."""
        if asked_at <= self._told_at:
            return
        self._arm = arm
        if arm is ArmPosition.CLOSED:
            self._owed = False

    async def think(self, loops: LoopState | None) -> None:
        """Tell it again, unless a vehicle stands behind the barrier or nobody knows."""
        if not self._owed or self._arm not in (ArmPosition.OPENING, ArmPosition.OPEN):
            return
        if loops is None or loops.exit or monotonic() < self._not_before:
            return
        log.warning("the barrier of lane %s is open behind nobody: it is told to close", self._parts.lane_id)
        try:
            await self._parts.devices.barrier.close()
        except (DeviceSilent, DeviceFault) as error:
            log.error("the barrier may still be open: %s", error)
        self._told()

    def _told(self) -> None:
        self._told_at = monotonic()
        self._not_before = self._told_at + self._parts.timing.close_again_seconds
