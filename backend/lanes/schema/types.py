"""Passages and the board as the schema shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from backend.captures import service as captures
from backend.clearances import service as clearances
from backend.clearances.model import Clearances
from backend.kit.context import Context
from backend.kit.graphql import Edge, PageInfo, ProblemArgument, arguments
from backend.lanes import model, service
from backend.sites.schema import Checkpoint
from backend.trips.schema_types import Plate
from core.passages import Outcome, PassageState, SubjectKind, TemperatureBand, Verdict
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from core.vouchers.live import LiveState
from core.words import Language

strawberry.enum(model.PlaceKind, description="A lane, or a bay where an officer sees to exceptions.")
strawberry.enum(
    model.DepartureWay,
    description="How a vehicle left: under the open barrier, by the side way to its bay, or by the turn-back way.",
)
strawberry.enum(model.BarrierState, description="What the barrier says of itself.")


@strawberry.type(description="What the lane's images show of one declared number: the verdict that counts.")
class SubjectFact:
    """A fact."""

    kind: SubjectKind
    declared: str
    verdict: Verdict = strawberry.field(
        description="All images together: one MISMATCH stands whatever others say; a MATCH counts where no more images "
        "read one and the same near twin (a number one character away) than matched; else UNSURE"
    )
    read: str | None = strawberry.field(description="What was really read, never the declared number")
    capture_id: strawberry.ID = strawberry.field(description="The image it comes from")
    evidence_id: strawberry.ID | None = strawberry.field(
        description="The cut-out that shows why, of the first image that said so: `evidence`, or its picture at "
        "/captures/evidence/<id>. Null for UNSURE and where the worker sent none"
    )

    @classmethod
    def of(cls, row: model.SubjectRow, evidence_id: str | None) -> "SubjectFact":
        """Show a fact."""
        return cls(
            kind=row.kind,
            declared=row.declared,
            verdict=row.verdict,
            read=row.read,
            capture_id=strawberry.ID(row.capture_id),
            evidence_id=strawberry.ID(evidence_id) if evidence_id is not None else None,
        )


@strawberry.type(
    description="One reason of a decision: a code and the values its sentence names, in any language."
)
class DecisionReason:
    """A reason."""

    code: str
    args: list[ProblemArgument]


@strawberry.type(description="What was decided about the vehicle, and why.")
class LaneDecision:
    """A decision."""

    outcome: Outcome
    reasons: list[DecisionReason]
    at: datetime
    by_officer: bool
    note: str | None = strawberry.field(description="The officer's reason in his own words")

    @classmethod
    def of(cls, row: model.DecisionRow) -> "LaneDecision":
        """Show a decision."""
        return cls(
            outcome=row.outcome, reasons=reasons_of(row), at=row.at, by_officer=row.by_officer, note=row.note
        )


@strawberry.type(description="A place of the visit, and since when the vehicle is there or was sent there.")
class PassagePlace:
    """A place."""

    kind: model.PlaceKind
    id: strawberry.ID
    since: datetime

    @classmethod
    def of(cls, row: model.PlaceRow) -> "PassagePlace":
        """Show a place."""
        return cls(kind=row.kind, id=strawberry.ID(row.id), since=row.since)


@strawberry.type(description="One agency's verdict on the trip as it stands now.")
class PassageClearance:
    """A verdict."""

    agency: Agency
    state: ClearanceState
    hold_kind: HoldKind | None
    inspection: InspectionNeed


@strawberry.type(
    description="One vehicle's visit to a checkpoint: in a lane, perhaps at a bay, until it has left."
)
class Passage:
    """A passage."""

    id: strawberry.ID
    state: PassageState
    checkpoint_id: strawberry.ID
    voucher_id: strawberry.ID
    trip_id: strawberry.ID
    places: list[PassagePlace] = strawberry.field(description="In the order of the visit")
    place: PassagePlace = strawberry.field(description="The last of `places`")
    plates: list[Plate] = strawberry.field(description="As declared and signed in the voucher")
    containers: list[str] = strawberry.field(description="As declared and signed in the voucher")
    language: Language = strawberry.field(description="The driver's")
    clock_ahead: bool = strawberry.field(description="The phone's clock runs ahead: the vehicle is referred")
    subjects: list[SubjectFact]
    temperature: TemperatureBand = strawberry.field(description="UNKNOWN until measured")
    clearances: list[PassageClearance]
    capture_ids: list[strawberry.ID] = strawberry.field(description="Oldest first")
    decision: LaneDecision | None = strawberry.field(description="The last one; null while facts are awaited")
    opened_at: datetime
    released_at: datetime | None
    left_lane_at: datetime | None
    exited_at: datetime | None
    version: int = strawberry.field(description="Raised by every change")


@strawberry.type(description="A page of passages, newest first.")
class PassageConnection:
    """A page."""

    edges: list[Edge[Passage]]
    page_info: PageInfo


@strawberry.type(
    description="A row of the board: a lane or a bay and who is there; both ids while he is between."
)
class LaneCard:
    """A row."""

    lane_id: strawberry.ID | None
    bay_id: strawberry.ID | None
    passage_id: strawberry.ID | None = strawberry.field(description="Null: nobody stands there")
    state: PassageState | None
    plates: list[str] = strawberry.field(description="As people write them")
    containers: list[str]
    temperature: TemperatureBand | None = strawberry.field(description="UNKNOWN until measured")
    since: datetime | None = strawberry.field(description="Since when the vehicle is there")
    reasons: list[DecisionReason] = strawberry.field(description="Of the last decision")
    open: bool = strawberry.field(description="Whether the lane takes vehicles")
    agent_seen_at: datetime | None = strawberry.field(description="When the lane's agent was last connected")

    @classmethod
    def of(cls, card: service.Card) -> "LaneCard":
        """Show a row."""
        passage = card.passage
        decision = passage.decision if passage is not None else None
        return cls(
            lane_id=optional_id(card.lane_id),
            bay_id=optional_id(card.bay_id),
            passage_id=optional_id(passage.id if passage is not None else None),
            state=passage.state if passage is not None else None,
            plates=[plate.plate().display() for plate in passage.plates] if passage is not None else [],
            containers=list(passage.containers) if passage is not None else [],
            temperature=passage.temperature if passage is not None else None,
            since=service.since(card),
            reasons=reasons_of(decision) if decision is not None else [],
            open=card.open,
            agent_seen_at=card.agent_seen_at,
        )


@strawberry.type(description="A position in an event stream: the number of the last event one knows of.")
class StreamPosition:
    """A position."""

    stream: str
    seq: int = strawberry.field(description="0 before the first event")


@strawberry.type(
    description="All lanes and bays of a checkpoint as they stand, and from where to follow the events."
)
class LaneBoard:
    """The board."""

    checkpoint: Checkpoint
    lanes: list[LaneCard]
    bays: list[LaneCard]
    positions: list[StreamPosition] = strawberry.field(description="Give them to checkpointEvents as `after`")
    at: datetime

    @classmethod
    def of(cls, board: service.Board, at: datetime) -> "LaneBoard":
        """Show the board."""
        return cls(
            checkpoint=Checkpoint.of(board.checkpoint),
            lanes=[LaneCard.of(card) for card in board.lanes],
            bays=[LaneCard.of(card) for card in board.bays],
            positions=positions_of(board.positions),
            at=at,
        )


def positions_of(positions: Mapping[str, int]) -> list[StreamPosition]:
    """Return the positions as the schema shows them, by stream."""
    return [StreamPosition(stream=stream, seq=seq) for stream, seq in sorted(positions.items())]


def reasons_of(decision: model.DecisionRow) -> list[DecisionReason]:
    """Return the decision's reasons as the schema shows them."""
    return [DecisionReason(code=reason.code, args=arguments(reason.args)) for reason in decision.reasons]


