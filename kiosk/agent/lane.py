"""The controller of one lane: takes what scanner, page, loops and hub say, one thing at a time."""

import asyncio
import logging
from collections import deque

from ulid import ULID

from core.hub import HubBroken, HubProblem, HubUnreachable
from core.problems import Refusal
from core.words import Language
from kiosk.agent import face as shown
from kiosk.agent.allowance import Allowance
from kiosk.agent.checking import accepted, need_unended
from kiosk.agent.devices.base import ArmPosition, DeviceFault, DeviceSilent, DeviceStatus, LoopState
from kiosk.agent.happenings import ArmAt, Felt, Happening, Scanned
from kiosk.agent.journal import DepartureWay, Stage, Visit
from kiosk.agent.lane_hub import KEY_REVOKED, READY, RESYNC, Fed
from kiosk.agent.looking import Measured
from kiosk.agent.parts import LaneParts, monotonic
from kiosk.agent.passage import LaneSite
from kiosk.agent.passing import Passing
from kiosk.agent.presence import felt_now
from kiosk.agent.protocol import FactStatus, HubState, Phase
from kiosk.agent.shutting import Shutting
from kiosk.agent.steps import LEAVES_BY, Step

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
ARM_SECONDS, MOVING_ARM_SECONDS = 2.0, 0.1
"""Between two looks at the barrier: at rest, and while it moves."""
SITE_SECONDS = 30.0
SETTLE_SECONDS = 3.0
MOST_HAPPENINGS = 256
MOST_CODES = 20
"""Texts that wait to be verified, a few milliseconds each: more than anybody shows while the lane is at something."""


