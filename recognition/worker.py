"""The worker: claims the hub's waiting captures one by one, reads them, and answers before its lease runs out."""

import asyncio
import base64
import logging
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2

from core.hub import DeviceCredentials, Hub, HubBroken, HubProblem, HubUnreachable, device_key
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind
from core.problems import Refusal
from recognition import documents, models
from recognition.cut_outs import CutOut, cut_out
from recognition.intake import decode_image
from recognition.pipeline import Recogniser, readings
from recognition.settings import Settings
from recognition.values import Box, Readings, Verification
from recognition.verification import Expected, verify

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
"""The queue is looked at this often even when no wake-up call comes."""
RENEW_SECONDS = 5.0
"""A lease is renewed after this time at the latest, sooner where half of it is shorter."""
PAUSE_SECONDS = 2.0
"""Between two tries while the hub does not answer or does not know this worker."""

# What image arithmetic raises on a picture nobody foresaw: one picture's fault must not end the worker.
_UNFORESEEN = (cv2.error, RuntimeError, ValueError, LookupError, ArithmeticError)
_HUB_AWAY = (HubUnreachable, HubProblem, HubBroken)


@dataclass(frozen=True)
class Claimed:
    """A capture this worker holds until its lease runs out."""

    capture_id: str
    lease: str
    lease_expires_at: datetime
    url: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Answer:
    """What goes back to the hub; CPU time in milliseconds.

    Each verdict has its cut-out, or None where it rests on no place.
    """

    readings: Readings
    verdicts: tuple[Verification, ...]
    cut_outs: tuple[CutOut | None, ...]
    cpu_milliseconds: int


