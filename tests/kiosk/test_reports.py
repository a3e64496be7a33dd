"""What the lane has to tell the hub is on disk until it is told, is told once, and stays little whatever comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.settings import Settings
from core.hub import HubBroken, HubProblem, HubUnreachable
from core.problems import ProblemCode
from kiosk.agent.journal import Journal
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.outbox import Outbox
from kiosk.agent.protocol import BarrierPosition, Phase
from kiosk.agent.reports import Refused, Reports
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.steps import Port
from tests.kiosk.lane import LANE, RunningLane, running
from tests.kiosk.proxy import line_to
from tests.kiosk.rig import Rig, until

STALE, FORGED = ProblemCode.LIVE_STALE, ProblemCode.CODE_FORGED


@dataclass
class Ear:
    """A hub that hears reports, or fails at them."""

    lane_id: str = LANE
    heard: list[tuple[str, str, int]] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    """What the next reports are answered by, after they were heard."""

    async def report_refusal(self, key: str, code: ProblemCode, refused: Refused) -> None:
        """Hear of refused codes."""
        self._hear(key, code.value, refused.count)

    async def report_barrier(self, passage_id: str, key: str, state: BarrierPosition, _at: object) -> None:
        """Hear of the barrier."""
        self._hear(key, f"{passage_id} {state.value}", 1)

    def _hear(self, key: str, said: str, count: int) -> None:
        self.heard.append((key, said, count))
        if self.fails:
            raise self.fails.pop(0)

    @property
    def told(self) -> list[tuple[str, int]]:
        """What was heard, without the keys."""
        return [(said, count) for _, said, count in self.heard]


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """A journal that outlives the outboxes on it."""
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    await journal.close()


@asynccontextmanager
async def sending(
    ear: Ear, journal: Journal, clock: FixedClock, *, every: float = 60.0
) -> AsyncIterator[Outbox]:
    """Run an outbox; at the end it is killed."""
    outbox = Outbox(cast(LaneHub, ear), journal, clock.now, retry_seconds=0.01, summary_seconds=every)
    run = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        run.cancel()
        await asyncio.wait({run})


async def waits(journal: Journal) -> list[tuple[str, int]]:
    """Return what is not told yet."""
    return [(report.said, report.refused.count) for report in await Reports(journal, LANE).waiting()]


async def counted(journal: Journal, expected: list[tuple[str, int]]) -> None:
    """Wait until just these reports wait on disk."""
    async with asyncio.timeout(20):
        while True:
            if await waits(journal) == expected:
                return
            await asyncio.sleep(0.01)


async def test_the_first_code_of_a_run_is_told_at_once_and_ten_thousand_more_wait_as_one_report(
    journal: Journal, clock: FixedClock
) -> None:
    ear = Ear()
    async with sending(ear, journal, clock) as outbox:
        outbox.refused(STALE)
        await until(lambda: ear.told == [("LIVE_STALE", 1)])
        for _ in range(100):
            for _ in range(100):
                outbox.refused(STALE)
            await asyncio.sleep(0)
        outbox.refused(FORGED)
        await until(lambda: ear.told[1:] == [("CODE_FORGED", 1)])
        await counted(journal, [("LIVE_STALE", 10_000)])


async def test_those_after_the_first_are_told_as_one_when_the_minute_is_over(
    journal: Journal, clock: FixedClock
) -> None:
    ear = Ear()
    async with sending(ear, journal, clock, every=0.2) as outbox:
        outbox.refused(STALE)
        await until(lambda: len(ear.heard) == 1)
        for _ in range(7):
            outbox.refused(STALE)
        await until(lambda: len(ear.heard) == 2)
    assert ear.told == [("LIVE_STALE", 1), ("LIVE_STALE", 7)]


async def test_what_an_absent_hub_was_not_told_is_told_once_after_a_restart(
    journal: Journal, clock: FixedClock
) -> None:
    away = Ear(fails=[HubUnreachable("no line")] * 1000)
    async with sending(away, journal, clock) as outbox:
        outbox.refused(STALE)
        await until(lambda: len(away.heard) > 1)
        for _ in range(50):
            outbox.refused(STALE)
        await counted(journal, [("LIVE_STALE", 1), ("LIVE_STALE", 50)])
        await outbox.barrier("01KPASSAGE", BarrierPosition.OPENED)
        await counted(journal, [("LIVE_STALE", 1), ("LIVE_STALE", 50), ("OPENED", 1)])
    sent_first = away.heard[0]

    back = Ear()
    async with sending(back, journal, clock, every=0.01):
        await counted(journal, [])
    assert back.heard[0] == sent_first
    assert sorted(back.told) == [("01KPASSAGE OPENED", 1), ("LIVE_STALE", 1), ("LIVE_STALE", 50)]
    assert len({key for key, _, _ in back.heard}) == 3


async def test_a_report_whose_answer_was_lost_is_sent_again_just_as_it_was(
    journal: Journal, clock: FixedClock
) -> None:
    lost = Ear(fails=[HubUnreachable("no answer")] * 1000)
    async with sending(lost, journal, clock) as outbox:
        outbox.refused(STALE)
        await until(lambda: len(lost.heard) > 0)
        outbox.refused(STALE)
        await counted(journal, [("LIVE_STALE", 1), ("LIVE_STALE", 1)])
    again = Ear()
    async with sending(again, journal, clock):
        await until(lambda: len(again.heard) > 0)
    assert set(lost.heard) == {again.heard[0]}


async def test_a_report_that_the_hub_cannot_take_now_is_sent_again_and_one_it_refuses_is_not(
    journal: Journal, clock: FixedClock
) -> None:
    ear = Ear(fails=[_problem("RATE_LIMITED"), _problem("BUSY"), _problem("NOT_FOUND")])
    async with sending(ear, journal, clock) as outbox:
        await outbox.barrier("01KPASSAGE", BarrierPosition.OPENING)
        await outbox.barrier("01KPASSAGE", BarrierPosition.OPENED)
        await until(lambda: len(ear.heard) == 4)
        await counted(journal, [])
    assert ear.told == [("01KPASSAGE OPENING", 1)] * 3 + [("01KPASSAGE OPENED", 1)]


async def test_a_report_at_which_the_hub_itself_fails_is_given_up_after_three_times(
    journal: Journal, clock: FixedClock
) -> None:
    ear = Ear(fails=[HubBroken("a defect")] * 3)
    async with sending(ear, journal, clock) as outbox:
        outbox.refused(STALE)
        await until(lambda: len(ear.heard) == 3)
        outbox.refused(FORGED)
        await until(lambda: len(ear.heard) == 4)
    assert ear.told == [("LIVE_STALE", 1)] * 3 + [("CODE_FORGED", 1)]


async def test_a_lane_does_not_tell_what_another_lane_refused(journal: Journal, clock: FixedClock) -> None:
    other = Ear(lane_id="liantang-2", fails=[HubUnreachable("no line")] * 1000)
    async with sending(other, journal, clock) as outbox:
        outbox.refused(STALE)
        await until(lambda: len(other.heard) > 0)
    assert await waits(journal) == []


def _problem(code: str) -> HubProblem:
    return HubProblem(code, "", (), {})


async def told_refusals(api: Services) -> list[tuple[str, int]]:
    """Return what the lane's log says of refused codes: why, and how many."""
    rows = await api.database.collection("events").find({"kind": "scan.refused"}).sort("seq", 1).to_list(None)
    return [(row["facts"]["code"], row["facts"].get("count", 1)) for row in rows]


