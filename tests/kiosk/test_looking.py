"""What a lane sees of a vehicle reaches the hub even when the hub fails at it the first times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from core.hub import HubBroken, HubProblem, UploadedCapture
from core.passages import TemperatureBand
from kiosk.agent.devices.base import Barrier, Camera, Health, LaneDevices, Loops, Scanner, Thermometer
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.looking import Looking, Measured
from kiosk.agent.passage import Snapshot
from tests.kiosk.rig import jpeg, until

PASSAGE = "01KPASSAGE"


@dataclass
class Eye:
    """A camera and a thermometer that always answer."""

    health: Health = field(default_factory=lambda: Health("eye"))

    async def snapshot(self) -> bytes:
        """Return a picture."""
        return jpeg()

    async def read(self) -> TemperatureBand:
        """Return a band."""
        return TemperatureBand.NORMAL


@dataclass
class FailingHub:
    """A hub that fails at first, at temperatures or at pictures."""

    temperatures: list[Exception] = field(default_factory=list)
    pictures: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def report_temperature(self, passage_id: str, key: str, band: TemperatureBand) -> Snapshot:
        """Take the temperature once the failures are used up."""
        self._ask(f"{passage_id} {key} {band}", self.temperatures)
        return cast(Snapshot, passage_id)

    async def upload(self, _image: bytes, view: str, passage_id: str) -> UploadedCapture:
        """Take the picture once the failures are used up."""
        self._ask(f"{passage_id} {view}", self.pictures)
        return UploadedCapture("C", "", 1, 1)

    def _ask(self, words: str, failures: list[Exception]) -> None:
        self.asked.append(words)
        if failures:
            raise failures.pop(0)


def looking(hub: FailingHub, told: list[Measured], views: Sequence[str]) -> Looking:
    """Return the lane's look at a vehicle through these cameras."""
    eye = Eye()
    devices = LaneDevices(
        scanner=cast(Scanner, eye),
        thermometer=cast(Thermometer, eye),
        cameras={view: cast(Camera, eye) for view in views},
        barrier=cast(Barrier, eye),
        loops=cast(Loops, eye),
    )

    async def tell(measured: Measured) -> None:
        told.append(measured)

    return Looking("V", devices, cast(LaneHub, hub), tell)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is worth waiting for."""
    monkeypatch.setattr("kiosk.agent.looking.HUB_PAUSE", 0.01)
    monkeypatch.setattr("kiosk.agent.looking.BETWEEN_PICTURES", 0.01)
    monkeypatch.setattr("kiosk.agent.looking.READING_SECONDS", 0.01)


def not_now(code: str) -> HubProblem:
    """Return a refusal that says nothing of what was asked."""
    return HubProblem(code, "", (), {})


async def test_a_temperature_at_which_the_hub_fails_is_told_again_with_the_same_key() -> None:
    told: list[Measured] = []
    failures = [HubBroken("the database is gone"), not_now("BUSY"), not_now("UNAUTHENTICATED")]
    hub = FailingHub(temperatures=failures)
    look = looking(hub, told, views=())
    look.start()
    look.opened(PASSAGE)
    await until(lambda: bool(told))
    assert hub.asked == [f"{PASSAGE} V-warmth NORMAL"] * 4
    look.stop()


async def test_a_temperature_the_hub_refuses_is_not_told_again() -> None:
    told: list[Measured] = []
    hub = FailingHub(temperatures=[not_now("PASSAGE_NOT_OPEN")])
    look = looking(hub, told, views=())
    look.start()
    look.opened(PASSAGE)
    await until(lambda: bool(look._tasks) and all(task.done() for task in look._tasks))
    assert (len(hub.asked), told) == (1, [])


async def test_a_camera_goes_on_when_its_picture_came_with_a_sign_in_that_had_ended() -> None:
    failures = [not_now("UNAUTHENTICATED"), not_now("BUSY"), HubBroken("the database is gone")]
    hub = FailingHub(pictures=failures)
    look = looking(hub, [], views=("FRONT",))
    look.start()
    look.opened(PASSAGE)
    await until(lambda: hub.asked.count(f"{PASSAGE} FRONT") >= 4)
    look.stop()


async def test_a_camera_ends_when_the_hub_has_enough_pictures_of_the_passage() -> None:
    hub = FailingHub(pictures=[not_now("RATE_LIMITED")])
    look = looking(hub, [], views=("FRONT",))
    look.start()
    look.opened(PASSAGE)
    await until(lambda: bool(look._tasks) and all(task.done() for task in look._tasks))
    assert hub.asked.count(f"{PASSAGE} FRONT") == 1
