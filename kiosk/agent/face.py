"""The lane's face: what it shows now, and who hears of each change."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.passages import Reason, SubjectFact, SubjectKind, TemperatureBand, Verdict
from core.problems import Refusal
from core.states import ClearanceState
from core.words import Language
from kiosk.agent.devices.base import ArmPosition, Health
from kiosk.agent.passage import Snapshot
from kiosk.agent.protocol import (
    BarrierPosition,
    FactName,
    FactStatus,
    HubState,
    LaneBay,
    LaneDevice,
    LaneFact,
    LaneReason,
    LaneView,
    Phase,
    ReasonSource,
)

REST_LANGUAGE = Language.ZH_HANS
"""What the rest screen speaks until a code or a touch says otherwise."""

VERDICTS = {
    Verdict.MATCH: FactStatus.GOOD,
    Verdict.UNSURE: FactStatus.UNSURE,
    Verdict.MISMATCH: FactStatus.BAD,
}
BANDS = {
    TemperatureBand.NORMAL: FactStatus.GOOD,
    TemperatureBand.ELEVATED: FactStatus.GOOD,
    TemperatureBand.HIGH: FactStatus.BAD,
    TemperatureBand.UNKNOWN: FactStatus.UNSURE,
}
CLEARANCES = {
    ClearanceState.CLEAR: FactStatus.GOOD,
    ClearanceState.SILENT: FactStatus.GOOD,
    ClearanceState.PENDING: FactStatus.WAITING,
    ClearanceState.HOLD: FactStatus.BAD,
}

ARMS = {
    None: BarrierPosition.UNKNOWN,
    ArmPosition.CLOSED: BarrierPosition.CLOSED,
    ArmPosition.CLOSING: BarrierPosition.CLOSED,
    ArmPosition.OPENING: BarrierPosition.OPENING,
    ArmPosition.OPEN: BarrierPosition.OPENED,
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the face shows, without what is the same for the whole lane."""

    phase: Phase = Phase.CLOSED
    language: Language = REST_LANGUAGE
    plates: tuple[str, ...] = ()
    facts: tuple[LaneFact, ...] = ()
    reasons: tuple[LaneReason, ...] = ()
    bay: LaneBay | None = None
    barrier: BarrierPosition = BarrierPosition.UNKNOWN
    hub: HubState = HubState.OFFLINE
    devices: tuple[LaneDevice, ...] = ()


class Face:
    """One lane's face. Watchers get the newest state only: a slow page skips what is already past."""

    def __init__(self, lane_id: str, now: Callable[[], datetime]) -> None:
        self.lane_id = lane_id
        self.lane_name = lane_id
        self.takes_paper = False
        self._now = now
        self._shown = Shown()
        self._since = now()
        self._sequence = 0
        self._watchers: set[asyncio.Event] = set()

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return self._shown

    def show(self, **changes: object) -> None:
        """Change some of what is shown; `since` starts again with each new phase."""
        shown = replace(self._shown, **changes)  # type: ignore[arg-type]
        if shown == self._shown:
            return
        if shown.phase is not self._shown.phase:
            self._since = self._now()
        self._shown = shown
        self._sequence += 1
        for watcher in self._watchers:
            watcher.set()

    def tell_again(self) -> None:
        """Send the present state to all watchers once more."""
        for watcher in self._watchers:
            watcher.set()

    def rest(self) -> None:
        """Show the rest screen: nothing of the last vehicle stays."""
        self.show(phase=Phase.REST, language=REST_LANGUAGE, plates=(), facts=(), reasons=(), bay=None)

    def refuse_code(self, reasons: tuple[LaneReason, ...]) -> None:
        """Show why a code was not accepted; nothing else of it is known."""
        refused = (code_fact(FactStatus.BAD),)
        self.show(phase=Phase.REFUSED, plates=(), facts=refused, reasons=reasons, bay=None)

    def view(self) -> LaneView:
        """Return all that is shown, as the page gets it."""
        shown = self._shown
        return LaneView(
            lane_id=self.lane_id,
            lane_name=self.lane_name,
            takes_paper=self.takes_paper,
            phase=shown.phase,
            language=shown.language,
            plates=shown.plates,
            facts=shown.facts,
            reasons=shown.reasons,
            bay=shown.bay,
            barrier=shown.barrier,
            hub=shown.hub,
            devices=shown.devices,
            since=self._since,
            server_time=self._now(),
            sequence=self._sequence,
        )

    async def changes(self) -> AsyncGenerator[LaneView, None]:
        """Yield the present view and then each newer one, for ever."""
        changed = asyncio.Event()
        changed.set()
        self._watchers.add(changed)
        try:
            while True:
                await changed.wait()
                changed.clear()
                yield self.view()
        finally:
            self._watchers.discard(changed)


def devices(health: Iterable[Health]) -> tuple[LaneDevice, ...]:
    """Return how the devices stand."""
    return tuple(LaneDevice(name=device.name, status=device.status) for device in health)


def problem(refusal: Refusal) -> tuple[LaneReason, ...]:
    """Return a refusal as the face's reason."""
    return problem_code(refusal.code.value, refusal.args)


def problem_code(code: str, args: dict[str, str]) -> tuple[LaneReason, ...]:
    """Return a problem of the hub as the face's reason."""
    return (LaneReason(code=code, args=args, source=ReasonSource.PROBLEM),)


def because(reasons: Iterable[Reason]) -> tuple[LaneReason, ...]:
    """Return the reasons of a decision for the face."""
    return tuple(
        LaneReason(code=reason.code.value, args=dict(reason.args), source=ReasonSource.REASON)
        for reason in reasons
    )


def code_fact(status: FactStatus) -> LaneFact:
    """Return the fact about the code itself."""
    return LaneFact(name=FactName.CODE, subject="", status=status)


def facts(passage: Snapshot, temperature: TemperatureBand | None) -> tuple[LaneFact, ...]:
    """Return all facts of a passage, those still awaited too."""
    seen = {(fact.subject, fact.declared): fact for fact in passage.subjects}
    plates = [
        _subject(FactName.PLATE, plate.display, seen.get((SubjectKind.PLATE, plate.text)))
        for plate in passage.plates
    ]
    containers = [
        _subject(FactName.CONTAINER, number, seen.get((SubjectKind.CONTAINER, number)))
        for number in passage.containers
    ]
    warmth = LaneFact(
        name=FactName.TEMPERATURE,
        subject="",
        status=BANDS[temperature] if temperature else FactStatus.WAITING,
        detail=temperature.value if temperature else "",
    )
    agencies = [
        LaneFact(
            name=FactName.CLEARANCE,
            subject=clearance.agency.value,
            status=CLEARANCES[clearance.state],
            detail=clearance.hold.value if clearance.hold else clearance.state.value,
        )
        for clearance in passage.clearances
    ]
    return (code_fact(FactStatus.GOOD), *plates, *containers, warmth, *agencies)


def _subject(name: FactName, shown: str, fact: SubjectFact | None) -> LaneFact:
    status = VERDICTS[fact.verdict] if fact else FactStatus.WAITING
    return LaneFact(name=name, subject=shown, status=status, detail=(fact.read or "") if fact else "")
