"""The one decision about a vehicle in a lane, the same at lane and hub: wait, release, refer or refuse."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from core.passages.lane import LanePolicy, OfflinePolicy, SubjectFact, SubjectKind, TemperatureBand, Verdict
from core.passages.sightings import together
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed, VoucherState
from core.vouchers.live import LiveState
from core.words import Language, WordList, render


class Outcome(StrEnum):
    """What happens to the vehicle now."""

    WAIT = "WAIT"
    RELEASE = "RELEASE"
    REFER = "REFER"
    REFUSE = "REFUSE"


class ReasonCode(StrEnum):
    """Why; each has its sentences in `core/words/reasons.json`."""

    ALL_FACTS_GOOD = "ALL_FACTS_GOOD"
    OFFICER_RELEASED = "OFFICER_RELEASED"
    PLATE_AWAITED = "PLATE_AWAITED"
    CONTAINER_AWAITED = "CONTAINER_AWAITED"
    TEMPERATURE_AWAITED = "TEMPERATURE_AWAITED"
    PLATE_MISMATCH = "PLATE_MISMATCH"
    PLATE_UNSURE = "PLATE_UNSURE"
    PLATE_UNREAD = "PLATE_UNREAD"
    CONTAINER_MISMATCH = "CONTAINER_MISMATCH"
    CONTAINER_UNSURE = "CONTAINER_UNSURE"
    CONTAINER_UNREAD = "CONTAINER_UNREAD"
    TEMPERATURE_HIGH = "TEMPERATURE_HIGH"
    TEMPERATURE_UNREAD = "TEMPERATURE_UNREAD"
    CLOCK_AHEAD = "CLOCK_AHEAD"
    CLEARANCE_MISSING = "CLEARANCE_MISSING"
    CLEARANCE_PENDING = "CLEARANCE_PENDING"
    HOLD_AT_BAY = "HOLD_AT_BAY"
    HOLD_BEFORE_ARRIVAL = "HOLD_BEFORE_ARRIVAL"
    TRIP_DETAINED = "TRIP_DETAINED"
    INSPECTION_REQUIRED = "INSPECTION_REQUIRED"
    INSPECTION_UNDECIDED = "INSPECTION_UNDECIDED"
    OFFICER_REFERRED = "OFFICER_REFERRED"
    OFFICER_REFUSED = "OFFICER_REFUSED"
    OFFLINE_NEEDS_OFFICER = "OFFLINE_NEEDS_OFFICER"
    OFFLINE_LANE_CLOSED = "OFFLINE_LANE_CLOSED"
    VOUCHER_SPENT = "VOUCHER_SPENT"
    VOUCHER_REVOKED = "VOUCHER_REVOKED"
    VOUCHER_SUPERSEDED = "VOUCHER_SUPERSEDED"
    VOUCHER_EXPIRED = "VOUCHER_EXPIRED"


@dataclass(frozen=True)
class Reason:
    """One reason of a decision, with the values its sentence shows."""

    code: ReasonCode
    args: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def sentence(self, language: str = Language.EN) -> str:
        """Return what the driver reads."""
        return render(WordList.REASONS, self.code, self.args, language)


@dataclass(frozen=True)
class Decision:
    """What happens, and every reason for it."""

    outcome: Outcome
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class ClearanceFact:
    """One agency's verdict as last known; `hold` is set where the state is HOLD."""

    agency: Agency
    state: ClearanceState
    hold: HoldKind | None = None


@dataclass(frozen=True)
class OfficerDecision:
    """What an officer said about this passage: RELEASE, REFER or REFUSE, with a reason in words."""

    outcome: Outcome
    reason: str

    def __post_init__(self) -> None:
        if self.outcome is Outcome.WAIT:
            raise ValueError("an officer releases, refers or refuses")


@dataclass(frozen=True, kw_only=True)
class DecisionInput:
    """All that the decision rests on.

    `plates` and `containers` are the canonical texts of the claims; `facts` come in any order;
    `waited_seconds` counts from the opening of the passage; `offline` is true where the lane decides
    without its hub.
    """

    plates: tuple[str, ...]
    containers: tuple[str, ...]
    live: LiveState
    clearances: tuple[ClearanceFact, ...]
    inspection: InspectionNeed
    facts: tuple[SubjectFact, ...]
    policy: LanePolicy
    waited_seconds: float
    temperature: TemperatureBand | None = None
    officer: OfficerDecision | None = None
    voucher: VoucherState = VoucherState.ISSUED
    trip_detained: bool = False
    offline: bool = False


_VOUCHER_REASONS = {
    VoucherState.SPENT: ReasonCode.VOUCHER_SPENT,
    VoucherState.REVOKED: ReasonCode.VOUCHER_REVOKED,
    VoucherState.SUPERSEDED: ReasonCode.VOUCHER_SUPERSEDED,
    VoucherState.EXPIRED: ReasonCode.VOUCHER_EXPIRED,
}
_HOLD_REASONS = {
    HoldKind.AT_BAY: ReasonCode.HOLD_AT_BAY,
    HoldKind.BEFORE_ARRIVAL: ReasonCode.HOLD_BEFORE_ARRIVAL,
    None: ReasonCode.HOLD_BEFORE_ARRIVAL,
}
_INSPECTION_REASONS = {
    InspectionNeed.REQUIRED: ReasonCode.INSPECTION_REQUIRED,
    InspectionNeed.UNDECIDED: ReasonCode.INSPECTION_UNDECIDED,
}


