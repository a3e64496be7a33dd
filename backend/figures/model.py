"""What is stored of figures: each day that is over, counted once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, IndexModel

from core.states import Agency, ClearanceState


class Frozen(BaseModel):
    """A value."""

    model_config = ConfigDict(frozen=True)


class DecisionCount(Frozen):
    """So many decisions, alike in who decided and after how many seconds."""

    by_rule: bool
    seconds: int
    number: int


class RuleCount(Frozen):
    """So many decisions in which a rule spoke, after so many seconds."""

    rule: str
    by_rule: bool
    seconds: int
    number: int


class AgencyCount(Frozen):
    """So many times an agency stood so when a decision fell; `seconds` to its answer, None without one."""

    agency: Agency
    state: ClearanceState
    seconds: int | None
    number: int


class Day(Frozen):
    """The counts of one day at a checkpoint."""

    day: str
    decisions: tuple[DecisionCount, ...]
    rules: tuple[RuleCount, ...]
    agencies: tuple[AgencyCount, ...]


class CountedDay(Document):
    """A day that is over, with its counts; `_id` is the checkpoint and the day."""

    id: str  # type: ignore[assignment]
    checkpoint_id: str
    counts: Day

    class Settings:
        """Storage."""

        name = "counted_days"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("checkpoint_id", ASCENDING), ("counts.day", ASCENDING)]),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "CountedDay":
        """Read a stored row."""
        counted: CountedDay = cls.model_validate(row)
        return counted


MODELS: list[type[Document]] = [CountedDay]
