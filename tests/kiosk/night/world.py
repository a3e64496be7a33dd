"""One lane through one night: what happens to it, and what must hold at every moment and at the end."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from core.passages import Outcome, PassageState, Verdict
from core.problems import ProblemCode
from kiosk.agent.devices.base import ArmPosition
from kiosk.agent.face import Face
from kiosk.agent.journal import Journal, Stage
from kiosk.agent.lane import Lane
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.outbox import Outbox
from kiosk.agent.parts import LaneParts
from kiosk.agent.protocol import Phase
from tests.kiosk.night.book import LANE, Book
from tests.kiosk.night.clock import CountedLoop
from tests.kiosk.night.devices import Mood, NightBarrier, NightDevices
from tests.kiosk.night.hub import NightHub, Way
from tests.kiosk.night.process import CODES, NightJournal, ring

ORDER = [stage.value for stage in Stage]
NOTICED_SECONDS = 1.0
"""What a loop felt for less than this the lane need not know yet."""
ENDS_WITHIN = 900
"""Seconds of good weather in which every visit has ended."""


class Broken(AssertionError):
    """A promise of the lane did not hold."""


@dataclass(frozen=True)
class Step:
    """One thing that happens: its name, and what it needs to know."""

    what: str
    value: Any = None


@dataclass
class Night:
    """The lane, its devices, its hub; a process of the agent that ends and begins again over one journal."""

    loop: CountedLoop
    folder: Path
    runs: int = 0
    commands: list[tuple[str, int]] = field(default_factory=list)
    """Passage and run of each command to open."""
    killed_at: Counter[str] = field(default_factory=Counter)
    """How often the process was ended at each stage of the journal."""
    bad_codes: int = 0
    """How many codes that are not ours were shown."""
    moved_for: set[str] = field(default_factory=set)
    """Passages for which the arm has risen."""

    def __post_init__(self) -> None:
        self.book = Book(self.loop.now, dict(CODES))
        self.hub = NightHub(self.book, self._point)
        self.devices = NightDevices(NightBarrier(self._told_to_open, self._told_to_close, self._point))
        self._kill_after: int | None = None
        self._dead_for = 0.0
        self._reborn: asyncio.Task[None] | None = None
        self._exit_since = float("inf")
        self._stages: dict[str, int] = {}
        self._lane: Lane | None = None
        self._task: asyncio.Task[None] | None = None
        self._journal: Journal | None = None
        self._look: sqlite3.Connection | None = None

    @property
    def path(self) -> Path:
        """The journal."""
        return self.folder / "journal.sqlite"

    # ---- the agent's process

    def begin(self) -> None:
        """Start the lane over its journal."""
        self.runs += 1
        self._journal = NightJournal(self.path, self._point)
        self._look = self._look or sqlite3.connect(self.path, isolation_level=None)
        hub = cast(LaneHub, self.hub)
        parts = LaneParts(
            lane_id=LANE,
            devices=self.devices.of_lane(),
            hub=hub,
            keys=ring(self.folder),
            journal=self._journal,
            face=Face(LANE, self.loop.now),
            outbox=Outbox(hub, self._journal, self.loop.now),
            now=self.loop.now,
        )
        self._lane = Lane(parts)
        self._task = asyncio.create_task(self._lane.run())

    def scan(self, text: str) -> None:
        """The page's camera sees a code."""
        assert self._lane is not None
        self._lane.scan(text)

    async def kill(self) -> None:
        """End it without a farewell, wherever it waits."""
        assert self._task is not None
        assert self._journal is not None
        self._alive()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._journal.close()

    def _point(self) -> None:
        """The lane waits here for hub, device or disk: where a kill was set for this place, the process ends."""
        if self._kill_after is None or self._reborn is not None:
            return
        self._kill_after -= 1
        if self._kill_after < 0:
            self._kill_after = None
            self._reborn = asyncio.create_task(self._again(self._dead_for))

    async def _again(self, dead_for: float) -> None:
        self._count_kill()
        await self.kill()
        await asyncio.sleep(dead_for)
        self.begin()
        self._reborn = None

    def _count_kill(self) -> None:
        self.killed_at[next((row[1] for row in self.rows() if row[1] != Stage.LEFT), "REST")] += 1

    def close(self) -> None:
        """Let go of the journal."""
        if self._look is not None:
            self._look.close()

    def _alive(self) -> None:
        if self._task is not None and self._task.done():
            raise Broken("the lane broke off") from self._task.exception()

    # ---- what must hold

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the journal as it is on disk."""
        assert self._look is not None
        columns = "id, stage, passage, release_key, granted_until, reported"
        return self._look.execute(f"SELECT {columns} FROM visits ORDER BY id").fetchall()

    def _told_to_open(self) -> None:
        open_visits = [row for row in self.rows() if row[1] != Stage.LEFT]
        if len(open_visits) != 1:
            raise Broken(f"opened with {len(open_visits)} visits in the lane")
        _, stage, passage, release_key, until, _ = open_visits[0]
        if stage != Stage.OPENING or release_key is None or until is None:
            raise Broken(f"opened at {stage}, before the journal said so")
        if self.loop.now().isoformat() >= until.replace("Z", "+00:00"):
            raise Broken("opened on a release that ran out")
        kept = self.book.passages[passage]
        if kept.snapshot.state is not PassageState.RELEASED or not kept.release_told:
            raise Broken(
                f"opened for a passage that is {kept.snapshot.state}: no release has reached the lane"
            )
        if (passage, self.runs) in self.commands:
            raise Broken("told to open twice in one run")
        told_before = passage in {told for told, _ in self.commands}
        if told_before and self.devices.barrier.arm is not ArmPosition.CLOSED:
            raise Broken("told to open once more, and the arm is not down")
        if self.devices.barrier.rises:
            if passage in self.moved_for:
                raise Broken("the arm rises twice on one release")
            self.moved_for.add(passage)
        self.commands.append((passage, self.runs))

    def _told_to_close(self) -> None:
        if self.loop.time() - self._exit_since > NOTICED_SECONDS:
            raise Broken("the arm comes down on a vehicle")

    def check(self) -> None:
        """Look at what must hold at every moment."""
        self._alive()
        for visit, stage, *_ in self.rows():
            place = ORDER.index(stage)
            if place < self._stages.get(visit, 0):
                raise Broken(f"the journal goes back to {stage}")
            self._stages[visit] = place
        if len(self.book.spent) != len(set(self.book.spent)):
            raise Broken("a voucher is spent twice")
        if self.book.reports.count(ProblemCode.CODE_NOT_OURS) > self.bad_codes:
            raise Broken("a refused code is told twice")

    # ---- what happens

    async def live(self, steps: Sequence[Step]) -> None:
        """Live through all of it, then through good weather; raise Broken where a promise did not hold."""
        self.begin()
        try:
            for step in steps:
                await self._do(step)
                await self._settled()
                self.check()
            self._kill_after = None
            await self._good_weather()
        finally:
            await self._settled()
            await self.kill()
            self.close()

    async def _settled(self) -> None:
        """Wait for a process that ends just now to begin again."""
        if self._reborn is not None:
            await self._reborn

    async def _do(self, step: Step) -> None:
        value = step.value
        match step.what:
            case "wait":
                await asyncio.sleep(value)
            case "scan":
                self.devices.scanner.shown.put_nowait(list(CODES)[value])
            case "bad":
                self.bad_codes += 1
                self.devices.scanner.shown.put_nowait(f"foreign {self.bad_codes}")
            case "loops":
                self._feel(*value)
            case "seen":
                self.book.seen(Verdict(value))
            case "officer":
                self.book.decided(Outcome(value))
            case "revoke":
                self.book.revoke(f"voucher-{value}")
            case "again":
                self.book.again(value)
            case "ways":
                self.hub.ways.extend(Way(way) for way in value)
            case "barrier":
                self.devices.barrier.mood = Mood(value)
            case "thermometer":
                self.devices.thermometer.silent = value
            case _:
                await self._do_long(step)

    async def _do_long(self, step: Step) -> None:
        match step.what:
            case "kill":
                turns, dead_for = step.value
                for _ in range(turns):
                    await asyncio.sleep(0)
                await self._settled()
                await self._again(dead_for)
            case "kill_after":
                self._kill_after, self._dead_for = step.value
            case "cut":
                self.hub.cut = True
                self.book.wake()
                await asyncio.sleep(step.value)
                self.hub.cut = False
            case "out" | "aside":
                out = step.what == "out"
                self._feel(False, out, not out)
                await asyncio.sleep(step.value)
                self._feel(False, False, False)

    def _feel(self, approach: bool, behind: bool, side: bool) -> None:
        before = self.devices.loops.state.exit
        if behind != before:
            self._exit_since = self.loop.time() if behind else float("inf")
        self.devices.loops.feel(approach=approach, exit=behind, side=side)

    async def _good_weather(self) -> None:
        """Nothing fails any more, and whoever stands in the lane drives on: every visit comes to its end."""
        self.hub.cut, self.hub.ways = False, []
        self.devices.barrier.mood, self.devices.thermometer.silent = Mood.GOOD, False
        self._feel(True, False, False)
        await asyncio.sleep(40)
        await self._do(Step("out", 2.0))
        ends = self.loop.time() + ENDS_WITHIN
        while not self._at_rest():
            await asyncio.sleep(5)
            self.check()
            if self.loop.time() > ends:
                raise Broken(f"not at rest: {self.rows()}, {self._lane and self._lane.face.view()}")

    def _at_rest(self) -> bool:
        assert self._lane is not None
        told = all(stage == Stage.LEFT and reported for _, stage, _, _, _, reported in self.rows())
        in_lane = any(kept.in_lane for kept in self.book.passages.values())
        rests = self._lane.face.shown.phase is Phase.REST
        reported = self._look is not None and not self._look.execute("SELECT key FROM reports").fetchall()
        return told and reported and not in_lane and rests and self.devices.barrier.arm is ArmPosition.CLOSED
