"""Opening the barrier for one visit: journal first, then the command, then the arm's own word."""

import logging
from datetime import datetime

from kiosk.agent.devices.base import ArmPosition, DeviceFault, DeviceSilent
from kiosk.agent.journal import Stage, Visit
from kiosk.agent.parts import LaneParts, monotonic
from kiosk.agent.protocol import BarrierPosition, Phase

log = logging.getLogger(__name__)


class Gate:
    """The barrier for one visit. It is commanded once: what is unsure after that is an officer's."""

    def __init__(self, visit: Visit, parts: LaneParts) -> None:
        self._visit_id = visit.id
        self._parts = parts
        self.commanded = visit.stage in (Stage.OPENING, Stage.OPENED)
        """Whether the barrier was told to open, by this run or one before it."""
        self.moving = False
        self._until = 0.0

    async def open(self, passage_id: str, until: datetime) -> bool:
        """Command the barrier; False where the hub's word is too old."""
        if self._parts.now() >= until:
            log.error("the release of %s ran out before the barrier opened", passage_id)
            return False
        await self._parts.journal.opening(self._visit_id)
        self.commanded = True
        self._expect()
        try:
            await self._parts.devices.barrier.open()
        except (DeviceSilent, DeviceFault) as error:
            # It may have heard: the arm's position tells, not this error.
            log.error("%s", error)
        else:
            self._parts.face.show(phase=Phase.GO, reasons=(), barrier=BarrierPosition.OPENING)
        await self._report(passage_id, BarrierPosition.OPENING)
        return True

    async def watch(self, passage_id: str, arm: ArmPosition | None, *, opened: bool) -> None:
        """Go on after a restart: the barrier was commanded, or is open by the journal."""
        self._parts.face.show(phase=Phase.GO, reasons=(), barrier=BarrierPosition.OPENING)
        if opened:
            self._parts.face.show(barrier=BarrierPosition.OPENED)
            return
        self._expect()
        await self.moved(passage_id, arm)

    async def moved(self, passage_id: str, arm: ArmPosition | None) -> bool:
        """Hear where the arm is; False when it should be open and is not."""
        if not self.moving:
            return await self._stays_up(passage_id, arm)
        if arm is ArmPosition.OPEN:
            self.moving = False
            # Before the journal goes on: killed between the two, the next run says it again rather than never.
            await self._report(passage_id, BarrierPosition.OPENED)
            await self._parts.journal.opened(self._visit_id)
            self._parts.face.show(phase=Phase.GO, reasons=(), barrier=BarrierPosition.OPENED)
            return True
        if monotonic() < self._until:
            return True
        self.moving = False
        self._parts.face.show(barrier=BarrierPosition.UNKNOWN)
        await self._report(passage_id, BarrierPosition.UNKNOWN)
        return False

    async def close(self) -> None:
        """Close behind the vehicle; called only after the loop behind the barrier is free again."""
        self.moving = False
        try:
            await self._parts.devices.barrier.close()
        except (DeviceSilent, DeviceFault) as error:
            log.error("the barrier may still be open: %s", error)
            self._parts.face.show(barrier=BarrierPosition.UNKNOWN)
        else:
            self._parts.face.show(barrier=BarrierPosition.CLOSED)

    async def _stays_up(self, passage_id: str, arm: ArmPosition | None) -> bool:
        if arm is not ArmPosition.CLOSED:
            return True
        log.error("the barrier has closed before %s was through", passage_id)
        await self._report(passage_id, BarrierPosition.CLOSED)
        return False

    def _expect(self) -> None:
        self.moving = True
        self._until = monotonic() + self._parts.timing.moving_seconds

    async def _report(self, passage_id: str, state: BarrierPosition) -> None:
        await self._parts.outbox.barrier(passage_id, state)
