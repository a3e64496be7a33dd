"""What others may hear of clearances. The lanes hear everything: a hold after approval must stop a vehicle."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role

_CONCERNED = frozenset({Role.DRIVER, Role.OFFICER, Role.AGENCY, Role.LANE_AGENT})


@dataclass(frozen=True, kw_only=True)
class ClearanceAnswered(Event):
    """An agency said CLEAR or HOLD, or changed its word; the reason of a hold stands with the clearance."""

    kind = "clearance.answered"
    audience = _CONCERNED
    agency: str
    state: str
    hold_kind: str | None = None
    inspection: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ClearanceSilent(Event):
    """An agency let its deadline pass; `policy` says what follows: CLEAR or OFFICER."""

    kind = "clearance.silent"
    audience = _CONCERNED
    agency: str
    policy: str
    version: int


_DESK = frozenset({Role.OFFICER, Role.AGENCY})


@dataclass(frozen=True, kw_only=True)
class ClearancesJudged(Event):
    """The rules leave the trip to an officer; `reasons` are those that spoke, of which the driver must not hear."""

    kind = "clearance.judged"
    audience = _DESK
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionEvent(Event):
    """What every event of a question says; not an event by itself. `agency` is None where an officer asked."""

    kind = "question"
    audience = frozenset()
    question: str
    agency: str | None


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(QuestionEvent):
    """The driver is asked; the text stands with the trip."""

    kind = "question.asked"
    audience = _DESK | {Role.DRIVER}


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(QuestionEvent):
    """The driver has answered."""

    kind = "question.answered"
    audience = _DESK | {Role.DRIVER}


@dataclass(frozen=True, kw_only=True)
class QuestionWithdrawn(QuestionEvent):
    """No answer is wanted any more."""

    kind = "question.withdrawn"
    audience = _DESK | {Role.DRIVER}
