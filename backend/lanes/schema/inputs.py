"""What lanes and officers send."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.kit.graphql import Problem
from backend.lanes import model
from backend.lanes.schema.types import Passage
from core.identifiers.plates import Jurisdiction
from core.passages import Outcome, SubjectKind, TemperatureBand, Verdict
from core.problems import ProblemCode

KEY = "8 to 64 characters, made by the sender; the same key with the same content gets the first answer again"


@strawberry.input(description="A code was shown at a lane: open its passage.")
class OpenPassageInput:
    """What the agent asks."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID = strawberry.field(description="A ULID that the agent made")
    lane_id: strawberry.ID
    code: str = strawberry.field(description="The text of the QR code, unchanged")
    scanned_at: datetime


@strawberry.input(description="A measured temperature, as a band.")
class ReportTemperatureInput:
    """What the agent measured."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    band: TemperatureBand


@strawberry.input(description="A passage in the agent's lane.")
class PassageKeyInput:
    """Which passage."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    lane_id: strawberry.ID


@strawberry.input(description="A passage in the agent's lane, and why it does not go on.")
class ReferPassageInput:
    """Which passage and why."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    lane_id: strawberry.ID
    reasons: list[str] = strawberry.field(description="Reason codes of the lane's decision, 1 to 10")


@strawberry.input(description="A vehicle has left: a lane, as its agent saw it, or a bay, as an officer did.")
class ReportDepartureInput:
    """Who left, and how."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    lane_id: strawberry.ID | None = strawberry.field(
        default=None, description="Required of agents; null when an officer reports for a bay"
    )
    way: model.DepartureWay
    at: datetime


@strawberry.input(description="What the lane's barrier says.")
class ReportBarrierInput:
    """The barrier's state."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    lane_id: strawberry.ID
    state: model.BarrierState
    at: datetime


@strawberry.input(description="A code that the lane refused by itself, for the log; or many of one reason.")
class ReportRefusalInput:
    """Local refusals."""

    idempotency_key: str = strawberry.field(description=KEY)
    lane_id: strawberry.ID
    code: ProblemCode
    voucher_id: strawberry.ID | None = strawberry.field(
        default=None, description="If the code could be read so far"
    )
    at: datetime
    count: int = strawberry.field(
        default=1,
        description="How many codes this report stands for, 1 to 1,000,000; `at` is the first one's time",
    )
    until: datetime | None = strawberry.field(default=None, description="When the last of several was shown")


@strawberry.input(description="An officer's decision: RELEASE, REFER or REFUSE, with his reason.")
class DecidePassageInput:
    """What the officer says."""

    idempotency_key: str = strawberry.field(description=KEY)
    passage_id: strawberry.ID
    outcome: Outcome
    reason: str = strawberry.field(description="In his own words, at most 500 characters")


@strawberry.input(description="A rectangle in the image: whole pixels, origin at the top left.")
class BoxInput:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


@strawberry.input(description="What was read openly in the image.")
class ReadingInput:
    """A reading."""

    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None = None
    confidence: float = strawberry.field(description="0 to 1")
    box: BoxInput


@strawberry.input(
    description="What a MATCH or a MISMATCH rests on, cut out of the image for a person to look at. Of each "
    "declared number the first MATCH and the first MISMATCH of a passage are kept."
)
class EvidenceInput:
    """A cut-out."""

    box: BoxInput = strawberry.field(description="Where it was read, within the upright image")
    image: str = strawberry.field(
        description="The place with a rim around it: a JPEG, PNG or WebP of at most 16 KiB, as base64"
    )


@strawberry.input(description="How the image bears on one number that was asked about.")
class SubjectVerdictInput:
    """A verdict."""

    kind: SubjectKind
    declared: str = strawberry.field(description="Exactly as claimCapture gave it")
    verdict: Verdict
    score: float
    read: str | None = strawberry.field(default=None, description="What was really read there")
    evidence: EvidenceInput | None = strawberry.field(
        default=None, description="With MATCH and MISMATCH only; refused with UNSURE"
    )


@strawberry.input(description="A worker's answer about the image it has leased.")
class SubmitReadingsInput:
    """The answer."""

    capture_id: strawberry.ID
    lease: str
    readings: list[ReadingInput]
    verdicts: list[SubjectVerdictInput]
    cpu_milliseconds: int


@strawberry.type(description="The passage at this lane for the code that was shown.")
class PassageOpened:
    """An opened passage."""

    passage: Passage
    returned: bool = strawberry.field(description="True: the same code had opened it here before")


@strawberry.type(description="The vehicle may pass and its voucher is spent: open the barrier.")
class PassageReleased:
    """A release."""

    passage: Passage
    open_until: datetime = strawberry.field(
        description="After this moment do not open on this answer any more"
    )


@strawberry.type(description="The refusal is in the lane's log.")
class RefusalRecorded:
    """A recorded refusal."""

    code: ProblemCode


OpenPassageResult = Annotated[
    PassageOpened | Problem, strawberry.union("OpenPassageResult", description="The passage, or why not.")
]
ReleasePassageResult = Annotated[
    PassageReleased | Problem,
    strawberry.union(
        "ReleasePassageResult",
        description="The release, or why not: NOT_RELEASABLE names outcome and reasons.",
    ),
]
PassageResult = Annotated[
    Passage | Problem,
    strawberry.union("PassageResult", description="The passage as it now stands, or why not."),
]
ReportRefusalResult = Annotated[
    RefusalRecorded | Problem, strawberry.union("ReportRefusalResult", description="Recorded, or why not.")
]
