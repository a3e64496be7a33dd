"""What is stored of a trip's clearances: one versioned document, so that a hold and an approval cannot pass unseen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, IndexModel

from core.states import Agency, ClearanceState, HoldKind, InspectionNeed


class Hold(BaseModel):
    """Why, where and in which order an agency wants to see the vehicle."""

    model_config = ConfigDict(frozen=True)

    kind: HoldKind
    reason: str
    place: str | None = None
    visit_order: int | None = None


class Clearance(BaseModel):
    """One agency's verdict."""

    model_config = ConfigDict(frozen=True)

    agency: Agency
    state: ClearanceState
    hold: Hold | None = None
    inspection: InspectionNeed = InspectionNeed.UNDECIDED
    deadline: datetime
    answered_at: datetime | None = None


class ApprovalReason(BaseModel):
    """A rule that spoke, with the values its sentence names (`core/words/approval.json`)."""

    model_config = ConfigDict(frozen=True)

    rule: str
    args: dict[str, str] = {}


class Approval(BaseModel):
    """How the trip was approved."""

    model_config = ConfigDict(frozen=True)

    by_rule: bool
    decided_by: str
    at: datetime
    reasons: tuple[ApprovalReason, ...]


class Clearances(Document):
    """All verdicts on one trip, `_id` the trip's. Whoever decides on them raises `version` in that transaction.

    `round` is the trip's version they speak of; `open` is false once the trip went back to its driver or ended.
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

    class Settings:
        """Storage."""

        name = "clearances"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("open", ASCENDING), ("items.state", ASCENDING), ("opened_at", ASCENDING)]),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Clearances":
        """Read a stored row."""
        clearances: Clearances = cls.model_validate(row)
        return clearances

    def of_agency(self, agency: Agency) -> Clearance | None:
        """Return the agency's verdict, None if it is not concerned."""
        return next((item for item in self.items if item.agency is agency), None)


MODELS: list[type[Document]] = [Clearances]