async def work(settings: Settings, recogniser: Recogniser) -> None:
    """Reads captures until SIGTERM or SIGINT; the capture in hand is finished first."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    public_key = settings.device_folder / f"{settings.worker_id}.pub.pem"
    credentials = DeviceCredentials(settings.worker_id, device_key(settings.key_file, public_key))
    await asyncio.to_thread(models.warm_up, recogniser)
    async with Hub(settings.hub_url, credentials) as hub:
        log.info("%s reads captures of %s", settings.worker_id, settings.hub_url)
        await Worker(hub, recogniser, stopping, settings.alive_file).run()
    log.info("%s has ended", settings.worker_id)


class Worker:
    """One capture at a time: more of them are more processes on the same queue."""

    def __init__(
        self, hub: Hub, recogniser: Recogniser, stopping: asyncio.Event, alive_file: Path | None = None
    ) -> None:
        self._hub = hub
        self._recogniser = recogniser
        self._stopping = stopping
        self._alive_file = alive_file
        self._waking = asyncio.Event()

    async def run(self) -> None:
        """Claims and reads until told to stop."""
        async with _alongside(self._listen()):
            while not self._stopping.is_set():
                self._waking.clear()
                if self._alive_file is not None:
                    self._alive_file.touch()
                try:
                    claimed = await self.claim()
                except _HUB_AWAY as error:
                    log.warning("no capture could be claimed: %s", error)
                    await self._rest(PAUSE_SECONDS)
                    continue
                if claimed is None:
                    await self._rest(LOOK_SECONDS)
                else:
                    await self._attend(claimed)

    async def claim(self) -> Claimed | None:
        """The next capture, or None when nothing waits."""
        data = await self._hub.execute(documents.CLAIM, again=False)
        claim = data["claimCapture"]
        if claim["__typename"] != "ClaimedCapture":
            return None
        return Claimed(
            capture_id=claim["id"],
            lease=claim["lease"],
            lease_expires_at=datetime.fromisoformat(claim["leaseExpiresAt"]),
            url=claim["url"],
            expected=tuple(_expected(entry) for entry in claim["expected"]),
        )

    async def _attend(self, claimed: Claimed) -> None:
        """Reads one capture and answers; what goes wrong concerns this capture only."""
        try:
            async with _alongside(self._keep(claimed)):
                image = await self._hub.fetch_image(claimed.url)
                answer = await asyncio.to_thread(read_capture, self._recogniser, image, claimed.expected)
            await self._hub.execute(documents.SUBMIT, {"input": _submission(claimed, answer)})
        except Refusal as refusal:
            await self._give_up(claimed, refusal.code.value)
        except _UNFORESEEN as error:
            log.exception("capture %s cannot be read", claimed.capture_id)
            await self._give_up(claimed, type(error).__name__)
        except _HUB_AWAY as error:
            # The lease runs out and another worker, or this one, takes the capture again.
            log.warning("capture %s is left to its lease: %s", claimed.capture_id, error)

    async def _give_up(self, claimed: Claimed, reason: str) -> None:
        try:
            await self._hub.execute(documents.FAIL, {"input": {**_lease(claimed), "reason": reason[:200]}})
        except _HUB_AWAY as error:
            log.warning("capture %s is left to its lease: %s", claimed.capture_id, error)

    async def _keep(self, claimed: Claimed) -> None:
        """Renews the lease for as long as the reading takes."""
        expires = claimed.lease_expires_at
        while True:
            left = (expires - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(min(max(left / 2, 0.0), RENEW_SECONDS))
            try:
                data = await self._hub.execute(documents.RENEW, {"input": _lease(claimed)})
            except _HUB_AWAY as error:
                log.warning("the lease of %s could not be renewed: %s", claimed.capture_id, error)
                expires = datetime.now(UTC) + timedelta(seconds=2 * RENEW_SECONDS)
                continue
            expires = datetime.fromisoformat(data["renewCapture"]["leaseExpiresAt"])

    async def _listen(self) -> None:
        async for _ in self._hub.subscribe(documents.WAITING, dict):
            self._waking.set()

    async def _rest(self, seconds: float) -> None:
        """Until something waits, the worker is to stop, or the time is over."""
        calls = [asyncio.ensure_future(event.wait()) for event in (self._waking, self._stopping)]
        await asyncio.wait(calls, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for call in calls:
            call.cancel()


def read_capture(recogniser: Recogniser, image: bytes, expected: Sequence[Expected]) -> Answer:
    """What is in the image, and how far it bears out what was declared.

    Raises:
        Refusal: IMAGE_* where the bytes are no picture to read.
    """
    begin = time.process_time()
    frame = decode_image(image)
    observation = recogniser.observe(frame)
    found = readings(observation)
    verdicts = verify(observation, found, expected)
    cut_outs = tuple(cut_out(frame, verdict.box) if verdict.box is not None else None for verdict in verdicts)
    return Answer(found, verdicts, cut_outs, round((time.process_time() - begin) * 1000))


@asynccontextmanager
async def _alongside(companion: Any) -> AsyncIterator[None]:
    task = asyncio.ensure_future(companion)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _expected(entry: Mapping[str, Any]) -> Expected:
    jurisdiction = entry.get("jurisdiction")
    return Expected(
        SubjectKind(entry["kind"]), entry["text"], Jurisdiction(jurisdiction) if jurisdiction else None
    )


def _lease(claimed: Claimed) -> dict[str, Any]:
    return {"captureId": claimed.capture_id, "lease": claimed.lease}


def _submission(claimed: Claimed, answer: Answer) -> dict[str, Any]:
    plates = [
        {
            "kind": SubjectKind.PLATE.value,
            "text": plate.text,
            "jurisdiction": plate.jurisdiction.value,
            "confidence": plate.confidence,
            "box": _box(plate.box),
        }
        for plate in answer.readings.plates
    ]
    containers = [
        {
            "kind": SubjectKind.CONTAINER.value,
            "text": container.text,
            "confidence": container.confidence,
            "box": _box(container.box),
        }
        for container in answer.readings.containers
    ]
    verdicts = [
        {
            "kind": subject.kind.value,
            "declared": subject.text,
            "verdict": entry.verdict.value,
            "score": entry.score,
            "read": entry.read,
            "evidence": _evidence(piece),
        }
        for subject, entry, piece in zip(claimed.expected, answer.verdicts, answer.cut_outs, strict=True)
    ]
    return {
        **_lease(claimed),
        "readings": plates + containers,
        "verdicts": verdicts,
        "cpuMilliseconds": answer.cpu_milliseconds,
    }


def _evidence(piece: CutOut | None) -> dict[str, Any] | None:
    if piece is None:
        return None
    return {"box": _box(piece.box), "image": base64.b64encode(piece.jpeg).decode()}


def _box(box: Box) -> dict[str, int]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
