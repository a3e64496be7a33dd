"""The worker on a real hub: wakes, reads, answers, gives back, renews, ends."""

import asyncio
import hashlib
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import pytest

from backend.captures import service
from backend.captures.images import ImageFacts
from backend.captures.model import Capture, CaptureState, CaptureView, ExpectedRow
from backend.kit.context import Context, Services
from backend.settings import Settings
from core.hub import DeviceCredentials, Hub, device_key
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition import worker
from recognition.pipeline import Recogniser
from recognition.protocols import Fineness
from recognition.values import Frame, Region
from tests.recognition.drawing import container_door, hong_kong, scene

PATIENCE = 60.0
EXPECTED = (
    ExpectedRow(kind=SubjectKind.PLATE, text="UP2643", jurisdiction=Jurisdiction.HK),
    ExpectedRow(kind=SubjectKind.CONTAINER, text="CSQU3054383", jurisdiction=None),
)


def picture() -> bytes:
    frame = scene((container_door("CSQU3054383"), (200, 10)), (hong_kong("UP", "2643"), (320, 630)))
    _, data = cv2.imencode(".jpg", frame)
    return data.tobytes()


async def store(system: Context, body: bytes) -> str:
    """A lane's capture in the queue; returns its id."""
    new = service.NewCapture(
        checkpoint_id="liantang",
        view=CaptureView.FRONT,
        expected=EXPECTED,
        image=ImageFacts("image/jpeg", 960, 720, hashlib.sha256(body).hexdigest()),
        body=body,
        lane_id="liantang-1",
    )
    stored = await system.transaction(lambda unit: service.store(unit, new), streams=())
    await service.wake_workers(system.services.live)
    return stored.id


async def until(
    services: Services, capture_id: str, ready: Callable[[Capture], bool], working: asyncio.Task[None]
) -> Capture:
    """The capture once it is as expected; fails when the worker dies first."""
    async with asyncio.timeout(PATIENCE):
        while True:
            capture = await service.find(services.database.db, capture_id)
            assert capture is not None
            if ready(capture):
                return capture
            assert not working.done(), working
            await asyncio.sleep(0.02)


@asynccontextmanager
async def at_work(hub: Hub, recogniser: Recogniser) -> AsyncIterator[asyncio.Task[None]]:
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.Worker(hub, recogniser, stopping).run())
    yield working
    stopping.set()
    await asyncio.wait_for(working, PATIENCE)


@pytest.fixture
async def hub(settings: Settings, url: str) -> AsyncIterator[Hub]:
    """The hub as worker-1 sees it, enrolled by its public key."""
    folder = settings.demo_devices_directory
    key = device_key(folder.parent / "worker" / "key.pem", folder / "worker-1.pub.pem")
    async with Hub(url, DeviceCredentials("worker-1", key)) as connected:
        yield connected


async def test_a_waiting_capture_is_read_and_what_was_declared_is_borne_out(
    hub: Hub, api: Services, system: Context, recogniser: Recogniser
) -> None:
    capture_id = await store(system, picture())
    async with at_work(hub, recogniser) as working:
        capture = await until(api, capture_id, lambda found: found.state is CaptureState.READ, working)
    assert {reading.text for reading in capture.readings} == {"UP2643", "CSQU3054383"}
    assert [(entry.declared, entry.verdict) for entry in capture.verdicts] == [
        ("UP2643", Verdict.MATCH),
        ("CSQU3054383", Verdict.MATCH),
    ]
    assert capture.cpu_ms is not None
    assert capture.cpu_ms > 0


async def test_a_capture_that_comes_later_wakes_the_worker(
    hub: Hub, api: Services, system: Context, recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 10 * PATIENCE)
    first = await store(system, picture())
    async with at_work(hub, recogniser) as working:
        await until(api, first, lambda found: found.state is CaptureState.READ, working)
        second = await store(system, picture())
        capture = await until(api, second, lambda found: found.state is CaptureState.READ, working)
    assert len(capture.verdicts) == 2


async def test_a_broken_picture_is_given_back_with_its_reason_until_it_is_set_aside(
    hub: Hub, api: Services, system: Context, recogniser: Recogniser
) -> None:
    broken = await store(system, picture()[:2000])
    sound = await store(system, picture())
    async with at_work(hub, recogniser) as working:
        capture = await until(api, broken, lambda found: found.state is CaptureState.FAILED, working)
        await until(api, sound, lambda found: found.state is CaptureState.READ, working)
    assert (capture.attempts, capture.failure) == (3, "IMAGE_BROKEN")


class Patient:
    """A detector that answers when the test says so."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()

    def detect(self, frame: Frame, *, fineness: Fineness = Fineness.QUICK) -> list[Region]:  # noqa: ARG002
        """Nothing seen, after a long look."""
        assert frame.ndim == 3
        assert self.may_answer.wait(PATIENCE)
        return []


async def test_the_lease_is_renewed_for_as_long_as_the_reading_takes(
    hub: Hub,
    api: Services,
    system: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)
    detector = Patient()
    capture_id = await store(system, picture())
    async with at_work(hub, Recogniser(detector, ())) as working:
        claimed = await until(api, capture_id, lambda found: found.lease_until is not None, working)
        assert claimed.lease_until is not None
        before = claimed.lease_until
        api.clock.advance(service.LEASE / 2)  # type: ignore[attr-defined]
        renewed = await until(
            api, capture_id, lambda found: bool(found.lease_until and found.lease_until > before), working
        )
        detector.may_answer.set()
        capture = await until(api, capture_id, lambda found: found.state is CaptureState.READ, working)
    assert renewed.attempts == capture.attempts == 1
    assert [entry.verdict for entry in capture.verdicts] == [Verdict.UNSURE] * 2


class Faulty:
    """A detector with a defect."""

    def detect(self, frame: Frame, *, fineness: Fineness = Fineness.QUICK) -> list[Region]:  # noqa: ARG002
        """Fails as a library would."""
        raise cv2.error(f"assertion failed at {frame.shape}")


async def test_a_defect_on_one_picture_does_not_end_the_worker(
    hub: Hub, api: Services, system: Context
) -> None:
    capture_id = await store(system, picture())
    async with at_work(hub, Recogniser(Faulty(), ())) as working:
        capture = await until(api, capture_id, lambda found: found.state is CaptureState.FAILED, working)
        assert not working.done()
    assert capture.failure == "error"


async def started(url: str, home: Path) -> asyncio.subprocess.Process:
    environment = os.environ | {"CLEARLANE_HUB_URL": url, "CLEARLANE_WORKER_ID": "worker-2"}
    environment |= {"CLEARLANE_DEMO_DEVICES": str(home / "devices")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "recognition", "work", env=environment, stderr=asyncio.subprocess.PIPE
    )


async def spoken(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, f"the worker ended without saying {words!r}"
    return line


async def test_the_command_works_until_it_is_told_to_end_and_ends_cleanly(url: str, home: Path) -> None:
    process = await started(url, home)
    await spoken(process, "reads captures of")
    process.send_signal(signal.SIGTERM)
    await spoken(process, "worker-2 has ended")
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
