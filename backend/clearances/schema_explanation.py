"""How a decision about a trip came about, as officers, agencies and the driver may read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from backend.clearances import model, rules
from backend.clearances.schema_types import ApprovalReason
from backend.kit.context import Actor
from backend.trips.model import Trip
from core.roles import Role
from core.states import Agency, ClearanceState, Decider, DecisionStepKind, TripState

SHOWN_TEXTS = frozenset(
    {
        DecisionStepKind.QUESTION_ASKED,
        DecisionStepKind.QUESTION_ANSWERED,
        DecisionStepKind.AGENCY_ANSWERED,
        DecisionStepKind.REJECTED,
    }
)
"""Steps whose text is written for the driver too; an officer's note at the approval is not."""


@strawberry.type(description="One step on the way to a decision.")
class DecisionStep:
    """A step."""

    kind: DecisionStepKind
    at: datetime
    decider: Decider
    name: str | None = strawberry.field(
        description="Of the officer or the desk; null for the rules and for a driver"
    )
    agency: Agency | None
    state: ClearanceState | None = strawberry.field(description="Of the agency's clearance after this step")
    text: str | None = strawberry.field(
        description="What was said: a hold's or a rejection's reason, a question, an answer, an officer's note"
    )
    reasons: list[ApprovalReason] = strawberry.field(description="The rules that spoke")

    @classmethod
    def of(cls, step: model.Step, actor: Actor) -> Self:
        """Show a step as this actor may read it."""
        is_driver = actor.role is Role.DRIVER
        reasons = _for_driver(step) if is_driver else step.reasons
        return cls(
            kind=step.kind,
            at=step.at,
            decider=step.decider,
            name=None if is_driver else step.name,
            agency=step.agency,
            state=step.state,
            text=step.text if not is_driver or step.kind in SHOWN_TEXTS else None,
            reasons=_reasons(reasons, actor),
        )


@strawberry.type(description="How a decision about a trip came about.")
class DecisionExplanation:
    """An explanation."""

    trip_id: strawberry.ID
    state: TripState
    by_rule: bool | None = strawberry.field(
        description="True: no person decided. Null: nothing is decided yet"
    )
    decided_by: str | None = strawberry.field(
        description="The officer's name, or `rules`; null for a driver where an officer decided"
    )
    decided_at: datetime | None
    reasons: list[ApprovalReason] = strawberry.field(
        description="The rules that spoke in the decision; while it is open, those that ask for an officer"
    )
    steps: list[DecisionStep] = strawberry.field(
        description="Oldest first, the last 200; of earlier declarations of the same trip too"
    )

    @classmethod
    def of(cls, trip: Trip, document: model.Clearances, actor: Actor) -> Self:
        """Explain the trip's decision as this actor may read it."""
        decision = _decision(document)
        is_driver = actor.role is Role.DRIVER
        by_rule = decision.decider is Decider.RULES if decision else None
        if decision is not None:
            reasons = _for_driver(decision) if is_driver else decision.reasons
        else:
            review = document.review_reasons
            reasons = rules.for_driver(review) if is_driver and review else review
        name = rules.RULES_NAME if by_rule else decision.name if decision else None
        return cls(
            trip_id=strawberry.ID(trip.id),
            state=trip.state,
            by_rule=by_rule,
            decided_by=None if is_driver and not by_rule else name,
            decided_at=decision.at if decision else None,
            reasons=_reasons(reasons, actor),
            steps=[DecisionStep.of(step, actor) for step in document.steps],
        )


def _decision(document: model.Clearances) -> model.Step | None:
    """Return the step that decided the present declaration, if one did."""
    for step in reversed(document.steps):
        if step.kind in {DecisionStepKind.APPROVED, DecisionStepKind.REJECTED}:
            return step
        if step.kind in {DecisionStepKind.AGENCIES_ASKED, DecisionStepKind.TAKEN_BACK}:
            return None
    return None


def _for_driver(step: model.Step) -> tuple[model.ApprovalReason, ...]:
    if step.kind is DecisionStepKind.SENT_TO_OFFICER:
        return rules.for_driver(step.reasons)
    if step.kind is DecisionStepKind.APPROVED and step.decider is Decider.OFFICER:
        return (rules.officer_approved(),)
    return step.reasons if step.kind is DecisionStepKind.APPROVED else ()


def _reasons(reasons: Sequence[model.ApprovalReason], actor: Actor) -> list[ApprovalReason]:
    inputs = actor.role is not Role.DRIVER
    return [ApprovalReason.of(reason, actor.language, inputs=inputs) for reason in reasons]
