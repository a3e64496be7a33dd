"""What is kept of images, and for how long: their bytes, and the cut-outs that outlive them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from backend.captures.model import Capture, CaptureImage, Evidence
from backend.captures.retention import ImageClass, kept_until
from backend.kit.context import UnitOfWork
from backend.kit.database import Row


@dataclass(frozen=True)
class Image:
    """The bytes of an image and their media type."""

    content_type: str
    body: bytes


async def keep_image(unit: UnitOfWork, capture: Capture, body: bytes) -> None:
    """Keep a new image's bytes for the time of its class."""
    image_class = ImageClass.LANE if capture.lane_id is not None else ImageClass.DRIVER_PHOTO
    image = CaptureImage(
        id=capture.id,
        content_type=capture.content_type,
        image_class=image_class,
        body=body,
        expires_at=kept_until(unit.settings, image_class, unit.now),
    )
    await unit.db[CaptureImage.Settings.name].insert_one(
        image.model_dump(by_alias=True), session=unit.session
    )


async def keep_unreadable(unit: UnitOfWork, capture_id: str) -> None:
    """Give an image that no worker could read the time of its new class, counted from now."""
    image_class = ImageClass.UNREADABLE
    change = {"image_class": image_class, "expires_at": kept_until(unit.settings, image_class, unit.now)}
    await unit.db[CaptureImage.Settings.name].update_one(
        {"_id": capture_id}, {"$set": change}, session=unit.session
    )


async def keep_evidence(unit: UnitOfWork, kept: Sequence[tuple[Evidence, bytes]]) -> None:
    """Keep the cut-outs that facts rest on, each with its bytes."""
    expires_at = kept_until(unit.settings, ImageClass.EVIDENCE, unit.now)
    rows = [{**row.model_dump(by_alias=True), "body": body, "expires_at": expires_at} for row, body in kept]
    if rows:
        await unit.db[Evidence.Settings.name].insert_many(rows, session=unit.session)


async def image(db: AsyncDatabase[Row], capture_id: str, now: datetime) -> Image | None:
    """Return the image's bytes, or None when it was never there or its time is over."""
    return await _bytes_of(db, CaptureImage.Settings.name, capture_id, now)


async def evidence(db: AsyncDatabase[Row], evidence_id: str, now: datetime) -> Evidence | None:
    """Return what is kept of a cut-out, without its bytes; None as for an image."""
    where = {"_id": evidence_id, "expires_at": {"$gt": now}}
    row = await db[Evidence.Settings.name].find_one(where, {"body": 0, "expires_at": 0})
    return Evidence.model_validate(row) if row is not None else None


async def evidence_image(db: AsyncDatabase[Row], evidence_id: str, now: datetime) -> Image | None:
    """Return a cut-out's bytes; None as for an image."""
    return await _bytes_of(db, Evidence.Settings.name, evidence_id, now)


async def _bytes_of(db: AsyncDatabase[Row], collection: str, row_id: str, now: datetime) -> Image | None:
    # MongoDB deletes what has expired within a minute or so; it is not shown in that minute either.
    row = await db[collection].find_one({"_id": row_id, "expires_at": {"$gt": now}})
    return Image(row["content_type"], bytes(row["body"])) if row is not None else None
