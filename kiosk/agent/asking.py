"""Asking the hub on behalf of one visit: an unknown outcome is asked again, later, with the same key."""

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from ulid import ULID

from core.hub import HubBroken, HubProblem, HubUnreachable
from core.passages import Decision, Outcome, Reason, ReasonCode
from kiosk.agent import face
from kiosk.agent.journal import Visit
from kiosk.agent.lane_hub import Grant
from kiosk.agent.not_now import NOT_NOW
from kiosk.agent.parts import LaneParts, monotonic
from kiosk.agent.passage import Snapshot
from kiosk.agent.protocol import HubState, Phase

log = logging.getLogger(__name__)

OFFLINE = (Reason(ReasonCode.OFFLINE_NEEDS_OFFICER),)

T = TypeVar("T")


@dataclass(frozen=True)
class _Away:
    """A decision to send the vehicle away that may have reached the hub, and the key it was asked with."""

    decision: Decision
    key: str


class Asking:
    """One visit's questions. Each returns None where the outcome is unknown, and raises HubProblem for a no."""

    def __init__(self, visit: Visit, parts: LaneParts) -> None:
        self._visit = visit
        self._parts = parts
        self._release_key: str | None = visit.release_key
        """Until its outcome is known to be a no; it outlives the process in the journal."""
        self._away: _Away | None = None
        self._not_before = 0.0

    @property
    def may_ask(self) -> bool:
        """Whether the pause after the last unknown outcome is over."""
        return monotonic() >= self._not_before

    def pause(self) -> None:
        """Ask nothing for a while."""
        self._not_before = monotonic() + self._parts.timing.hub_pause_seconds

    def no_pause(self) -> None:
        """Something new is known: ask at once."""
        self._not_before = 0.0

    async def open(self) -> Snapshot | None:
        """Ask for the passage; departures the hub has not heard of go first, or the lane would be occupied."""
        return await self._outcome(self._settle_and_open())

    async def fetch(self, passage_id: str) -> Snapshot | None:
        """Ask how the passage stands."""
        return await self._outcome(self._parts.hub.passage(passage_id))

    async def settle(self) -> None:
        """Tell the hub of departures it has not heard of; those that fail stay in the journal."""
        await self._outcome(self._parts.settle())

    async def release(self, passage_id: str) -> Grant | None:
        """Ask for the release; its key is in the journal before the question."""
        if self._release_key is None:
            self._release_key = str(ULID())
            await self._parts.journal.releasing(self._visit.id, self._release_key)
        try:
            return await self._outcome(self._parts.hub.release(passage_id, self._release_key))
        except HubProblem:
            self._release_key = None
            raise

    async def send_away(self, passage_id: str, decision: Decision) -> Snapshot | None:
        """Ask for a bay, or for a refusal; another decision is another question, and has a key of its own."""
        if self._away is None or self._away.decision != decision:
            self._away = _Away(decision, str(ULID()))
        hub, key = self._parts.hub, self._away.key
        ask = hub.refer if decision.outcome is Outcome.REFER else hub.refuse
        try:
            sent = await self._outcome(ask(passage_id, key, decision.reasons))
        except HubProblem:
            self._away = None
            raise
        if sent is not None:
            self._away = None
        return sent

    async def _settle_and_open(self) -> Snapshot:
        await self._parts.settle()
        return await self._parts.hub.open_passage(self._visit)

    async def _outcome(self, question: Awaitable[T]) -> T | None:
        try:
            answer = await question
        except HubProblem as problem:
            if problem.code not in NOT_NOW:
                raise
            log.warning("the hub cannot do it now: %s", problem)
        except HubUnreachable as error:
            log.warning("%s", error)
            self._parts.face.show(hub=HubState.OFFLINE)
        except HubBroken:
            log.exception("the hub answers what the schema does not know")
        else:
            self._parts.face.show(hub=HubState.ONLINE)
            return answer
        self._parts.face.show(phase=Phase.ASSIST, reasons=face.because(OFFLINE))
        self.pause()
        return None
