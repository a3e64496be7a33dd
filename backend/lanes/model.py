"""Passages: one vehicle's visit to a checkpoint, with its places, its facts and what was decided."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import IndexModel

from core.identifiers.plates import Jurisdiction, Plate
from core.passages import (
    OPEN_STATES,
    Outcome,
    PassageState,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
)
from core.vouchers.claims import Direction, Presentation
from core.vouchers.live import LiveState
from core.words import Language

FROZEN = ConfigDict(frozen=True, populate_by_name=True)

ONE_OPEN_A_VOUCHER = "one_open_passage_a_voucher"
ONE_A_LANE = "one_vehicle_a_lane"
ONE_A_BAY = "one_vehicle_a_bay"


class PlaceKind(StrEnum):
    """A lane, or a bay beside the lanes where vehicles wait for an officer."""

    LANE = "LANE"
    BAY = "BAY"


class DepartureWay(StrEnum):
    """How a vehicle left: under the open barrier, by the side way to its bay, or by the turn-back way."""

    BARRIER = "BARRIER"
    TO_BAY = "TO_BAY"
    TURN_BACK = "TURN_BACK"


class BarrierState(StrEnum):
    """What the barrier says of itself."""

    OPENING = "OPENING"
    OPENED = "OPENED"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


class PlaceRow(BaseModel):
    """A place and since when the vehicle is there, or was sent there."""

    model_config = FROZEN
    kind: PlaceKind
    id: str
    since: datetime


class PlateRow(BaseModel):
    """A declared plate, in its canonical form."""

    model_config = FROZEN
    jurisdiction: Jurisdiction
    text: str

    @classmethod
    def of(cls, plate: Plate) -> "PlateRow":
        """Take over a plate of a voucher."""
        return cls(jurisdiction=plate.jurisdiction, text=plate.text)

    def plate(self) -> Plate:
        """Return the value that knows how it is shown."""
        return Plate(jurisdiction=self.jurisdiction, text=self.text)


class SubjectRow(BaseModel):
    """What an image said of one declared number, or what counts of all of them (see `rules.counting`)."""

    model_config = FROZEN
    kind: SubjectKind
    declared: str
    verdict: Verdict
    read: str | None
    capture_id: str

    def fact(self) -> SubjectFact:
        """Return what the decision looks at."""
        return SubjectFact(self.kind, self.declared, self.verdict, self.read, self.capture_id)

    @classmethod
    def of(cls, fact: SubjectFact) -> "SubjectRow":
        """Take over what an image said."""
        return cls(
            kind=fact.subject,
            declared=fact.declared,
            verdict=fact.verdict,
            read=fact.read,
            capture_id=fact.capture_id,
        )


class ProofRow(BaseModel):
    """Which cut-out is kept of the first image that said this of a declared number."""

    model_config = FROZEN
    kind: SubjectKind
    declared: str
    verdict: Verdict
    evidence_id: str


class ReasonRow(BaseModel):
    """One reason of a decision: a code with its arguments, worded by each app in its language."""

    model_config = FROZEN
    code: str
    args: dict[str, str]


class DecisionRow(BaseModel):
    """What was decided, by the rules or by an officer, who also says why in words."""

    model_config = FROZEN
    outcome: Outcome
    reasons: tuple[ReasonRow, ...]
    at: datetime
    officer_id: str | None = None
    note: str | None = None

    @property
    def by_officer(self) -> bool:
        """Whether a person decided."""
        return self.officer_id is not None


class Passage(Document):
    """One visit. What the code said is kept here from the moment of opening: its expiry no longer matters.

    `occupied_lane` and `occupied_bay` name where the vehicle stands now; a vehicle sent to a bay takes the bay
    at once and keeps its lane until it has left it.
    """

    model_config = FROZEN

    id: str  # type: ignore[assignment]  # a ULID, made by the lane's agent
    state: PassageState
    checkpoint_id: str
    lane_id: str
    voucher_id: str
    trip_id: str
    places: tuple[PlaceRow, ...]
    occupied_lane: str | None
    occupied_bay: str | None = None
    plates: tuple[PlateRow, ...]
    containers: tuple[str, ...]
    direction: Direction
    language: Language
    presentation: Presentation
    live: LiveState
    subjects: tuple[SubjectRow, ...] = ()  # what counts, one a declared number
    sightings: tuple[SubjectRow, ...] = ()  # what the images said each, as far as it may yet count
    proofs: tuple[ProofRow, ...] = ()
    temperature: TemperatureBand = TemperatureBand.UNKNOWN
    decision: DecisionRow | None = None
    barrier: BarrierState | None = None
    opened_at: datetime
    changed_at: datetime  # when anything was last heard of it
    released_at: datetime | None = None
    left_lane_at: datetime | None = None
    exited_at: datetime | None = None
    version: int = 1

    class Settings:
        """Storage."""

        name = "passages"
        indexes: ClassVar[list[IndexModel]] = [
            IndexModel(
                "voucher_id",
                name=ONE_OPEN_A_VOUCHER,
                unique=True,
                partialFilterExpression={"state": {"$in": sorted(state.value for state in OPEN_STATES)}},
            ),
            IndexModel(
                "occupied_lane",
                name=ONE_A_LANE,
                unique=True,
                partialFilterExpression={"occupied_lane": {"$type": "string"}},
            ),
            IndexModel(
                "occupied_bay",
                name=ONE_A_BAY,
                unique=True,
                partialFilterExpression={"occupied_bay": {"$type": "string"}},
            ),
            IndexModel([("checkpoint_id", 1), ("opened_at", -1), ("_id", -1)], name="of_checkpoint"),
            IndexModel([("trip_id", 1), ("opened_at", -1)], name="of_trip"),
            IndexModel([("voucher_id", 1), ("opened_at", -1)], name="of_voucher"),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Passage":
        """Read a stored row."""
        passage: Passage = cls.model_validate(row)
        return passage

    def evidence_of(self, subject: SubjectRow) -> str | None:
        """The id of the cut-out that shows why the number has this verdict, where one is kept."""
        found = (
            proof.evidence_id
            for proof in self.proofs
            if (proof.kind, proof.declared, proof.verdict)
            == (subject.kind, subject.declared, subject.verdict)
        )
        return next(found, None)

    @property
    def is_open(self) -> bool:
        """Whether the visit still goes on."""
        return self.state in OPEN_STATES

    @property
    def place(self) -> PlaceRow:
        """Where the vehicle is, or was last."""
        return self.places[-1]

    @property
    def stream(self) -> str:
        """The stream its facts go to: its lane's, and once it was sent to a bay its checkpoint's."""
        if self.place.kind is PlaceKind.BAY:
            return f"site:{self.checkpoint_id}"
        return f"lane:{self.lane_id}"

    @property
    def trip_stream(self) -> str:
        """The stream of its trip."""
        return f"trip:{self.trip_id}"


class LanePresence(Document):
    """When the hub last knew a lane's agent to be connected."""

    id: str  # type: ignore[assignment]  # the lane's id
    agent_id: str
    seen_at: datetime

    class Settings:
        """Storage."""

        name = "lane_presences"


MODELS: list[type[Document]] = [Passage, LanePresence]
