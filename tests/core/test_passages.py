"""The lane's decision and the states of a passage."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.passages import (
    ALLOWED,
    OPEN_STATES,
    ClearanceFact,
    DecisionInput,
    LanePolicy,
    OfficerDecision,
    OfflinePolicy,
    Outcome,
    PassageState,
    ReasonCode,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
    admit,
    decide,
)
from core.problems import ProblemCode, Refusal
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed, VoucherState
from core.vectors import decisions as vectors
from core.vectors.issuer import CLAIMS, PRINTED
from core.vouchers.claims import Direction, LaneClass, VoucherClaims
from core.vouchers.live import LiveState


@pytest.mark.parametrize("case", tuple(vectors.cases()), ids=lambda case: case.name)
def test_each_case_is_decided_as_written(case: vectors.Case) -> None:
    decision = decide(case.given)
    assert decision.outcome is case.outcome
    assert tuple(reason.code for reason in decision.reasons) == case.reasons


def test_every_reason_has_a_case() -> None:
    assert {code for case in vectors.cases() for code in case.reasons} == set(ReasonCode)


def test_a_reason_names_the_number_it_is_about() -> None:
    wrong = replace(vectors.GOOD, facts=(vectors.seen(vectors.BOX, Verdict.MISMATCH),))
    (reason,) = decide(wrong).reasons
    assert (reason.code, dict(reason.args)) == (ReasonCode.CONTAINER_MISMATCH, {"declared": "CSQU3054383"})


_FACTS = st.builds(
    SubjectFact,
    st.sampled_from(SubjectKind),
    st.sampled_from([vectors.PLATE, vectors.HOME_PLATE, vectors.BOX, vectors.SECOND_BOX]),
    st.sampled_from(Verdict),
    st.sampled_from([None, vectors.PLATE, "粤ZDF16港", "粤ZDF15澳", "UP2648", "CSQU3054388"]),
    st.sampled_from(["front", "rear"]),
)
_CLEARANCES = st.builds(
    ClearanceFact,
    st.sampled_from(Agency),
    st.sampled_from(ClearanceState),
    st.sampled_from([None, *HoldKind]),
)
_OFFICERS = st.builds(
    OfficerDecision, st.sampled_from([Outcome.RELEASE, Outcome.REFER, Outcome.REFUSE]), st.just("why")
)
INPUTS = st.builds(
    DecisionInput,
    plates=st.sampled_from([(vectors.PLATE,), (vectors.PLATE, vectors.HOME_PLATE)]),
    containers=st.sampled_from([(), (vectors.BOX,), (vectors.BOX, vectors.SECOND_BOX)]),
    live=st.sampled_from(LiveState),
    clearances=st.lists(_CLEARANCES, max_size=2).map(tuple),
    inspection=st.sampled_from(InspectionNeed),
    facts=st.lists(_FACTS, max_size=6).map(tuple),
    policy=st.builds(
        LanePolicy,
        temperature_required=st.booleans(),
        containers_required=st.booleans(),
        offline=st.sampled_from(OfflinePolicy),
    ),
    waited_seconds=st.floats(0, 30),
    temperature=st.sampled_from([None, *TemperatureBand]),
    officer=st.none() | _OFFICERS,
    voucher=st.sampled_from([VoucherState.ISSUED, VoucherState.ISSUED, *VoucherState]),
    trip_detained=st.booleans(),
    offline=st.booleans(),
)


_TWINS = {vectors.PLATE: ["粤ZDF16港"], vectors.HOME_PLATE: ["UP2648"], vectors.BOX: ["CSQU3054388"]}
"""What the facts above may read that is one character away; 粤ZDF15澳 is not: 港 and 澳 are often inferred."""


def _good_to_see(given: DecisionInput) -> bool:
    """The rule of evidence, written a second time and otherwise."""
    declared = {(SubjectKind.PLATE, text) for text in given.plates}
    declared |= {(SubjectKind.CONTAINER, text) for text in given.containers}
    about = [fact for fact in given.facts if (fact.subject, fact.declared) in declared]
    matches = Counter((fact.subject, fact.declared) for fact in about if fact.verdict is Verdict.MATCH)
    twins = Counter(
        (fact.subject, fact.declared, fact.read)
        for fact in about
        if fact.verdict is Verdict.UNSURE and fact.read in _TWINS.get(fact.declared, ())
    )
    outvoted = {(kind, text) for (kind, text, _), count in twins.items() if count > matches[kind, text]}
    matched = set(matches) - outvoted
    boxes = {(SubjectKind.CONTAINER, text) for text in given.containers}
    bands = {TemperatureBand.NORMAL, TemperatureBand.ELEVATED}
    if not given.policy.temperature_required:
        bands |= {TemperatureBand.UNKNOWN}
    return (
        all(fact.verdict is not Verdict.MISMATCH for fact in about)
        and any(kind is SubjectKind.PLATE for kind, _ in matched)
        and (boxes <= matched or not given.policy.containers_required)
        and (given.temperature or TemperatureBand.UNKNOWN) in bands
        and given.live is not LiveState.AHEAD
        and not (given.offline and given.policy.offline is not OfflinePolicy.ALLOW)
    )


@settings(max_examples=1000)
@given(INPUTS)
def test_a_vehicle_is_released_only_when_every_needed_fact_is_there_and_good(given: DecisionInput) -> None:
    decision = decide(given)
    assert decision.reasons
    agencies_agree = (
        given.clearances != ()
        and {fact.state for fact in given.clearances} <= {ClearanceState.CLEAR, ClearanceState.SILENT}
        and given.inspection is InspectionNeed.NOT_REQUIRED
        and not given.trip_detained
    )
    usable = given.voucher is VoucherState.ISSUED
    closed = given.offline and given.policy.offline is OfflinePolicy.CLOSE
    allowed = usable and agencies_agree and not closed
    if given.officer is not None:
        assert (decision.outcome is Outcome.RELEASE) == (allowed and given.officer.outcome is Outcome.RELEASE)
    else:
        assert (decision.outcome is Outcome.RELEASE) == (allowed and _good_to_see(given))


def _worse(given: DecisionInput) -> tuple[DecisionInput, ...]:
    """The same vehicle, about which one more thing speaks against it."""
    held = ClearanceFact(Agency.CUSTOMS, ClearanceState.HOLD, HoldKind.AT_BAY)
    pending = ClearanceFact(Agency.CUSTOMS, ClearanceState.PENDING)
    mismatches = [
        replace(given, facts=(*given.facts, vectors.seen(text, Verdict.MISMATCH)))
        for text in (*given.plates, *given.containers)
    ]
    return (
        replace(given, clearances=(*given.clearances, held)),
        replace(given, clearances=(*given.clearances, pending)),
        replace(given, inspection=InspectionNeed.REQUIRED),
        replace(given, trip_detained=True),
        replace(given, temperature=TemperatureBand.HIGH),
        replace(given, voucher=VoucherState.REVOKED),
        *mismatches,
    )


@settings(max_examples=500)
@given(INPUTS)
def test_nothing_that_speaks_against_a_vehicle_ever_releases_it(given: DecisionInput) -> None:
    if decide(given).outcome is Outcome.RELEASE:
        return
    assert Outcome.RELEASE not in {decide(worse).outcome for worse in _worse(given)}


@given(INPUTS)
def test_what_only_an_agency_lifts_stops_every_release(given: DecisionInput) -> None:
    stops = _worse(given)[:4]
    assert Outcome.RELEASE not in {decide(worse).outcome for worse in stops}


@given(INPUTS)
def test_no_vehicle_waits_longer_than_the_lane_lets_it(given: DecisionInput) -> None:
    assert decide(replace(given, waited_seconds=given.policy.wait_seconds)).outcome is not Outcome.WAIT


@given(INPUTS)
def test_the_order_of_facts_does_not_matter(given: DecisionInput) -> None:
    assert decide(given) == decide(replace(given, facts=given.facts[::-1]))


def test_an_officer_cannot_decide_to_wait() -> None:
    with pytest.raises(ValueError, match="releases, refers or refuses"):
        OfficerDecision(Outcome.WAIT, "later")


def test_only_open_passages_go_on_and_all_of_them_can_end() -> None:
    assert set(ALLOWED) == set(PassageState)
    assert {state for state, following in ALLOWED.items() if following} == OPEN_STATES
    for state in OPEN_STATES:
        assert state not in ALLOWED[state]
        assert ALLOWED[state] - OPEN_STATES


def test_only_a_released_passage_exits() -> None:
    assert {state for state, following in ALLOWED.items() if PassageState.EXITED in following} == {
        PassageState.RELEASED
    }


def test_a_lane_admits_what_it_serves() -> None:
    admit(CLAIMS, LanePolicy(), 1)
    admit(CLAIMS, LanePolicy(lane_class=LaneClass.ANY), 1)
    admit(replace(CLAIMS, lane_class=LaneClass.ANY), LanePolicy(), 1)
    admit(PRINTED, LanePolicy(accepts_print=True), 1)


@pytest.mark.parametrize(
    ("claims", "policy", "checkpoint", "problem"),
    [
        (CLAIMS, LanePolicy(), 2, ProblemCode.CODE_WRONG_CHECKPOINT),
        (CLAIMS, LanePolicy(lane_class=LaneClass.PASSENGER), 1, ProblemCode.CODE_WRONG_LANE),
        (
            CLAIMS,
            LanePolicy(directions=frozenset({Direction.NORTHBOUND})),
            1,
            ProblemCode.CODE_WRONG_LANE,
        ),
        (PRINTED, LanePolicy(), 1, ProblemCode.CODE_PRINT_NOT_ACCEPTED),
    ],
    ids=["checkpoint", "class", "direction", "print"],
)
def test_a_lane_refuses_what_it_does_not_serve(
    claims: VoucherClaims, policy: LanePolicy, checkpoint: int, problem: ProblemCode
) -> None:
    with pytest.raises(Refusal) as refused:
        admit(claims, policy, checkpoint)
    assert refused.value.code is problem