def decide(given: DecisionInput) -> Decision:
    """Return the decision; total and pure, and RELEASE only when every needed fact is there and good.

    At least one declared plate must match and none may mismatch; a declared container may not mismatch,
    and must match where the lane requires containers. What is missing or unsure is waited for, then
    referred. An officer overrides what the lane saw, never a voucher that is not ISSUED nor what an agency
    said.
    """
    refusals = tuple(_refusals(given))
    if refusals:
        return Decision(Outcome.REFUSE, refusals)
    withheld = tuple(_withheld(given))
    officer = given.officer.outcome if given.officer else None
    if officer is Outcome.REFER:
        return Decision(Outcome.REFER, (Reason(ReasonCode.OFFICER_REFERRED), *withheld))
    if withheld:
        return Decision(Outcome.REFER, withheld)
    if officer is Outcome.RELEASE:
        return Decision(Outcome.RELEASE, (Reason(ReasonCode.OFFICER_RELEASED),))
    return _by_sight(given)


def _by_sight(given: DecisionInput) -> Decision:
    against = tuple(_against(given))
    if against:
        return Decision(Outcome.REFER, against)
    awaited = tuple(_awaited(given))
    if not awaited:
        return Decision(Outcome.RELEASE, (Reason(ReasonCode.ALL_FACTS_GOOD),))
    if given.waited_seconds < given.policy.wait_seconds:
        return Decision(Outcome.WAIT, tuple(waiting for waiting, _ in awaited))
    return Decision(Outcome.REFER, tuple(missed for _, missed in awaited))


def _refusals(given: DecisionInput) -> Iterator[Reason]:
    if given.voucher is not VoucherState.ISSUED:
        yield Reason(_VOUCHER_REASONS[given.voucher])
    if given.officer and given.officer.outcome is Outcome.REFUSE:
        yield Reason(ReasonCode.OFFICER_REFUSED)
    if given.offline and given.policy.offline is OfflinePolicy.CLOSE:
        yield Reason(ReasonCode.OFFLINE_LANE_CLOSED)


def _withheld(given: DecisionInput) -> Iterator[Reason]:
    """Yield what only an agency can lift: holds, open verdicts, a due inspection, a detained vehicle."""
    if given.trip_detained:
        yield Reason(ReasonCode.TRIP_DETAINED)
    if not given.clearances:
        yield Reason(ReasonCode.CLEARANCE_MISSING)
    for clearance in given.clearances:
        if clearance.state is ClearanceState.HOLD:
            yield Reason(_HOLD_REASONS[clearance.hold], {"agency": clearance.agency.value})
        if clearance.state is ClearanceState.PENDING:
            yield Reason(ReasonCode.CLEARANCE_PENDING, {"agency": clearance.agency.value})
    if given.inspection in _INSPECTION_REASONS:
        yield Reason(_INSPECTION_REASONS[given.inspection])


def _verdict(given: DecisionInput, kind: SubjectKind, declared: str) -> Verdict | None:
    """Return what all images say together of one declared number."""
    counts = together([fact for fact in given.facts if (fact.subject, fact.declared) == (kind, declared)])
    return counts.verdict if counts else None


def _against(given: DecisionInput) -> Iterator[Reason]:
    """Yield what speaks against a release and no waiting will mend."""
    if given.live is LiveState.AHEAD:
        yield Reason(ReasonCode.CLOCK_AHEAD)
    if given.offline and given.policy.offline is OfflinePolicy.OFFICER:
        yield Reason(ReasonCode.OFFLINE_NEEDS_OFFICER)
    if given.temperature is TemperatureBand.HIGH:
        yield Reason(ReasonCode.TEMPERATURE_HIGH)
    for plate in given.plates:
        if _verdict(given, SubjectKind.PLATE, plate) is Verdict.MISMATCH:
            yield Reason(ReasonCode.PLATE_MISMATCH, {"declared": plate})
    for container in given.containers:
        if _verdict(given, SubjectKind.CONTAINER, container) is Verdict.MISMATCH:
            yield Reason(ReasonCode.CONTAINER_MISMATCH, {"declared": container})


def _awaited(given: DecisionInput) -> Iterator[tuple[Reason, Reason]]:
    """Yield what is still needed: why the vehicle waits, and why it is referred once the time is over."""
    plates = {plate: _verdict(given, SubjectKind.PLATE, plate) for plate in given.plates}
    if Verdict.MATCH not in plates.values():
        unsure = next((plate for plate, verdict in plates.items() if verdict is Verdict.UNSURE), None)
        missed = Reason(ReasonCode.PLATE_UNREAD)
        if unsure is not None:
            missed = Reason(ReasonCode.PLATE_UNSURE, {"declared": unsure})
        yield Reason(ReasonCode.PLATE_AWAITED), missed
    for container in given.containers if given.policy.containers_required else ():
        verdict = _verdict(given, SubjectKind.CONTAINER, container)
        if verdict is not Verdict.MATCH:
            unread = ReasonCode.CONTAINER_UNREAD if verdict is None else ReasonCode.CONTAINER_UNSURE
            shown = {"declared": container}
            yield Reason(ReasonCode.CONTAINER_AWAITED, shown), Reason(unread, shown)
    unmeasured = given.temperature in (None, TemperatureBand.UNKNOWN)
    if given.policy.temperature_required and unmeasured:
        yield Reason(ReasonCode.TEMPERATURE_AWAITED), Reason(ReasonCode.TEMPERATURE_UNREAD)
