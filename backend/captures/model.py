"""Captures: one image each, what was read in it, and its place in the workers' queue."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import IndexModel

from backend.captures.retention import ImageClass
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict

FROZEN = ConfigDict(frozen=True, populate_by_name=True)


class CaptureView(StrEnum):
    """From where the image was taken, seen along the lane; DRIVER_PHOTO is a driver's own photo of his papers."""

    FRONT = "FRONT"
    REAR = "REAR"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    TOP = "TOP"
    DRIVER_PHOTO = "DRIVER_PHOTO"


class CaptureState(StrEnum):
    """WAITING for a worker, CLAIMED by one, READ, or FAILED for good after the last attempt."""

    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    READ = "READ"
    FAILED = "FAILED"


class Priority:
    """Order of the queue, smaller first: a vehicle that waits in a lane, a photo, a vehicle that waits no more."""

    LANE: ClassVar[int] = 0
    PHOTO: ClassVar[int] = 1
    LATER: ClassVar[int] = 2


class BoxRow(BaseModel):
    """A rectangle in the image; whole pixels, origin top left."""

    model_config = FROZEN
    x: int
    y: int
    width: int
    height: int


class ReadingRow(BaseModel):
    """What was read openly in the image; `confidence` is 0 to 1."""

    model_config = FROZEN
    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None
    confidence: float
    box: BoxRow


class VerdictRow(BaseModel):
    """How the image bears on one declared number; `score` is a log-likelihood ratio, 0 is best."""

    model_config = FROZEN
    kind: SubjectKind
    declared: str
    verdict: Verdict
    score: float
    read: str | None


class Evidence(Document):
    """What a verdict rested on: where it is in the image, and the hashes by which both can be known again.

    The cut-out's own bytes lie beside it under `body` and are fetched only to be shown.
    """

    model_config = FROZEN

    id: str  # type: ignore[assignment]  # the capture's id and the verdict's place in the answer
    capture_id: str
    passage_id: str | None
    lane_id: str | None
    taken_at: datetime
    image_sha256: str
    kind: SubjectKind
    declared: str
    verdict: Verdict
    read: str | None
    box: BoxRow
    content_type: str
    sha256: str

    class Settings:
        """Storage."""

        name = "capture_evidence"
        indexes: ClassVar[list[IndexModel]] = [
            IndexModel("expires_at", name="kept_until", expireAfterSeconds=0),
            IndexModel([("passage_id", 1), ("_id", 1)], name="of_passage"),
        ]


class ExpectedRow(BaseModel):
    """A declared number that the worker is asked about."""

    model_config = FROZEN
    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None


class Capture(Document):
    """One image and its work; the bytes lie in `capture_images` and end earlier."""

    model_config = FROZEN

    id: str  # type: ignore[assignment]  # a ULID, made by the hub
    checkpoint_id: str
    lane_id: str | None
    passage_id: str | None
    trip_id: str | None
    owner_id: str | None  # the driver who sent it, for a photo of his own
    view: CaptureView
    taken_at: datetime
    width: int
    height: int
    sha256: str
    content_type: str
    expected: tuple[ExpectedRow, ...]
    state: CaptureState
    priority: int
    attempts: int = 0
    lease: str | None = None
    lease_until: datetime | None = None
    worker: str | None = None
    readings: tuple[ReadingRow, ...] = ()
    verdicts: tuple[VerdictRow, ...] = ()
    cpu_ms: int | None = None
    failure: str | None = None

    class Settings:
        """Storage."""

        name = "captures"
        indexes: ClassVar[list[IndexModel]] = [
            IndexModel([("state", 1), ("priority", 1), ("taken_at", 1), ("_id", 1)], name="queue"),
            IndexModel([("passage_id", 1), ("taken_at", 1)], name="of_passage"),
            IndexModel(
                [("passage_id", 1), ("view", 1), ("sha256", 1)],
                name="same_image_once",
                unique=True,
                partialFilterExpression={"passage_id": {"$type": "string"}},
            ),
            IndexModel([("trip_id", 1), ("taken_at", 1)], name="of_trip"),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Capture":
        """Read a stored row."""
        capture: Capture = cls.model_validate(row)
        return capture


class CaptureImage(Document):
    """The bytes of one image; GridFS refuses transactions, and 8 MB fit into one document."""

    model_config = FROZEN

    id: str  # type: ignore[assignment]  # the capture's id
    content_type: str
    image_class: ImageClass
    body: bytes
    expires_at: datetime

    class Settings:
        """Storage."""

        name = "capture_images"
        indexes: ClassVar[list[IndexModel]] = [
            IndexModel("expires_at", name="kept_until", expireAfterSeconds=0),
        ]


MODELS: list[type[Document]] = [Capture, CaptureImage, Evidence]
