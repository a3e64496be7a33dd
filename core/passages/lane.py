"""One vehicle's visit to a checkpoint: its states, what a lane demands, and what is seen there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.problems import ProblemCode, Refusal
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims


class PassageState(StrEnum):
    """The state of a passage; only RELEASED opens the barrier."""

    IDENTIFYING = "IDENTIFYING"
    MATCHING = "MATCHING"
    ASSISTING = "ASSISTING"
    DIVERTED = "DIVERTED"
    RELEASED = "RELEASED"
    EXITED = "EXITED"
    REFUSED = "REFUSED"
    ABANDONED = "ABANDONED"
    FAULT = "FAULT"


_S = PassageState
OPEN_STATES = frozenset({_S.IDENTIFYING, _S.MATCHING, _S.ASSISTING, _S.DIVERTED, _S.RELEASED})
"""The states in which a passage keeps its voucher from opening another one."""

_ENDS = frozenset({_S.REFUSED, _S.ABANDONED, _S.FAULT})
ALLOWED: Mapping[PassageState, frozenset[PassageState]] = MappingProxyType(
    {
        _S.IDENTIFYING: _ENDS | {_S.MATCHING, _S.ASSISTING, _S.DIVERTED, _S.RELEASED},
        _S.MATCHING: _ENDS | {_S.ASSISTING, _S.DIVERTED, _S.RELEASED},
        _S.ASSISTING: _ENDS | {_S.MATCHING, _S.DIVERTED, _S.RELEASED},
        _S.DIVERTED: _ENDS | {_S.MATCHING, _S.ASSISTING, _S.RELEASED},
        _S.RELEASED: frozenset({_S.EXITED, _S.FAULT}),
        _S.EXITED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.ABANDONED: frozenset(),
        _S.FAULT: frozenset(),
    }
)
"""From each state, the states that may follow."""


class Verdict(StrEnum):
    """Whether an image shows what was declared."""

    MATCH = "MATCH"
    UNSURE = "UNSURE"
    MISMATCH = "MISMATCH"


class TemperatureBand(StrEnum):
    """A measured temperature as a band: the figure itself is never kept."""

    NORMAL = "NORMAL"
    ELEVATED = "ELEVATED"
    HIGH = "HIGH"
    UNKNOWN = "UNKNOWN"


class FactKind(StrEnum):
    """What a fact of a passage is about."""

    READING = "READING"
    TEMPERATURE = "TEMPERATURE"
    CLOCK = "CLOCK"
    LOOP = "LOOP"
    OFFICER = "OFFICER"


class SubjectKind(StrEnum):
    """What a camera looks for."""

    PLATE = "PLATE"
    CONTAINER = "CONTAINER"


@dataclass(frozen=True)
class SubjectFact:
    """What one image said of one declared number; `read` is what was really read there, or None."""

    subject: SubjectKind
    declared: str
    verdict: Verdict
    read: str | None
    capture_id: str


class OfflinePolicy(StrEnum):
    """What a lane may do without its hub."""

    ALLOW = "ALLOW"
    OFFICER = "OFFICER"
    CLOSE = "CLOSE"


@dataclass(frozen=True, kw_only=True)
class LanePolicy:
    """What a lane takes and demands; times in seconds."""

    wait_seconds: int = 10
    diverts_after_seconds: int = 15
    temperature_required: bool = False
    containers_required: bool = True
    offline: OfflinePolicy = OfflinePolicy.OFFICER
    accepts_print: bool = False
    lane_class: LaneClass = LaneClass.GOODS
    directions: frozenset[Direction] = frozenset(Direction)


def admit(claims: VoucherClaims, policy: LanePolicy, checkpoint: int) -> None:
    """Refuse a genuine code that this lane does not serve; the same rule at lane and hub.

    Raises:
        Refusal: CODE_WRONG_CHECKPOINT, CODE_WRONG_LANE (direction or class), CODE_PRINT_NOT_ACCEPTED.
    """
    if claims.checkpoint != checkpoint:
        raise Refusal(ProblemCode.CODE_WRONG_CHECKPOINT)
    classes = {claims.lane_class, policy.lane_class}
    if claims.direction not in policy.directions or (len(classes) > 1 and LaneClass.ANY not in classes):
        raise Refusal(ProblemCode.CODE_WRONG_LANE)
    if claims.presentation is Presentation.PRINT and not policy.accepts_print:
        raise Refusal(ProblemCode.CODE_PRINT_NOT_ACCEPTED)
