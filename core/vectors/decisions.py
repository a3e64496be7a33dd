"""What the lane decides, case by case; the expectation of each case is written by hand."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from core.passages import (
    ClearanceFact,
    DecisionInput,
    LanePolicy,
    OfficerDecision,
    OfflinePolicy,
    Outcome,
    ReasonCode,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
)
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed, VoucherState
from core.vouchers.live import LiveState

PLATE, HOME_PLATE, BOX, SECOND_BOX = "粤ZDF15港", "UP2643", "CSQU3054383", "TOLU4734787"
_R = ReasonCode


@dataclass(frozen=True)
class Case:
    """One case: what is given, and what must come of it."""

    name: str
    given: DecisionInput
    outcome: Outcome
    reasons: tuple[ReasonCode, ...]


def seen(declared: str, verdict: Verdict, capture: str = "front") -> SubjectFact:
    """Return what an image said of a declared number."""
    kind = SubjectKind.CONTAINER if declared in (BOX, SECOND_BOX) else SubjectKind.PLATE
    return SubjectFact(kind, declared, verdict, declared if verdict is Verdict.MATCH else None, capture)


CLEAR = (
    ClearanceFact(Agency.CUSTOMS, ClearanceState.CLEAR),
    ClearanceFact(Agency.BORDER_INSPECTION, ClearanceState.CLEAR),
)
GOOD = DecisionInput(
    plates=(PLATE, HOME_PLATE),
    containers=(BOX,),
    live=LiveState.FRESH,
    clearances=CLEAR,
    inspection=InspectionNeed.NOT_REQUIRED,
    facts=(seen(PLATE, Verdict.MATCH), seen(BOX, Verdict.MATCH)),
    policy=LanePolicy(temperature_required=True),
    temperature=TemperatureBand.NORMAL,
    waited_seconds=2.0,
)
"""A vehicle about which everything is known and good."""

_RELEASED_BY_OFFICER = OfficerDecision(Outcome.RELEASE, "plate is muddy, papers fit")


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _clean()
    yield from _readings()
    yield from _other_facts()
    yield from _agencies()
    yield from _vouchers()
    yield from _officers()


def _clean() -> Iterator[Case]:
    good = (_R.ALL_FACTS_GOOD,)
    yield Case("a clean vehicle goes", GOOD, Outcome.RELEASE, good)
    yield Case(
        "a printed code needs no live part", replace(GOOD, live=LiveState.NOT_NEEDED), Outcome.RELEASE, good
    )
    other_plate = (seen(HOME_PLATE, Verdict.MATCH), seen(BOX, Verdict.MATCH))
    yield Case("one plate of two is enough", replace(GOOD, facts=other_plate), Outcome.RELEASE, good)
    unsure = (*GOOD.facts, seen(HOME_PLATE, Verdict.UNSURE, "rear"))
    yield Case("an unsure second plate does no harm", replace(GOOD, facts=unsure), Outcome.RELEASE, good)
    silent = (ClearanceFact(Agency.CUSTOMS, ClearanceState.SILENT), CLEAR[1])
    yield Case("silence was settled at the approval", replace(GOOD, clearances=silent), Outcome.RELEASE, good)
    elevated = replace(GOOD, temperature=TemperatureBand.ELEVATED)
    yield Case("an elevated temperature is not a high one", elevated, Outcome.RELEASE, good)
    cold = replace(GOOD, temperature=None, policy=LanePolicy())
    yield Case("no temperature where none is required", cold, Outcome.RELEASE, good)
    empty = replace(GOOD, containers=(), facts=GOOD.facts[:1])
    yield Case("a vehicle without containers", empty, Outcome.RELEASE, good)
    unread = replace(GOOD, facts=GOOD.facts[:1], policy=replace(GOOD.policy, containers_required=False))
    yield Case("an unread container where none is required", unread, Outcome.RELEASE, good)
    offline = replace(GOOD, offline=True, policy=replace(GOOD.policy, offline=OfflinePolicy.ALLOW))
    yield Case("offline where the lane may", offline, Outcome.RELEASE, good)


def _readings() -> Iterator[Case]:
    nothing = replace(GOOD, facts=())
    awaited = (_R.PLATE_AWAITED, _R.CONTAINER_AWAITED)
    yield Case("nothing read yet", nothing, Outcome.WAIT, awaited)
    late = replace(nothing, waited_seconds=10.0)
    yield Case("nothing read in time", late, Outcome.REFER, (_R.PLATE_UNREAD, _R.CONTAINER_UNREAD))
    unsure = replace(GOOD, facts=(seen(HOME_PLATE, Verdict.UNSURE), seen(BOX, Verdict.UNSURE)))
    yield Case("unsure may yet become sure", unsure, Outcome.WAIT, awaited)
    late = replace(unsure, waited_seconds=12.0)
    yield Case("unsure when the time is over", late, Outcome.REFER, (_R.PLATE_UNSURE, _R.CONTAINER_UNSURE))
    other = replace(GOOD, facts=(*GOOD.facts, seen(HOME_PLATE, Verdict.MISMATCH)))
    yield Case("one plate of two is another", other, Outcome.REFER, (_R.PLATE_MISMATCH,))
    both = replace(GOOD, facts=(*GOOD.facts, seen(PLATE, Verdict.MISMATCH, "rear")))
    yield Case("a mismatch stands beside a match", both, Outcome.REFER, (_R.PLATE_MISMATCH,))
    twin = [SubjectFact(SubjectKind.PLATE, PLATE, Verdict.UNSURE, "粤ZDF16港", name) for name in ("a", "b")]
    lucky = replace(GOOD, facts=(*GOOD.facts, *twin), waited_seconds=12.0)
    yield Case("a twin read more often than matched", lucky, Outcome.REFER, (_R.PLATE_UNSURE,))
    once = replace(GOOD, facts=(*GOOD.facts, twin[0]))
    yield Case("a twin read once beside a match", once, Outcome.RELEASE, (_R.ALL_FACTS_GOOD,))
    foreign = replace(GOOD, facts=(GOOD.facts[1], seen("粤B12345", Verdict.MATCH)))
    yield Case("a plate nobody declared proves nothing", foreign, Outcome.WAIT, (_R.PLATE_AWAITED,))
    as_box = replace(GOOD, facts=(GOOD.facts[1], replace(GOOD.facts[0], subject=SubjectKind.CONTAINER)))
    yield Case("a plate is not read as a container", as_box, Outcome.WAIT, (_R.PLATE_AWAITED,))
    two = replace(GOOD, containers=(BOX, SECOND_BOX))
    yield Case("the second container is missing", two, Outcome.WAIT, (_R.CONTAINER_AWAITED,))
    swapped = replace(
        GOOD,
        facts=(GOOD.facts[0], seen(BOX, Verdict.MISMATCH)),
        policy=replace(GOOD.policy, containers_required=False),
    )
    yield Case("another container, required or not", swapped, Outcome.REFER, (_R.CONTAINER_MISMATCH,))


def _other_facts() -> Iterator[Case]:
    hot = replace(GOOD, temperature=TemperatureBand.HIGH)
    yield Case("a high temperature", hot, Outcome.REFER, (_R.TEMPERATURE_HIGH,))
    hot = replace(hot, policy=LanePolicy())
    yield Case("a high temperature, required or not", hot, Outcome.REFER, (_R.TEMPERATURE_HIGH,))
    unmeasured = replace(GOOD, temperature=None)
    yield Case("no temperature yet", unmeasured, Outcome.WAIT, (_R.TEMPERATURE_AWAITED,))
    unknown = replace(GOOD, temperature=TemperatureBand.UNKNOWN, waited_seconds=10.0)
    yield Case("no temperature in time", unknown, Outcome.REFER, (_R.TEMPERATURE_UNREAD,))
    ahead = replace(GOOD, live=LiveState.AHEAD)
    yield Case("a phone's clock ahead", ahead, Outcome.REFER, (_R.CLOCK_AHEAD,))
    offline = replace(GOOD, offline=True)
    yield Case("offline where an officer decides", offline, Outcome.REFER, (_R.OFFLINE_NEEDS_OFFICER,))
    closed = replace(offline, policy=replace(GOOD.policy, offline=OfflinePolicy.CLOSE))
    yield Case("offline where the lane closes", closed, Outcome.REFUSE, (_R.OFFLINE_LANE_CLOSED,))
    everything = replace(ahead, temperature=TemperatureBand.HIGH, facts=(seen(PLATE, Verdict.MISMATCH),))
    reasons = (_R.CLOCK_AHEAD, _R.TEMPERATURE_HIGH, _R.PLATE_MISMATCH)
    yield Case("every reason is told", everything, Outcome.REFER, reasons)


def _agencies() -> Iterator[Case]:
    none = replace(GOOD, clearances=())
    yield Case("no agency has answered", none, Outcome.REFER, (_R.CLEARANCE_MISSING,))
    pending = replace(GOOD, clearances=(ClearanceFact(Agency.CUSTOMS, ClearanceState.PENDING), CLEAR[1]))
    yield Case("an agency is still deciding", pending, Outcome.REFER, (_R.CLEARANCE_PENDING,))
    for hold, reason in (
        (HoldKind.AT_BAY, _R.HOLD_AT_BAY),
        (HoldKind.BEFORE_ARRIVAL, _R.HOLD_BEFORE_ARRIVAL),
        (None, _R.HOLD_BEFORE_ARRIVAL),
    ):
        held = replace(GOOD, clearances=(CLEAR[0], ClearanceFact(CLEAR[1].agency, ClearanceState.HOLD, hold)))
        yield Case(f"a hold: {hold or 'of unknown kind'}", held, Outcome.REFER, (reason,))
    detained = replace(GOOD, trip_detained=True)
    yield Case("a detained vehicle", detained, Outcome.REFER, (_R.TRIP_DETAINED,))
    required = replace(GOOD, inspection=InspectionNeed.REQUIRED)
    yield Case("an inspection is due", required, Outcome.REFER, (_R.INSPECTION_REQUIRED,))
    undecided = replace(GOOD, inspection=InspectionNeed.UNDECIDED)
    yield Case("undecided is not not required", undecided, Outcome.REFER, (_R.INSPECTION_UNDECIDED,))


def _vouchers() -> Iterator[Case]:
    for state, reason in (
        (VoucherState.SPENT, _R.VOUCHER_SPENT),
        (VoucherState.REVOKED, _R.VOUCHER_REVOKED),
        (VoucherState.SUPERSEDED, _R.VOUCHER_SUPERSEDED),
        (VoucherState.EXPIRED, _R.VOUCHER_EXPIRED),
    ):
        gone = replace(GOOD, voucher=state)
        yield Case(f"a voucher that is {state}", gone, Outcome.REFUSE, (reason,))
        released = replace(gone, officer=_RELEASED_BY_OFFICER)
        yield Case(f"no officer revives one that is {state}", released, Outcome.REFUSE, (reason,))


def _officers() -> Iterator[Case]:
    by_officer = (_R.OFFICER_RELEASED,)
    wrong = replace(GOOD, facts=(seen(PLATE, Verdict.MISMATCH),), officer=_RELEASED_BY_OFFICER)
    yield Case("an officer overrides the readings", wrong, Outcome.RELEASE, by_officer)
    sick = replace(GOOD, live=LiveState.AHEAD, temperature=TemperatureBand.HIGH, officer=_RELEASED_BY_OFFICER)
    yield Case("an officer overrides clock and temperature", sick, Outcome.RELEASE, by_officer)
    offline = replace(GOOD, offline=True, officer=_RELEASED_BY_OFFICER)
    yield Case("an officer decides offline", offline, Outcome.RELEASE, by_officer)
    hold = ClearanceFact(Agency.CUSTOMS, ClearanceState.HOLD, HoldKind.AT_BAY)
    held = replace(GOOD, clearances=(hold, CLEAR[1]), officer=_RELEASED_BY_OFFICER)
    yield Case("no officer overrides an agency's hold", held, Outcome.REFER, (_R.HOLD_AT_BAY,))
    referred = replace(GOOD, officer=OfficerDecision(Outcome.REFER, "look inside"))
    yield Case("an officer refers a clean vehicle", referred, Outcome.REFER, (_R.OFFICER_REFERRED,))
    refused = replace(GOOD, officer=OfficerDecision(Outcome.REFUSE, "driver leaves"))
    yield Case("an officer refuses a clean vehicle", refused, Outcome.REFUSE, (_R.OFFICER_REFUSED,))


def _given(given: DecisionInput) -> dict[str, object]:
    policy = asdict(given.policy) | {"directions": sorted(given.policy.directions)}
    return asdict(given) | {"policy": policy}


def vectors() -> dict[str, object]:
    """Return the content of decisions.json."""
    return {
        "cases": [
            {"name": case.name, "given": _given(case.given), "outcome": case.outcome, "reasons": case.reasons}
            for case in cases()
        ]
    }
