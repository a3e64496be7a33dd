"""What the lane sees of a vehicle while its code is checked: pictures and temperature, taken at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from core.hub import HubBroken, HubProblem, HubUnreachable
from core.passages import TemperatureBand
from core.problems import ProblemCode
from kiosk.agent.devices.base import Camera, DeviceFault, DeviceSilent, LaneDevices
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.not_now import NOT_NOW
from kiosk.agent.passage import Snapshot

log = logging.getLogger(__name__)

MOST_PICTURES = 10
"""Of one view: more would only fill the worker's queue."""
BETWEEN_PICTURES = 0.3
"""Seconds, once all that were posted are read: a vehicle that was not seen well the first time need not wait."""
READING_SECONDS = 5.0
"""How long readings are waited for before the next pictures are posted."""
ANOTHER_PICTURE = NOT_NOW - {ProblemCode.RATE_LIMITED}
"""Refusals after which another picture may be taken; RATE_LIMITED says that the passage has enough of them."""
MEASUREMENTS = 3
READ = frozenset({"passage.fact", "capture.failed"})
"""Events that say what became of a picture."""
HUB_PAUSE = 1.0


@dataclass(frozen=True)
class Measured:
    """The passage with the temperature's band, as the hub has taken it."""

    passage: Snapshot


class Looking:
    """Cameras and thermometer at work for one visit. They start with the scan, and post once the passage is open."""

    def __init__(
        self, visit_id: str, devices: LaneDevices, hub: LaneHub, tell: Callable[[Measured], Awaitable[None]]
    ) -> None:
        self._visit_id = visit_id
        self._devices = devices
        self._hub = hub
        self._tell = tell
        self._passage: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._unread: set[str] = set()
        self._read: set[str] = set()
        self._all_read = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Take the first pictures and measure."""
        for view, camera in self._devices.cameras.items():
            self._begin(self._watch(view, camera))
        self._begin(self._measure())

    def opened(self, passage_id: str) -> None:
        """Post what was taken, and go on."""
        if not self._passage.done():
            self._passage.set_result(passage_id)

    def answered(self, capture_id: str) -> None:
        """Hear that a picture was read, or could not be: once all are, the next ones may follow."""
        self._read.add(capture_id)
        self._unread.discard(capture_id)
        if not self._unread:
            self._all_read.set()

    def stop(self) -> None:
        """Take no more pictures."""
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_ended)
        self._tasks.append(task)

    async def _watch(self, view: str, camera: Camera) -> None:
        for _ in range(MOST_PICTURES):
            try:
                image = await camera.snapshot()
            except (DeviceSilent, DeviceFault) as error:
                log.warning("%s", error)
                await asyncio.sleep(BETWEEN_PICTURES)
                continue
            if not await self._post(image, view):
                return
            await asyncio.sleep(BETWEEN_PICTURES)

    async def _post(self, image: bytes, view: str) -> bool:
        """Post one picture and wait until all that were posted are read; False when the passage takes no more.

        The worker serves all lanes: a second picture of one view must not delay the first of another.
        """
        passage_id = await asyncio.shield(self._passage)
        try:
            capture = await self._hub.upload(image, view, passage_id)
        except HubProblem as problem:
            log.warning("the hub does not take the picture: %s", problem)
            return problem.code.startswith("IMAGE_") or problem.code in ANOTHER_PICTURE
        except (HubUnreachable, HubBroken) as error:
            log.warning("%s", error)
            return True
        if capture.id not in self._read:
            self._unread.add(capture.id)
            self._all_read.clear()
        try:
            async with asyncio.timeout(READING_SECONDS):
                await self._all_read.wait()
        except TimeoutError:
            log.info("capture %s is not read yet", capture.id)
        return True

    async def _measure(self) -> None:
        band = await self._band()
        passage_id = await asyncio.shield(self._passage)
        while True:
            try:
                passage = await self._hub.report_temperature(passage_id, f"{self._visit_id}-warmth", band)
            except (HubUnreachable, HubBroken) as error:
                log.warning("the hub does not have the temperature yet: %s", error)
                await asyncio.sleep(HUB_PAUSE)
            except HubProblem as problem:
                log.warning("the hub does not take the temperature: %s", problem)
                if problem.code not in NOT_NOW:
                    return
                await asyncio.sleep(HUB_PAUSE)
            else:
                await self._tell(Measured(passage))
                return

    async def _band(self) -> TemperatureBand:
        for _ in range(MEASUREMENTS):
            try:
                band = await self._devices.thermometer.read()
            except (DeviceSilent, DeviceFault) as error:
                log.warning("%s", error)
                continue
            if band is not TemperatureBand.UNKNOWN:
                return band
        return TemperatureBand.UNKNOWN


def _ended(task: asyncio.Task[None]) -> None:
    """A defect in looking must be seen in the log; the vehicle is then referred for want of facts."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("looking at a vehicle broke off", exc_info=error)
