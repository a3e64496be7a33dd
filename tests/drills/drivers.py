"""Drivers of a drill: each shows his code, again where the lane has forgotten it, and drives where he is sent."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from core.hub import HubBroken, HubProblem, HubUnreachable
from simulator.devices.arm import ArmState
from simulator.devices.display import Face
from simulator.devices.lane import Lane
from simulator.devices.lines import NobodyListens
from simulator.devices.pace import Pace
from simulator.devices.visit import Visit, Way
from tests.bench.people import Declared, People
from tests.drills.gates import WitnessedArm
from tests.drills.schedule import Phase

PACE = Pace(arm=0.3, setting_off=0.2, over_loop=0.3, looking=0.15, reading_refusal_guided=2.0, patience=180.0)
"""Vehicles drive off quickly; one for which nothing happens in three minutes gives up, and the drill fails."""
LOOK_SECONDS = 0.05
AGAIN_SECONDS = 1.5
"""A lane that rests for so long after a code was shown has not seen it, or has forgotten it."""
READY_SECONDS = 180.0
OFFICER_SECONDS = 3.0
"""Until an officer comes to a lane that asks for one."""

Reached = Callable[[str, Phase], bool]
"""Called in the moment a trip's passage comes to a phase; whether somebody was killed then."""


class Outcome(StrEnum):
    """How a vehicle left its lane."""

    PASSED = "passed"
    BAY = "sent to a bay"
    REFUSED = "refused"
    OFFICER = "taken back by an officer"
    GAVE_UP = "gave up"


@dataclass(frozen=True)
class Stay:
    """One vehicle's stay, as its driver and the devices saw it."""

    trip_id: str
    lane_id: str
    outcome: Outcome
    reasons: tuple[str, ...]
    seconds: float | None
    """From its stop at the line until the arm was told to open, None where it never was."""
    shown: int
    """How often the code was shown."""
    in_lane: float = 0.0
    """Seconds from its stop at the line until it was out of the lane."""


class DrivenLane:
    """One lane and who stands in it."""

    def __init__(self, lane: Lane, people: People, reached: Reached) -> None:
        self.id = lane.id
        self._lane = lane
        self._people = people
        self._reached = reached
        self._declared: Declared | None = None
        self.arm = lane.arm = WitnessedArm(lane, lambda: self._declared.trip_id if self._declared else None)

    async def stay(self, declared: Declared) -> Stay:
        """Bring the vehicle once the lane rests, and return when it has left. Raises TimeoutError."""
        await self._ready()
        self._declared = declared
        self.arm.commanded.clear()
        self.arm.on_command = lambda: self._on_command(declared.trip_id)
        visit = await self._lane.arrive(declared.plan.real, guided=True)
        phases = asyncio.create_task(self._phases(visit, declared.trip_id))
        officer = asyncio.create_task(self._officer(visit))
        began = time.monotonic()
        commanded = asyncio.create_task(self._timed(began))
        try:
            shown = await self._show(visit, declared)
            await visit.left.wait()
            stay = self._told(visit, declared, shown, commanded)
            return replace(stay, in_lane=time.monotonic() - began)
        finally:
            self._declared = None
            for task in (phases, officer, commanded):
                task.cancel()
            self._reached(declared.trip_id, Phase.LEFT)

    async def _ready(self) -> None:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                if await self._rests():
                    return
                await asyncio.sleep(LOOK_SECONDS)

    async def _rests(self) -> bool:
        if self._lane.taken or self.arm.state is not ArmState.CLOSED or not self._lane.scanner.listeners:
            return False
        face = await self._lane.display.look(self.id)
        return face is not None and face.phase == "REST"

    def _on_command(self, trip_id: str) -> bool:
        if self._reached(trip_id, Phase.UNHEARD):
            return False
        self._reached(trip_id, Phase.COMMANDED)
        return True

    async def _timed(self, began: float) -> float:
        await self.arm.commanded.wait()
        return time.monotonic() - began

    async def _phases(self, visit: Visit, trip_id: str) -> None:
        await _until(lambda: self.arm.state is ArmState.OPEN or visit.way is not None)
        if self.arm.state is ArmState.OPEN:
            self._reached(trip_id, Phase.OPEN)
        await _until(lambda: visit.way is not None)
        if visit.way is Way.BARRIER:
            self._reached(trip_id, Phase.LEAVING)

    async def _show(self, visit: Visit, declared: Declared) -> int:
        """Hold the code before the scanner until something follows from it."""
        shown, shown_at = 0, float("-inf")
        while visit.way is None:
            face = await self._lane.display.look(self.id)
            invites = face is not None and face.phase == "REST" and not self.arm.commanded.is_set()
            waited = time.monotonic() - shown_at >= AGAIN_SECONDS
            if invites and waited and await self._shown(declared):
                shown, shown_at = shown + 1, time.monotonic()
                self._reached(declared.trip_id, Phase.SCANNED)
            await asyncio.sleep(LOOK_SECONDS)
        return shown

    async def _shown(self, declared: Declared) -> bool:
        try:
            await self._lane.show(declared.phone.code(datetime.now(UTC)))
        except NobodyListens:
            return False
        return True

    async def _officer(self, visit: Visit) -> None:
        """A lane that does not know about its barrier asks for an officer: he sends the vehicle back."""
        while True:
            await visit.until(_asks_for_officer)
            await asyncio.sleep(OFFICER_SECONDS)
            if visit.way is not None:
                return
            if visit.face is not None and _asks_for_officer(visit.face):
                await self._lane.leave(Way.BACK)

    def _told(self, visit: Visit, declared: Declared, shown: int, commanded: "asyncio.Task[float]") -> Stay:
        reasons = visit.face.reasons if visit.face is not None else ()
        seconds = commanded.result() if commanded.done() else None
        return Stay(declared.trip_id, self.id, _outcome(visit), reasons, seconds, shown)


async def bays_emptied(people: People) -> None:
    """Have the officer empty the bays, through all outages. Raises TimeoutError."""
    async with asyncio.timeout(READY_SECONDS):
        while True:
            try:
                await people.empty_bays("Drilled")
            except (HubUnreachable, HubBroken, HubProblem):
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return


async def _until(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(LOOK_SECONDS / 5)


def _asks_for_officer(face: Face) -> bool:
    return face.phase == "ASSIST" and "BARRIER_UNKNOWN" in face.reasons


def _outcome(visit: Visit) -> Outcome:
    phase = visit.face.phase if visit.face is not None else None
    if visit.way is Way.BARRIER:
        return Outcome.PASSED
    if visit.way is Way.BACK:
        return Outcome.OFFICER
    return {"BAY": Outcome.BAY, "REFUSED": Outcome.REFUSED}.get(phase or "", Outcome.GAVE_UP)
