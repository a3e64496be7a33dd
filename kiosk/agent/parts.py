"""What the controller of one lane works with."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.hub import HubProblem, HubUnreachable
from kiosk.agent.devices.base import LaneDevices
from kiosk.agent.ended import EndedCodes
from kiosk.agent.face import Face
from kiosk.agent.journal import Journal
from kiosk.agent.keys import KeyRing
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.not_now import NOT_NOW
from kiosk.agent.outbox import SUMMARY_SECONDS, Outbox

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long a lane waits, in seconds."""

    empty_seconds: float = 8.0
    """A lane whose loops feel nothing for so long is empty: the vehicle has gone, though no loop saw how."""
    moving_seconds: float = 10.0
    """An arm that has not opened in this time never heard the command, or is broken."""
    loops_seconds: float = 3.0
    """How long the loops are asked at a restart who stands there."""
    close_again_seconds: float = 2.0
    """Before a barrier that has not closed is told again."""
    hub_pause_seconds: float = 2.0
    """Before the hub is asked again after it did not answer, or could not do it now."""
    refused_seconds: float = 20.0
    """A refused code's reason stays so long, unless the vehicle leaves or shows another code."""
    same_code_seconds: float = 3.0
    """A camera sees one code many times: the same text is refused once in this time."""
    codes_a_second: float = 20.0
    """How many texts are verified: more than anybody shows. Of a flood, from the page too, the newest ones."""
    summary_seconds: float = SUMMARY_SECONDS
    """Between two reports of codes refused for the same reason."""


@dataclass(frozen=True, kw_only=True)
class LaneParts:
    """One lane's devices, journal, face, and way to the hub; `now` is the wall clock, in UTC."""

    lane_id: str
    devices: LaneDevices
    hub: LaneHub
    keys: KeyRing
    journal: Journal
    face: Face
    outbox: Outbox
    now: Callable[[], datetime]
    timing: Timing = Timing()
    ended: EndedCodes = field(default_factory=EndedCodes)
    look_again: Callable[[], None] = lambda: None
    """Have keys and ended codes fetched at once."""

    async def settle(self) -> None:
        """Tell the hub of vehicles that left while it was away; before that no other one can come in.

        Raises HubUnreachable or HubBroken: they stay in the journal until the next time.
        """
        for visit in await self.journal.unreported(self.lane_id):
            try:
                await self.hub.report_departure(visit)
            except HubProblem as problem:
                if problem.code in NOT_NOW:
                    raise HubUnreachable(f"the hub takes no departure now: {problem}") from problem
                log.warning("the hub does not take the departure of %s: %s", visit.passage_id, problem)
            await self.journal.reported(visit.id)
        await self.journal.forget_old(self.lane_id)


def monotonic() -> float:
    """Return seconds that never jump, for waiting."""
    return asyncio.get_running_loop().time()
