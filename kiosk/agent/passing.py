"""One vehicle in the lane, from its accepted code until it has left: what to do after each fact."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from core.hub import HubProblem
from core.passages import Decision, Outcome, PassageState, Reason, TemperatureBand
from core.problems import ProblemCode
from kiosk.agent import face as shown
from kiosk.agent.asking import Asking
from kiosk.agent.deciding import after_refusal, decision_on
from kiosk.agent.devices.base import ArmPosition, LoopState
from kiosk.agent.gate import Gate
from kiosk.agent.journal import DepartureWay, Stage, Visit
from kiosk.agent.lane_hub import Fed
from kiosk.agent.looking import READ, Looking, Measured
from kiosk.agent.parts import LaneParts, monotonic
from kiosk.agent.passage import UNDECIDED, LaneSite, Snapshot
from kiosk.agent.presence import Presence
from kiosk.agent.protocol import BarrierPosition, LaneBay, Phase
from kiosk.agent.restart import Restart, first_step
from kiosk.agent.steps import LEAVES_BY, WAS_THERE, Step, way_out

log = logging.getLogger(__name__)


class Passing:
    """The visit now in the lane. The lane calls it with one thing at a time; nothing here runs by itself."""

    def __init__(
        self,
        visit: Visit,
        parts: LaneParts,
        site: Callable[[], LaneSite],
        tell: Callable[[Measured], Awaitable[None]],
    ) -> None:
        self.visit = visit
        self.step = Step.ASKING
        self.turned_away = False
        """The hub opened no passage for the code: its reason stays on the face."""
        self.left_by: DepartureWay | None = None
        self._parts = parts
        self._face = parts.face
        self._site = site
        self._asking = Asking(visit, parts)
        self._gate = Gate(visit, parts)
        self._looking = Looking(visit.id, parts.devices, parts.hub, tell)
        self._passage: Snapshot | None = None
        self._measured = False
        self._since = monotonic()
        self._why: tuple[Reason, ...] = ()
        self._presence = Presence()
        self._resumed = False
        self._arm_silent = False
        """The barrier was asked at a restart and did not say where it is."""

    @property
    def gate_moves(self) -> bool:
        """Whether the barrier's movement is waited for."""
        return self.step is Step.PASSING and self._gate.moving

    @property
    def barrier_to_close(self) -> bool:
        """Whether the barrier may stand open behind this visit."""
        return self._gate.commanded or self.left_by is DepartureWay.BARRIER

    # ---- what happens

    async def begin(self) -> None:
        """Journal the question, then ask the hub; the devices look meanwhile."""
        self._looking.start()
        await self._parts.journal.asked(self.visit)
        await self._ask()

    async def resume(self, arm: ArmPosition | None) -> None:
        """Go on after a restart, from the journal."""
        first = first_step(self.visit, self._parts.now(), arm, self._presence.stands)
        log.warning("lane %s restarts at %s: %s", self.visit.lane_id, self.visit.stage, first)
        match first:
            case Restart.ASK_AGAIN:
                self._resumed = True
                self._looking.start()
                self._face.show(phase=Phase.CHECKING)
            case Restart.OPEN:
                await self._pass()
            case Restart.WATCH:
                self._enter(Step.PASSING)
                # It may have driven off meanwhile: a lane found empty counts.
                self._presence.came = True
                await self._gate.watch(self.visit.passage_id, arm, opened=self.visit.stage is Stage.OPENED)
            case Restart.OFFICER:
                self._arm_silent = arm is None
                self._gate.commanded &= arm is not ArmPosition.CLOSED
                self._hold()

    async def fed(self, fed: Fed) -> None:
        """Hear the lane's feed."""
        if fed.capture_id is not None and fed.kind in READ:
            self._looking.answered(fed.capture_id)
        if fed.passage is not None and fed.passage.id == self.visit.passage_id:
            await self._take(fed.passage)

    async def measured(self, measured: Measured) -> None:
        """Hear the temperature, unless it is that of the vehicle before."""
        if measured.passage.id == self.visit.passage_id:
            self._measured = True
            await self._take(measured.passage)

    def feel_first(self, loops: LoopState) -> None:
        """Hear what the loops felt when the visit began."""
        self._presence.felt(loops)

    async def felt(self, before: LoopState | None, now: LoopState, at: float) -> None:
        """Hear the loops."""
        self._presence.felt(now)
        if before is None or self.step not in LEAVES_BY or at < self._since:
            return  # felt before this step: while the hub was asked, say; nobody passed a barrier then closed
        passed = before.exit and not now.exit and LEAVES_BY[self.step] is DepartureWay.BARRIER
        if passed or (before.side and not now.side and self.step is not Step.PASSING):
            await self._left(way_out(self.step, under_the_barrier=passed))

    async def arm_at(self, arm: ArmPosition | None) -> None:
        """Hear where the barrier's arm is; None where it does not say."""
        if self.step is Step.PASSING and not await self._gate.moved(self.visit.passage_id, arm):
            self._hold()
        elif self.step is Step.HELD and self._arm_silent and arm is not None:
            await self.resume(arm)  # a power cut takes both, and the barrier may need longer to come back

    async def think(self) -> None:
        """Do what time alone makes due."""
        if self.step in LEAVES_BY and self._is_empty():
            await self._left(way_out(self.step, under_the_barrier=self._gate.commanded))
        elif self._asking.may_ask and self.step is Step.ASKING:
            await self._ask()
        elif self._asking.may_ask and self.step is Step.DECIDING:
            await self._decide()

    async def refetch(self) -> None:
        """Ask how the passage stands, after the feed was away."""
        if self._passage is not None and self.step in (Step.DECIDING, Step.TO_BAY):
            await self._fetch(self._passage.id)

    def stop(self) -> None:
        """Look no more."""
        self._looking.stop()

    # ---- asking and deciding

    async def _ask(self) -> None:
        """Ask for the passage; said twice for one visit, the hub answers the same."""
        self._face.show(phase=Phase.CHECKING)
        try:
            passage = await self._asking.open()
        except HubProblem as problem:
            await self._turn_away(problem)
            return
        if passage is None:
            return
        if passage.id != self.visit.passage_id:
            await self._parts.journal.named(self.visit.id, passage.id)
            self.visit = replace(self.visit, passage_id=passage.id)
        self._looking.opened(passage.id)
        self._enter(Step.DECIDING)
        self._face.show(phase=Phase.MATCHING, language=passage.language, reasons=())
        await self._take(passage)
        if self._resumed:
            # The repeated answer tells how the passage stood then; much may have happened since.
            await self._fetch(passage.id)

    async def _turn_away(self, problem: HubProblem) -> None:
        self._face.refuse_code(shown.problem_code(problem.code, problem.arguments))
        self.turned_away = True
        await self._left(DepartureWay.NONE)

    async def _take(self, passage: Snapshot) -> None:
        """Take over how the passage stands, unless something newer is known."""
        if self._passage is not None and passage.version < self._passage.version:
            return
        if self._passage is None or passage.version > self._passage.version:
            self._asking.no_pause()
        self._passage = passage
        if self.step is not Step.DECIDING:
            return
        self._face.show(
            plates=tuple(plate.display for plate in passage.plates),
            facts=shown.facts(passage, self._temperature(passage)),
        )
        if passage.state in UNDECIDED:
            await self._decide()
        elif passage.bay_id is not None:
            self._to_bay(passage, passage.bay_id)
        elif passage.state is PassageState.RELEASED:
            await self._release(passage)
        elif passage.state is PassageState.REFUSED:
            self._turn_back(passage)
        else:
            await self._left(DepartureWay.NONE)

    async def _decide(self) -> None:
        passage = self._passage
        if passage is None or not self._asking.may_ask:
            return
        waited = monotonic() - self._since
        decision = decision_on(passage, self._site().policy, self._temperature(passage), waited)
        match decision.outcome:
            case Outcome.WAIT:
                self._face.show(phase=Phase.MATCHING, reasons=shown.because(decision.reasons))
            case Outcome.RELEASE:
                await self._release(passage)
            case Outcome.REFER | Outcome.REFUSE:
                await self._send_away(passage, decision)

    def _temperature(self, passage: Snapshot) -> TemperatureBand | None:
        """Return what the hub has of it, which a run before this one may have measured; None: still awaited."""
        awaited = passage.temperature is TemperatureBand.UNKNOWN and not self._measured
        return None if awaited else passage.temperature

    async def _release(self, passage: Snapshot) -> None:
        try:
            grant = await self._asking.release(passage.id)
        except HubProblem as problem:
            await self._not_released(passage, problem)
            return
        if grant is not None:
            await self._parts.journal.granted(self.visit.id, grant.until)
            self.visit = replace(self.visit, stage=Stage.GRANTED, granted_until=grant.until)
            await self._pass()

    async def _not_released(self, passage: Snapshot, problem: HubProblem) -> None:
        log.info("the hub does not release %s: %s", passage.id, problem)
        decision = after_refusal(problem)
        self._asking.pause()
        if decision is None:
            await self._fetch(passage.id)
        elif decision.outcome in (Outcome.REFER, Outcome.REFUSE):
            await self._send_away(passage, decision)

    async def _send_away(self, passage: Snapshot, decision: Decision) -> None:
        self._why = decision.reasons
        try:
            sent = await self._asking.send_away(passage.id, decision)
        except HubProblem as problem:
            self._face.show(phase=Phase.ASSIST, reasons=shown.problem_code(problem.code, problem.arguments))
            self._asking.pause()
            await self._fetch(passage.id)
            return
        if sent is not None:
            await self._take(sent)

    async def _fetch(self, passage_id: str) -> None:
        try:
            passage = await self._asking.fetch(passage_id)
        except HubProblem as problem:
            log.warning("the hub does not tell how %s stands: %s", passage_id, problem)
            return
        if passage is not None:
            await self._take(passage)

    # ---- what follows

    async def _pass(self) -> None:
        self._enter(Step.PASSING)
        until = self.visit.granted_until
        if until is None or not await self._gate.open(self.visit.passage_id, until):
            self._hold()

    def _to_bay(self, passage: Snapshot, bay_id: str) -> None:
        self._enter(Step.TO_BAY)
        number = self._site().bays.get(bay_id, 0)
        reasons = shown.because(self._why or passage.reasons)
        self._face.show(phase=Phase.BAY, bay=LaneBay(id=bay_id, number=number), reasons=reasons)

    def _turn_back(self, passage: Snapshot) -> None:
        self._enter(Step.TURNING_BACK)
        self._face.show(phase=Phase.REFUSED, reasons=shown.because(self._why or passage.reasons))

    def _hold(self) -> None:
        """Nobody here knows whether the barrier opened for this vehicle: it is not opened again."""
        self._enter(Step.HELD)
        reasons = shown.problem_code(ProblemCode.BARRIER_UNKNOWN, {})
        self._face.show(phase=Phase.ASSIST, reasons=reasons, barrier=BarrierPosition.UNKNOWN)

    async def _left(self, way: DepartureWay) -> None:
        await self._parts.journal.left(self.visit.id, way, self._parts.now())
        if self.barrier_to_close or way is DepartureWay.BARRIER:
            await self._gate.close()
        self.left_by = way
        self._enter(Step.DONE)

    def _enter(self, step: Step) -> None:
        self.step, self._since = step, monotonic()
        if step is not Step.DECIDING:
            self._looking.stop()

    def _is_empty(self) -> bool:
        """Whether the loops have felt nothing for long enough, since this step began."""
        if self.step in WAS_THERE and not self._presence.came:
            return False
        return self._presence.quiet_for(self._since) >= self._parts.timing.empty_seconds