def optional_id(value: str | None) -> strawberry.ID | None:
    """Return the id as the schema has it."""
    return strawberry.ID(value) if value is not None else None


async def shown(context: Context, passages: Sequence[model.Passage]) -> list[Passage]:
    """Return the passages with what other domains know of them now: two reads, however many there are."""
    verdicts = await clearances.find_many(context.db, [passage.trip_id for passage in passages])
    images = await captures.of_passages(context.db, [passage.id for passage in passages])
    return [_shown(passage, verdicts.get(passage.trip_id), images[passage.id]) for passage in passages]


async def shown_one(context: Context, passage: model.Passage) -> Passage:
    """Return one passage with what other domains know of it now."""
    return (await shown(context, [passage]))[0]


def _shown(passage: model.Passage, verdicts: Clearances | None, images: Sequence[str]) -> Passage:
    places = [PassagePlace.of(place) for place in passage.places]
    return Passage(
        id=strawberry.ID(passage.id),
        state=passage.state,
        checkpoint_id=strawberry.ID(passage.checkpoint_id),
        voucher_id=strawberry.ID(passage.voucher_id),
        trip_id=strawberry.ID(passage.trip_id),
        places=places,
        place=places[-1],
        plates=[Plate.of(plate.plate()) for plate in passage.plates],
        containers=list(passage.containers),
        language=passage.language,
        clock_ahead=passage.live is LiveState.AHEAD,
        subjects=[SubjectFact.of(row, passage.evidence_of(row)) for row in passage.subjects],
        temperature=passage.temperature,
        clearances=_clearances(verdicts),
        capture_ids=[strawberry.ID(image) for image in images],
        decision=LaneDecision.of(passage.decision) if passage.decision is not None else None,
        opened_at=passage.opened_at,
        released_at=passage.released_at,
        left_lane_at=passage.left_lane_at,
        exited_at=passage.exited_at,
        version=passage.version,
    )


def _clearances(verdicts: Clearances | None) -> list[PassageClearance]:
    return [
        PassageClearance(
            agency=item.agency,
            state=item.state,
            hold_kind=item.hold.kind if item.hold is not None else None,
            inspection=item.inspection,
        )
        for item in (verdicts.items if verdicts is not None else ())
    ]
