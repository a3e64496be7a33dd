"""What is stored of a trip's clearances: one versioned document, so that a hold and an approval cannot pass unseen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, IndexModel

from core.states import (
    Agency,
    ClearanceState,
    Decider,
    DecisionStepKind,
    HoldKind,
    InspectionNeed,
    QuestionState,
    TripState,
)


class Hold(BaseModel):
    """Why, by which law, where and in which order an agency wants to see the vehicle."""

    model_config = ConfigDict(frozen=True)

    kind: HoldKind
    reason: str
    legal_reference: str | None = None
    place: str | None = None
    bay_id: str | None = None
    visit_order: int | None = None


class ApprovalReason(BaseModel):
    """A rule that spoke: the values its sentence names (`core/words/approval.json`), and what else it looked at."""

    model_config = ConfigDict(frozen=True)

    rule: str
    args: dict[str, str] = {}
    inputs: dict[str, str] = {}


class Clearance(BaseModel):
    """One agency's verdict; `concern` says why it is asked."""

    model_config = ConfigDict(frozen=True)

    agency: Agency
    state: ClearanceState
    hold: Hold | None = None
    inspection: InspectionNeed = InspectionNeed.UNDECIDED
    deadline: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    concern: ApprovalReason | None = None


class Approval(BaseModel):
    """How the trip was approved; `inspection` is what the officer said where an agency's silence left it open."""

    model_config = ConfigDict(frozen=True)

    by_rule: bool
    decided_by: str
    at: datetime
    reasons: tuple[ApprovalReason, ...]
    inspection: InspectionNeed | None = None


class Question(BaseModel):
    """What an officer or an agency wants to know from the driver; `agency` is None where an officer asks."""

    model_config = ConfigDict(frozen=True)

    id: str
    agency: Agency | None
    asked_by: str
    text: str
    asked_at: datetime
    state: QuestionState = QuestionState.OPEN
    answer: str | None = None
    closed_at: datetime | None = None


class Step(BaseModel):
    """One step on the way to a decision: who took it, and the rules that spoke."""

    model_config = ConfigDict(frozen=True)

    kind: DecisionStepKind
    at: datetime
    decider: Decider
    name: str | None = None
    agency: Agency | None = None
    state: ClearanceState | None = None
    text: str | None = None
    reasons: tuple[ApprovalReason, ...] = ()


class Clearances(Document):
    """All verdicts on one trip, `_id` the trip's. Whoever decides on them raises `version` in that transaction.

    `round` is the trip's version they speak of; `open` is false once the trip went back to its driver or ended.
    Questions and steps stay through the rounds. Beside them the row has `desks`: state and deadline by agency, so
    that each agency's queue has an index of its own.
    """

    id: str  # type: ignore[assignment]
    checkpoint_id: str
    round: int
    version: int
    open: bool
    opened_at: datetime
    items: tuple[Clearance, ...]
    review_reasons: tuple[ApprovalReason, ...] = ()
    approval: Approval | None = None
    questions: tuple[Question, ...] = ()
    steps: tuple[Step, ...] = ()

    class Settings:
        """Storage."""

        name = "clearances"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("open", ASCENDING), ("items.state", ASCENDING), ("opened_at", ASCENDING)]),
            *(
                IndexModel(
                    [
                        (f"desks.{agency.value}.state", ASCENDING),
                        (f"desks.{agency.value}.deadline", ASCENDING),
                        ("_id", ASCENDING),
                    ],
                    name=f"queue_of_{agency.value.lower()}",
                    partialFilterExpression={"open": True, f"desks.{agency.value}.state": {"$exists": True}},
                )
                for agency in Agency
            ),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Clearances":
        """Read a stored row."""
        clearances: Clearances = cls.model_validate(row)
        return clearances

    def of_agency(self, agency: Agency) -> Clearance | None:
        """Return the agency's verdict, None if it is not concerned."""
        return next((item for item in self.items if item.agency is agency), None)

    def open_question(self, agency: Agency | None = None) -> Question | None:
        """Return the first open question, of anybody or of this agency."""
        return next(
            (
                question
                for question in self.questions
                if question.state is QuestionState.OPEN and agency in {None, question.agency}
            ),
            None,
        )


class AgencyTime(BaseModel):
    """What one agency said before a decision, and after how many seconds; None where it did not speak."""

    model_config = ConfigDict(frozen=True)

    agency: Agency
    state: ClearanceState
    seconds: int | None


class Decision(Document):
    """One decision about one submission of a trip, kept for the figures; no personal data. `day` is the checkpoint's.

    `_id` is the trip's id and its version. `rules` are those that spoke for the approval or for the officer's look.
    """

    id: str  # type: ignore[assignment]
    checkpoint_id: str
    day: str
    at: datetime
    seconds: int
    by_rule: bool
    outcome: TripState
    rules: tuple[str, ...]
    agencies: tuple[AgencyTime, ...]

    class Settings:
        """Storage. The first index answers shares and times without a look at the rows."""

        name = "decisions"
        indexes: ClassVar[list[Any]] = [
            IndexModel(
                [
                    ("checkpoint_id", ASCENDING),
                    ("day", ASCENDING),
                    ("by_rule", ASCENDING),
                    ("seconds", ASCENDING),
                ],
                name="times_of_a_day",
            ),
        ]


MODELS: list[type[Document]] = [Clearances, Decision]