class Lane:
    """One lane. `run` never ends; what it must not forget is in the journal, so it may be ended at any moment."""

    def __init__(self, parts: LaneParts) -> None:
        self.lane_id = parts.lane_id
        self.face = parts.face
        self._parts = parts
        self._inbox: asyncio.Queue[Happening] = asyncio.Queue(MOST_HAPPENINGS)
        self._codes: deque[str] = deque(maxlen=MOST_CODES)
        self._allowed = Allowance(parts.timing.codes_a_second)
        self._site: LaneSite | None = None
        self._loops: LoopState | None = None
        self._passing: Passing | None = None
        self._shutting = Shutting(parts)
        self._refused_text = ""
        self._refused_at = float("-inf")
        self._settle_at = 0.0
        self._feed_came = asyncio.Event()
        self._arm_moves = asyncio.Event()

    def scan(self, text: str) -> None:
        """Take a code's text. A few wait at most, of a flood the newest: a good code is shown behind bad ones."""
        if text not in self._codes:
            self._codes.append(text)
        if self._inbox.empty():
            self._inbox.put_nowait(Scanned())

    def speak(self, language: Language) -> None:
        """Speak the language the driver touched, until the lane rests again."""
        self.face.show(language=language)

    async def run(self) -> None:
        """Run the lane for ever; first what the journal left unfinished."""
        try:
            await self._restart()
            async with asyncio.TaskGroup() as tasks:
                for work in (self._scans, self._feels, self._arm, self._feeds, self._sites):
                    tasks.create_task(work())
                tasks.create_task(self._parts.outbox.run())
                tasks.create_task(self._live())
        finally:
            if self._passing is not None:
                self._passing.stop()

    async def _restart(self) -> None:
        visit = await self._parts.journal.unfinished(self.lane_id)
        if visit is None:
            return
        self._loops = await felt_now(self._parts.devices.loops, self._parts.timing.loops_seconds)
        self._passing = self._passing_of(visit)
        await self._passing.resume(await self._arm_now())

    # ---- what is heard

    async def _scans(self) -> None:
        async for text in self._parts.devices.scanner.codes():
            self.scan(text)

    async def _feels(self) -> None:
        async for loops in self._parts.devices.loops.states():
            await self._inbox.put(Felt(loops, monotonic()))

    async def _arm(self) -> None:
        while True:
            asked_at = monotonic()
            await self._inbox.put(ArmAt(await self._arm_now(), asked_at))
            try:
                async with asyncio.timeout(ARM_SECONDS):
                    await self._arm_moves.wait()
            except TimeoutError:
                continue
            self._arm_moves.clear()
            await asyncio.sleep(MOVING_ARM_SECONDS)

    async def _arm_now(self) -> ArmPosition | None:
        try:
            return await self._parts.devices.barrier.position()
        except (DeviceSilent, DeviceFault) as error:
            log.info("%s", error)
            return None

    async def _feeds(self) -> None:
        async for fed in self._parts.hub.feed(self._linked):
            if fed.kind in (READY, RESYNC):
                self._feed_came.set()
            if fed.kind in (READY, RESYNC, KEY_REVOKED):
                self._parts.look_again()
            await self._inbox.put(fed)

    def _linked(self, heard: bool) -> None:
        self.face.show(hub=HubState.ONLINE if heard else HubState.OFFLINE)

    async def _sites(self) -> None:
        """Bring the lane's policy: when the feed comes (back), and from time to time."""
        while True:
            self._feed_came.clear()
            try:
                await self._inbox.put(await self._parts.hub.site())
            except (HubUnreachable, HubProblem, HubBroken) as error:
                log.warning("the lane's policy is not known: %s", error)
            try:
                async with asyncio.timeout(SITE_SECONDS if self._site else SETTLE_SECONDS):
                    await self._feed_came.wait()
            except TimeoutError:
                continue

    # ---- one thing at a time

    async def _live(self) -> None:
        while True:
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    happening = await self._inbox.get()
            except TimeoutError:
                pass
            else:
                await self._happened(happening)
            while self._codes and self._allowed.take():
                await self._on_code(self._codes.pop())  # the newest: a good code is shown behind a flood
            await self._think()

    async def _happened(self, happening: Happening) -> None:
        match happening:
            case Scanned():
                return
            case Felt(loops, at):
                await self._on_loops(loops, at)
            case ArmAt(arm, asked_at):
                self._shutting.arm_at(arm, asked_at)
                await self._on_arm(arm)
            case Fed():
                await self._on_feed(happening)
            case Measured():
                if self._passing is not None:
                    await self._passing.measured(happening)
            case LaneSite():
                self._site = happening
                self.face.lane_name = happening.name
                self.face.takes_paper = happening.policy.accepts_print

    async def _on_loops(self, loops: LoopState, at: float) -> None:
        before, self._loops = self._loops, loops
        if self._passing is not None:
            await self._passing.felt(before, loops, at)
        elif self.face.shown.phase is Phase.REFUSED and before and before.approach and not loops.approach:
            self.face.rest()

    async def _on_arm(self, arm: ArmPosition | None) -> None:
        if self._passing is not None:
            await self._passing.arm_at(arm)
        if self._passing is None or not self._passing.gate_moves:
            self.face.show(barrier=shown.ARMS[arm])

    async def _on_feed(self, fed: Fed) -> None:
        if self._passing is None or self._site is None:
            return
        if fed.kind in (READY, RESYNC):
            await self._passing.refetch()
        else:
            await self._passing.fed(fed)

    async def _think(self) -> None:
        self.face.show(devices=shown.devices(self._parts.devices.health()))
        if self._passing is not None:
            if self._site is not None or self._passing.step not in (Step.ASKING, Step.DECIDING):
                await self._passing.think()
            if self._passing.gate_moves:
                self._arm_moves.set()
            await self._finish()
        else:
            await self._rest()
        if self._passing is None or LEAVES_BY.get(self._passing.step) is not DepartureWay.BARRIER:
            await self._shutting.think(self._loops)
        if self._shutting.is_fresh:
            self._arm_moves.set()

    async def _finish(self) -> None:
        if self._passing is None or self._passing.step is not Step.DONE:
            return
        done, self._passing, self._settle_at = self._passing, None, 0.0
        if done.barrier_to_close:
            self._shutting.owe()
        if done.turned_away:
            self._refused_at = monotonic()
        else:
            self.face.rest()

    async def _rest(self) -> None:
        """Between two vehicles: report what is unreported, and show whether the lane can serve."""
        if monotonic() >= self._settle_at:
            self._settle_at = monotonic() + SETTLE_SECONDS
            try:
                await self._parts.settle()
            except (HubUnreachable, HubBroken) as error:
                log.warning("departures are not reported yet: %s", error)
        shown_for = monotonic() - self._refused_at
        if self.face.shown.phase is Phase.REFUSED and shown_for < self._parts.timing.refused_seconds:
            return
        phase = self._resting_phase()
        if self.face.shown.phase is not phase:
            self.face.rest()
            self.face.show(phase=phase)

    def _resting_phase(self) -> Phase:
        devices = self._parts.devices
        if self._site is None or not self._site.open:
            return Phase.CLOSED
        able = all(device.health.status is DeviceStatus.OK for device in (devices.barrier, devices.loops))
        return Phase.REST if able and not self._shutting.fails else Phase.FAULT

    # ---- a code

    async def _on_code(self, text: str) -> None:
        if self._passing is not None or self._site is None:
            return
        if self.face.shown.phase not in (Phase.REST, Phase.REFUSED):
            return
        if (
            text == self._refused_text
            and monotonic() - self._refused_at < self._parts.timing.same_code_seconds
        ):
            return
        self._refused_text = text
        self.face.show(
            phase=Phase.CHECKING, plates=(), reasons=(), facts=(shown.code_fact(FactStatus.WAITING),)
        )
        try:
            claims = await accepted(text, self._site, self._parts.keys, self._parts.now())
            need_unended(claims, self._parts.ended, hub_away=self.face.shown.hub is HubState.OFFLINE)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        plates = tuple(plate.display() for plate in claims.plates)
        self.face.show(language=claims.language, plates=plates, facts=(shown.code_fact(FactStatus.GOOD),))
        name = str(ULID())
        self._passing = self._passing_of(
            Visit(name, self.lane_id, Stage.ASKED, name, text, self._parts.now())
        )
        await self._passing.begin()

    def _refuse(self, refusal: Refusal) -> None:
        """Say why, and tell the hub; a code that is not genuine names no voucher."""
        self._refused_at = monotonic()
        self.face.refuse_code(shown.problem(refusal))
        self._parts.outbox.refused(refusal.code)

    def _passing_of(self, visit: Visit) -> Passing:
        passing = Passing(visit, self._parts, self._known_site, self._measured)
        if self._loops is not None:
            passing.feel_first(self._loops)
        return passing

    def _known_site(self) -> LaneSite:
        if self._site is None:
            raise RuntimeError("a lane asks and decides only once its policy is known")
        return self._site

    async def _measured(self, measured: Measured) -> None:
        await self._inbox.put(measured)
