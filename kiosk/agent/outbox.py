"""Reports to the hub that nothing waits for: on disk first, sent in order, again and again while the hub is away."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from core.hub import HubBroken, HubProblem, HubUnreachable
from core.problems import ProblemCode
from kiosk.agent.journal import Journal
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.not_now import NOT_NOW
from kiosk.agent.protocol import BarrierPosition
from kiosk.agent.reports import Refused, Report, ReportKind, Reports

log = logging.getLogger(__name__)

RETRY_SECONDS = 3.0
SUMMARY_SECONDS = 60.0
"""The first code of a run is told at once; those refused for the same reason after it are told as one in this time."""
MOST_FAILURES = 3
"""A report at which the hub itself fails so often is given up, so that the others get through."""


class Outbox:
    """One lane's reports. However many codes are refused, what waits is one report a reason, and one being sent."""

    def __init__(
        self,
        hub: LaneHub,
        journal: Journal,
        now: Callable[[], datetime],
        *,
        retry_seconds: float = RETRY_SECONDS,
        summary_seconds: float = SUMMARY_SECONDS,
    ) -> None:
        self._hub = hub
        self._now = now
        self._reports = Reports(journal, hub.lane_id)
        self._retry_seconds = retry_seconds
        self._summary_seconds = summary_seconds
        self._refused: dict[ProblemCode, Refused] = {}
        self._came, self._written = asyncio.Event(), asyncio.Event()
        self._told_at: dict[str, float] = {}

    def refused(self, code: ProblemCode) -> None:
        """Count a code that the lane refused by itself. It is on disk a moment later: no code waits for that."""
        now = self._now()
        known = self._refused.get(code, Refused(0, now, now))
        self._refused[code] = Refused(known.count + 1, known.at, now)
        self._came.set()

    async def barrier(self, passage_id: str, state: BarrierPosition) -> None:
        """Keep what the barrier does in a passage."""
        await self._reports.add_barrier(passage_id, state.value, self._now())
        self._written.set()

    async def run(self) -> None:
        """Write and send for ever; first what the run before left."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write())
            tasks.create_task(self._tell())

    async def _write(self) -> None:
        while True:
            await self._came.wait()
            self._came.clear()
            refused, self._refused = self._refused, {}
            await self._reports.add_refused(refused)
            self._written.set()

    async def _tell(self) -> None:
        while True:
            self._written.clear()
            waiting = await self._reports.waiting()
            due = next((report for report in waiting if self._rests(report) <= 0), None)
            if due is not None:
                await self._send(await self._reports.seal(due.key))
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(min(map(self._rests, waiting), default=None)):
                    await self._written.wait()

    def _rests(self, report: Report) -> float:
        """Return for how many seconds more a report gathers what follows before it is sent."""
        told_at = self._told_at.get(report.said)
        if report.kind is ReportKind.BARRIER or report.sealed or told_at is None:
            return 0.0
        return told_at + self._summary_seconds - asyncio.get_running_loop().time()

    async def _send(self, report: Report) -> None:
        """Send until the hub has it or refuses it; killed before that is known, the next run sends the same again."""
        failures = 0
        while failures < MOST_FAILURES:
            try:
                await self._report(report)
            except HubUnreachable:
                await asyncio.sleep(self._retry_seconds)
            except HubBroken as error:
                failures += 1
                log.error("the hub fails at a report: %s", error)
                await asyncio.sleep(self._retry_seconds)
            except HubProblem as problem:
                if problem.code in NOT_NOW:
                    await asyncio.sleep(self._retry_seconds)
                    continue
                log.warning("the hub does not take a report: %s", problem)
                break
            else:
                break
        self._told_at[report.said] = asyncio.get_running_loop().time()
        await self._reports.told(report.key)

    async def _report(self, report: Report) -> None:
        refused = report.refused
        match report.kind:
            case ReportKind.BARRIER:
                state = BarrierPosition(report.said)
                await self._hub.report_barrier(report.passage_id, report.key, state, refused.at)
            case ReportKind.REFUSAL:
                await self._hub.report_refusal(report.key, ProblemCode(report.said), refused)
