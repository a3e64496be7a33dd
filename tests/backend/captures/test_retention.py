"""How long images are kept: each class its own time, and what is over is not shown even before it is deleted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from backend.captures import service
from backend.captures.images import ImageFacts
from backend.captures.model import Capture, CaptureView
from backend.captures.retention import ImageClass, kept_until
from backend.kit.context import Context, Services, UnitOfWork
from backend.settings import Settings
from tests.backend.lanes.steps import FAIL, Port, upload
from tests.backend.steps import start

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def kept(api: Services, capture_id: str) -> tuple[str, timedelta]:
    """An image's class, and how long from the hub's present on it is kept."""
    row = await api.database.collection("capture_images").find_one({"_id": capture_id})
    assert row is not None
    return row["image_class"], row["expires_at"] - api.clock.now()


async def test_lane_images_drivers_photos_and_unreadable_ones_have_their_own_time(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    drafting = await start(port.carrier, port.nobody, port.clock, driverPhone="+852 6999 0001")
    lane = await upload(port.agent, lane="liantang-1", passage=passage_id)
    photo = await upload(drafting.driver, trip=drafting.trip_id, view="DRIVER_PHOTO")

    assert await kept(api, lane.body["id"]) == ("LANE", timedelta(days=7))
    assert await kept(api, photo.body["id"]) == ("DRIVER_PHOTO", timedelta(days=30))
    for _ in range(3):
        claimed = await port.claim()
        assert claimed["id"] == lane.body["id"]
        lease = {"captureId": claimed["id"], "lease": claimed["lease"], "reason": "IMAGE_BROKEN"}
        await port.worker.ask(FAIL, input=lease)
    assert await kept(api, lane.body["id"]) == ("UNREADABLE", timedelta(days=30))


async def test_another_setting_holds_for_images_that_come_from_then_on(
    system: Context, api: Services
) -> None:
    async def stored(unit: UnitOfWork, sha256: str) -> Capture:
        image = ImageFacts("image/jpeg", 64, 48, sha256)
        new = service.NewCapture(
            checkpoint_id="liantang",
            view=CaptureView.FRONT,
            expected=(),
            image=image,
            body=b"bytes",
            lane_id="liantang-1",
            passage_id="01ARZ3NDEKTSV4RRFFQ69G5FAW",
        )
        return await service.store(unit, new)

    before = await system.transaction(lambda unit: stored(unit, "0" * 64), streams=())
    longer = api.settings.model_copy(update={"lane_image_days": 14})
    after = await system.transaction(
        lambda unit: stored(replace(unit, settings=longer), "1" * 64), streams=()
    )

    assert await kept(api, before.id) == ("LANE", timedelta(days=7))
    assert await kept(api, after.id) == ("LANE", timedelta(days=14))


async def test_the_database_deletes_by_itself_what_is_over(api: Services) -> None:
    for name in ("capture_images", "capture_evidence"):
        indexes = await api.database.collection(name).index_information()
        assert indexes["kept_until"]["key"] == [("expires_at", 1)]
        assert indexes["kept_until"]["expireAfterSeconds"] == 0


def test_the_times_are_those_that_are_set() -> None:
    set_to = Settings(
        mongodb_uri="mongodb://localhost",
        lane_image_days=1,
        driver_photo_days=2,
        unreadable_image_days=3,
        evidence_days=4,
    )
    days = [(kept_until(set_to, image_class, NOW) - NOW).days for image_class in ImageClass]
    assert days == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"evidence_days": 6}, "CLEARLANE_EVIDENCE_DAYS"),
        ({"lane_image_days": 0}, "lane_image_days"),
        ({"driver_photo_days": 4000}, "driver_photo_days"),
    ],
)
def test_a_time_that_makes_no_sense_stops_the_start_and_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(mongodb_uri="mongodb://localhost", **change)
