"""Captures, what was read in them and what is kept of them, as the schema shows them."""

from datetime import datetime

import strawberry

from backend.captures import model
from backend.kit.graphql import PermissionTable
from backend.kit.graphql.permissions import EVERYBODY
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from core.roles import Role

SEE_IMAGES = frozenset({Role.OFFICER, Role.WORKER, Role.LANE_AGENT, Role.DRIVER})
SEE_EVIDENCE = frozenset({Role.OFFICER, Role.LANE_AGENT})

strawberry.enum(
    model.CaptureView,
    description="From where the image was taken, seen along the lane; DRIVER_PHOTO is a driver's own photo.",
)
strawberry.enum(
    model.CaptureState,
    description="WAITING for a worker, CLAIMED by one, READ, or FAILED after the last attempt.",
)


@strawberry.type(description="A rectangle in the image: whole pixels, origin at the top left.")
class Box:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


@strawberry.type(description="What was read openly in an image, whatever was declared.")
class Reading:
    """A reading."""

    kind: SubjectKind
    text: str = strawberry.field(description="In canonical form: upper case, no spaces, dots or hyphens")
    jurisdiction: Jurisdiction | None
    confidence: float = strawberry.field(description="0 to 1")
    box: Box

    @classmethod
    def of(cls, row: model.ReadingRow) -> "Reading":
        """Show a reading."""
        box = Box(x=row.box.x, y=row.box.y, width=row.box.width, height=row.box.height)
        return cls(
            kind=row.kind, text=row.text, jurisdiction=row.jurisdiction, confidence=row.confidence, box=box
        )


@strawberry.type(description="How an image bears on one declared number.")
class SubjectVerdict:
    """A verdict."""

    kind: SubjectKind
    declared: str
    verdict: Verdict
    score: float = strawberry.field(
        description="Log-likelihood against the best other reading; higher fits better"
    )
    read: str | None = strawberry.field(
        description="What was really read at that place, never the declared number"
    )

    @classmethod
    def of(cls, row: model.VerdictRow) -> "SubjectVerdict":
        """Show a verdict."""
        return cls(kind=row.kind, declared=row.declared, verdict=row.verdict, score=row.score, read=row.read)


@strawberry.type(description="One image of a lane camera, or a driver's photo, with what was read in it.")
class Capture:
    """A capture."""

    id: strawberry.ID
    lane_id: strawberry.ID | None
    passage_id: strawberry.ID | None
    view: model.CaptureView
    taken_at: datetime = strawberry.field(description="When the hub received it")
    width: int = strawberry.field(description="Pixels")
    height: int = strawberry.field(description="Pixels")
    sha256: str = strawberry.field(description="Of the image's bytes, in hex")
    state: model.CaptureState
    failure: str | None = strawberry.field(
        description="Why the last try to read it ended without a reading, for whoever looks at a FAILED image"
    )
    readings: list[Reading] = strawberry.field(description="Best first; empty until a worker has read it")
    verdicts: list[SubjectVerdict] = strawberry.field(
        description="One for each declared number that it bears on"
    )
    url: str = strawberry.field(
        description="Where the image is, from the hub's root, for as long as images of its kind are kept"
    )

    @classmethod
    def of(cls, capture: model.Capture) -> "Capture":
        """Show a capture."""
        return cls(
            id=strawberry.ID(capture.id),
            lane_id=strawberry.ID(capture.lane_id) if capture.lane_id is not None else None,
            passage_id=strawberry.ID(capture.passage_id) if capture.passage_id is not None else None,
            view=capture.view,
            taken_at=capture.taken_at,
            width=capture.width,
            height=capture.height,
            sha256=capture.sha256,
            state=capture.state,
            failure=capture.failure,
            readings=[Reading.of(row) for row in capture.readings],
            verdicts=[SubjectVerdict.of(row) for row in capture.verdicts],
            url=url_of(capture.id),
        )


@strawberry.type(
    description="The cut-out of an image that a verdict rests on. It outlives the image; both hashes let it be known "
    "again, the image's also stands in the event log."
)
class Evidence:
    """A cut-out."""

    id: strawberry.ID
    capture_id: strawberry.ID
    taken_at: datetime = strawberry.field(description="When the hub received the image")
    kind: SubjectKind
    declared: str
    verdict: Verdict = strawberry.field(description="MATCH, or MISMATCH where another number was surely read")
    read: str | None = strawberry.field(description="What was really read there, never the declared number")
    box: Box = strawberry.field(
        description="Where it was read in the upright image; the cut-out shows a rim more"
    )
    image_sha256: str = strawberry.field(description="Of the image's bytes as they were received, in hex")
    sha256: str = strawberry.field(description="Of the cut-out's own bytes, in hex")
    url: str = strawberry.field(description="Where the cut-out is, from the hub's root")

    @classmethod
    def of(cls, row: model.Evidence) -> "Evidence":
        """Show a cut-out."""
        return cls(
            id=strawberry.ID(row.id),
            capture_id=strawberry.ID(row.capture_id),
            taken_at=row.taken_at,
            kind=row.kind,
            declared=row.declared,
            verdict=row.verdict,
            read=row.read,
            box=Box(x=row.box.x, y=row.box.y, width=row.box.width, height=row.box.height),
            image_sha256=row.image_sha256,
            sha256=row.sha256,
            url=f"/captures/evidence/{row.id}",
        )


def url_of(capture_id: str) -> str:
    """Return where the image is, from the hub's root."""
    return f"/captures/{capture_id}"


TYPE_PERMISSIONS: PermissionTable = {
    "Evidence": {
        "id captureId takenAt kind declared verdict read box imageSha256 sha256 url": SEE_EVIDENCE,
    },
    "Box": {"x y width height": EVERYBODY},
    "Reading": {"kind text jurisdiction confidence box": SEE_IMAGES},
    "SubjectVerdict": {"kind declared verdict score read": SEE_IMAGES},
    "Capture": {
        "id laneId passageId view takenAt width height sha256 state failure readings verdicts url": SEE_IMAGES,
    },
}