async def test_codes_refused_without_a_hub_reach_its_log_once_though_the_agent_was_killed_meanwhile(
    port: Port,
    api: Services,
    settings: Settings,
    settings_and_rig: tuple[AgentSettings, Rig],
    clock: FixedClock,
) -> None:
    async with line_to(settings.port) as line:
        by_line = settings_and_rig[0].model_copy(update={"hub_url": line.url})
        async with running(by_line, settings_and_rig[1], clock) as lane:
            await lane.shows(Phase.REST)
            line.loses_answers_to = b"mutation ReportRefusal"
            await _refused(lane, "one")
            await _in_the_log(api, 1)
            line.cut()
            for number in range(20):
                await _refused(lane, f"foreign {number}")
        line.mend()
        async with running(by_line, settings_and_rig[1], clock) as lane:
            await lane.events(port, last="scan.refused")
            await _in_the_log(api, 2)
    assert await told_refusals(api) == [("CODE_NOT_OURS", 1), ("CODE_NOT_OURS", 20)]


async def _refused(lane: RunningLane, text: str) -> None:
    lane.scan(text)
    await lane.refuses(text)


async def _in_the_log(api: Services, count: int) -> None:
    async with asyncio.timeout(20):
        while True:
            if len(await told_refusals(api)) >= count:
                return
            await asyncio.sleep(0.02)
