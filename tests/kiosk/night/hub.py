"""The hub of a night as the lane sees it: in the place of the lane's `LaneHub`, over a line that loses much."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from core.hub import HubBroken, HubProblem, HubUnreachable, UploadedCapture
from core.passages import PassageState, Reason, TemperatureBand
from core.problems import ProblemCode
from kiosk.agent.journal import Visit
from kiosk.agent.lane_hub import READY, Fed, Grant
from kiosk.agent.passage import LaneSite, Snapshot
from kiosk.agent.protocol import BarrierPosition
from kiosk.agent.reports import Refused
from tests.kiosk.night.book import LANE, OPEN_STATES, Book

T = TypeVar("T")


class Way(StrEnum):
    """What becomes of one question."""

    GOOD = "GOOD"
    NO_LINE = "NO_LINE"
    """It never arrives."""
    ANSWER_LOST = "ANSWER_LOST"
    LATE = "LATE"
    """The answer takes long, and much happens meanwhile."""
    BUSY = "BUSY"
    FAULT = "FAULT"


@dataclass
class NightHub:
    """The line to the hub, and its book."""

    book: Book
    point: Callable[[], None]
    """Called wherever the lane waits for an answer."""
    lane_id: str = LANE
    ways: list[Way] = field(default_factory=list)
    """What becomes of the next questions; after them all is good."""
    cut: bool = False

    async def site(self) -> LaneSite:
        """Return the lane."""
        lane = LaneSite(
            lane_id=LANE, name="1", open=True, policy=self.book.policy, checkpoint_number=1, bays={"bay-1": 1}
        )
        return await self._asked(lambda: lane)

    async def passage(self, passage_id: str) -> Snapshot | None:
        """Return a passage."""
        return await self._asked(lambda: self.book.passages[passage_id].snapshot)

    async def open_passage(self, visit: Visit) -> Snapshot:
        """Open one, or give the one there is."""
        return await self._once(f"{visit.id}-open", "open", lambda: self.book.open(visit))

    async def release(self, passage_id: str, key: str) -> Grant:
        """Release."""
        grant = await self._once(key, "release", lambda: self.book.release(passage_id))
        self.book.passages[passage_id].release_told = True
        return grant

    async def refer(self, passage_id: str, key: str, reasons: tuple[Reason, ...]) -> Snapshot:
        """Send to the bay."""
        away = PassageState.DIVERTED
        return await self._once(key, (away, reasons), lambda: self.book.away(passage_id, away, reasons))

    async def refuse(self, passage_id: str, key: str, reasons: tuple[Reason, ...]) -> Snapshot:
        """Refuse."""
        away = PassageState.REFUSED
        return await self._once(key, (away, reasons), lambda: self.book.away(passage_id, away, reasons))

    async def report_temperature(self, passage_id: str, key: str, band: TemperatureBand) -> Snapshot:
        """Hear the temperature."""

        def heard() -> Snapshot:
            self.book.need(passage_id, OPEN_STATES)
            return self.book.change(passage_id, temperature=band)

        return await self._once(key, band, heard)

    async def report_departure(self, visit: Visit) -> None:
        """Hear that a vehicle has left."""
        await self._once(f"{visit.id}-left", visit.way, lambda: self.book.departed(visit))

    async def report_barrier(self, passage_id: str, key: str, state: BarrierPosition, at: datetime) -> None:
        """Hear the barrier."""
        said = f"{passage_id} {state}"
        await self._once(key, (said, at), lambda: self.book.reports.append(said))

    async def report_refusal(self, key: str, code: ProblemCode, refused: Refused) -> None:
        """Hear of refused codes."""
        await self._once(key, (code, refused), lambda: self.book.reports.extend([code.value] * refused.count))

    async def upload(self, _image: bytes, view: str, passage_id: str) -> UploadedCapture:
        """Take a picture."""
        return await self._asked(
            lambda: UploadedCapture(f"{passage_id}-{view}-{len(self.book.fed)}", "", 1, 1)
        )

    async def feed(self, on_link: Callable[[bool], None]) -> AsyncGenerator[Fed, None]:
        """Yield what happens; after a cut it goes on behind the last message."""
        fed, place = self.book.fed, len(self.book.fed)
        while True:
            if self.cut:
                on_link(False)
            await self._mended()
            on_link(True)
            yield Fed(READY)
            while not self.cut:
                while place < len(fed):
                    place += 1
                    yield fed[place - 1]
                if not self.cut:
                    await self.book.news.wait()

    async def _mended(self) -> None:
        while True:
            if not self.cut:
                return
            await asyncio.sleep(0.5)

    async def _once(self, key: str, asked: object, effect: Callable[[], T]) -> T:
        return await self._asked(lambda: self.book.once(key, asked, effect))

    async def _asked(self, effect: Callable[[], T]) -> T:
        way = Way.NO_LINE if self.cut else self.ways.pop(0) if self.ways else Way.GOOD
        self.point()
        await asyncio.sleep(0.05)
        if way is Way.NO_LINE:
            await asyncio.sleep(1.0)
            raise HubUnreachable("no line")
        if way is Way.BUSY:
            raise HubProblem(ProblemCode.BUSY.value, "", (), {})
        if way is Way.FAULT:
            raise HubBroken("a defect")
        answer = effect()
        self.point()
        await asyncio.sleep(7.0 if way is Way.LATE else 0.05)
        if way is Way.ANSWER_LOST or self.cut:
            raise HubUnreachable("no answer")
        return answer
