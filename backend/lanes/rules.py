"""Pure rules of a passage: how facts add up, what is asked of an image, and what the decision rests on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from backend.captures.model import Capture, Evidence, ExpectedRow, VerdictRow
from backend.captures.rules import Answer, evidence_of
from backend.clearances.service import ClearancesSnapshot
from backend.lanes.model import DecisionRow, Passage, ReasonRow, SubjectRow
from core.passages import (
    Decision,
    DecisionInput,
    LanePolicy,
    OfficerDecision,
    PassageState,
    Reason,
    ReasonCode,
    SubjectFact,
    SubjectKind,
    decide,
    kept,
    together,
)
from core.states import ClearanceState, InspectionNeed, VoucherState

UNDECIDED = frozenset({PassageState.IDENTIFYING, PassageState.MATCHING, PassageState.ASSISTING})
"""States in which the vehicle stands in its lane and nothing has been decided that moves it."""

NO_VERDICTS = ClearancesSnapshot(0, (), InspectionNeed.UNDECIDED)
"""What is known of a trip on which no agency was asked."""


def merged(
    known: Iterable[SubjectRow], verdicts: Iterable[VerdictRow], capture_id: str
) -> tuple[SubjectRow, ...]:
    """Return what the images said with a new one's verdicts added, as far as it may yet count."""
    new = (SubjectFact(row.kind, row.declared, row.verdict, row.read, capture_id) for row in verdicts)
    numbers = _by_number([*(row.fact() for row in known), *new])
    return tuple(SubjectRow.of(fact) for facts in numbers for fact in kept(facts))


def counting(sightings: Iterable[SubjectRow]) -> tuple[SubjectRow, ...]:
    """Return for each declared number the fact that counts, by the rule of `core.passages.together`."""
    counts = (together(facts) for facts in _by_number(row.fact() for row in sightings))
    return tuple(SubjectRow.of(fact) for fact in counts if fact is not None)


def _by_number(facts: Iterable[SubjectFact]) -> list[list[SubjectFact]]:
    numbers: dict[tuple[SubjectKind, str], list[SubjectFact]] = {}
    for fact in facts:
        numbers.setdefault((fact.subject, fact.declared), []).append(fact)
    return list(numbers.values())


def proven(passage: Passage, capture: Capture, answer: Answer) -> list[tuple[Evidence, bytes]]:
    """Return the cut-outs of this image to keep, with their bytes: of each number the first MATCH, the first MISMATCH.

    These are the facts that can count (`core.passages.together`); what later images repeat leaves no cut-out.
    """
    known = {(proof.kind, proof.declared, proof.verdict) for proof in passage.proofs}
    verdicts = ((index, answer.verdicts[index], crop) for index, crop in answer.crops.items())
    return [
        (evidence_of(capture, index, verdict, crop), crop.body)
        for index, verdict, crop in verdicts
        if (verdict.kind, verdict.declared, verdict.verdict) not in known
    ]


def expected(passage: Passage) -> tuple[ExpectedRow, ...]:
    """Return the declared numbers that a worker looks for in the passage's images."""
    plates = [
        ExpectedRow(kind=SubjectKind.PLATE, text=plate.text, jurisdiction=plate.jurisdiction)
        for plate in passage.plates
    ]
    containers = [
        ExpectedRow(kind=SubjectKind.CONTAINER, text=number, jurisdiction=None)
        for number in passage.containers
    ]
    return (*plates, *containers)


def decision_input(
    passage: Passage,
    policy: LanePolicy,
    cleared: ClearancesSnapshot,
    *,
    voucher: VoucherState,
    now: datetime,
    detained: bool = False,
) -> DecisionInput:
    """Return what the one decision function is asked about this passage at this moment."""
    return DecisionInput(
        plates=tuple(plate.text for plate in passage.plates),
        containers=passage.containers,
        live=passage.live,
        clearances=cleared.clearances,
        inspection=cleared.inspection,
        facts=tuple(subject.fact() for subject in passage.subjects),
        policy=policy,
        waited_seconds=(now - passage.opened_at).total_seconds(),
        temperature=passage.temperature,
        officer=officer_decision(passage.decision),
        voucher=voucher,
        trip_detained=detained,
    )


def officer_decision(decision: DecisionRow | None) -> OfficerDecision | None:
    """Return what an officer said of the passage, if one did; what the rules found does not bind them again."""
    if decision is None or not decision.by_officer:
        return None
    return OfficerDecision(decision.outcome, decision.note or "")


def explained(codes: Iterable[str], given: DecisionInput) -> tuple[ReasonRow, ...]:
    """Return the reasons that a lane gave as codes, with the numbers and agencies that the hub's own facts name.

    The lane's clock said that its waiting was over, so that is not asked again; and what an agency says must not
    hide what the cameras saw. A code that does not follow from the hub's facts stays without values. None twice.
    """
    waited = replace(given, waited_seconds=max(given.waited_seconds, given.policy.wait_seconds))
    seen = replace(
        waited,
        clearances=tuple(
            replace(clearance, state=ClearanceState.CLEAR, hold=None) for clearance in given.clearances
        ),
        inspection=InspectionNeed.NOT_REQUIRED,
        voucher=VoucherState.ISSUED,
        officer=None,
    )
    own = decide(waited).reasons
    own += tuple(reason for reason in decide(seen).reasons if reason not in own)
    found: list[Reason] = []
    for code in dict.fromkeys(codes):
        found += [reason for reason in own if reason.code.value == code] or [Reason(ReasonCode(code))]
    return tuple(_rows(found))


def codes_of(decision: DecisionRow) -> tuple[str, ...]:
    """Return the decision's reasons as the log names them: each code once, without the vehicle's numbers."""
    return tuple(dict.fromkeys(reason.code for reason in decision.reasons))


def as_row(decision: Decision, at: datetime, officer: DecisionRow | None = None) -> DecisionRow:
    """Return the decision as it is kept; `officer` is the officer's word that it follows from."""
    return DecisionRow(
        outcome=decision.outcome,
        reasons=tuple(_rows(decision.reasons)),
        at=at,
        officer_id=officer.officer_id if officer else None,
        note=officer.note if officer else None,
    )


def reasons_text(decision: Decision) -> dict[str, str]:
    """Return the arguments with which NOT_RELEASABLE says why: the outcome and the reasons' codes."""
    return {
        "outcome": decision.outcome.value,
        "reasons": " ".join(dict.fromkeys(reason.code.value for reason in decision.reasons)),
    }


def _rows(reasons: Iterable[Reason]) -> list[ReasonRow]:
    return [ReasonRow(code=reason.code.value, args=dict(reason.args)) for reason in reasons]
