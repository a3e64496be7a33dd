"""What the one decision function is asked about the vehicle in the lane."""

from core.hub import HubProblem
from core.passages import (
    Decision,
    DecisionInput,
    LanePolicy,
    Outcome,
    Reason,
    ReasonCode,
    TemperatureBand,
    decide,
)
from core.problems import ProblemCode
from kiosk.agent.passage import Snapshot, reasons_of

VOUCHER_GONE = {
    ProblemCode.CODE_REVOKED: ReasonCode.VOUCHER_REVOKED,
    ProblemCode.CODE_SUPERSEDED: ReasonCode.VOUCHER_SUPERSEDED,
    ProblemCode.CODE_EXPIRED: ReasonCode.VOUCHER_EXPIRED,
    ProblemCode.CODE_SPENT: ReasonCode.VOUCHER_SPENT,
}
"""What a release refused for its voucher's sake means as a reason."""


def decision_on(
    passage: Snapshot, policy: LanePolicy, temperature: TemperatureBand | None, waited_seconds: float
) -> Decision:
    """Decide on what the hub last told and what the lane has measured."""
    return decide(
        DecisionInput(
            plates=tuple(plate.text for plate in passage.plates),
            containers=passage.containers,
            live=passage.live,
            clearances=passage.clearances,
            inspection=passage.inspection,
            facts=passage.subjects,
            policy=policy,
            waited_seconds=waited_seconds,
            temperature=temperature,
            officer=passage.officer,
        )
    )


def after_refusal(problem: HubProblem) -> Decision | None:
    """Return what the hub, which has the last word, made of the release it refused; None where it says nothing."""
    if problem.code == ProblemCode.NOT_RELEASABLE:
        outcome = problem.arguments.get("outcome")
        reasons = reasons_of(problem.arguments.get("reasons", ""))
        return Decision(Outcome(outcome), reasons) if outcome in set(Outcome) and reasons else None
    gone = VOUCHER_GONE.get(ProblemCode(problem.code)) if problem.code in set(ProblemCode) else None
    return Decision(Outcome.REFUSE, (Reason(gone),)) if gone else None
