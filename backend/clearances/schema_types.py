"""The types of clearances and of the review desk in the schema."""

from datetime import datetime
from typing import Self

import strawberry

from backend.clearances import model
from backend.kit.context import Actor
from backend.kit.graphql import Edge, PageInfo, ProblemArgument, arguments
from backend.trips.model import Trip as TripRow
from backend.trips.schema import Trip
from backend.vouchers.model import Voucher as VoucherRow
from backend.vouchers.schema import Voucher
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from core.words import WordList, render


@strawberry.type(description="An agency's restriction.")
class Hold:
    """A hold."""

    kind: HoldKind
    reason: str = strawberry.field(description="In the agency's words; the driver reads it too")
    place: str | None = strawberry.field(description="Where the vehicle is to go")
    visit_order: int | None = strawberry.field(
        description="Which visit it is, where several agencies see the vehicle"
    )

    @classmethod
    def of(cls, hold: model.Hold) -> Self:
        """Show a hold."""
        return cls(kind=hold.kind, reason=hold.reason, place=hold.place, visit_order=hold.visit_order)


@strawberry.type(description="One agency's verdict on a trip.")
class Clearance:
    """A verdict."""

    agency: Agency
    state: ClearanceState
    hold: Hold | None
    inspection: InspectionNeed
    deadline: datetime = strawberry.field(description="Without an answer by then the agency is SILENT")
    answered_at: datetime | None

    @classmethod
    def of(cls, clearance: model.Clearance) -> Self:
        """Show a verdict."""
        return cls(
            agency=clearance.agency,
            state=clearance.state,
            hold=Hold.of(clearance.hold) if clearance.hold else None,
            inspection=clearance.inspection,
            deadline=clearance.deadline,
            answered_at=clearance.answered_at,
        )


@strawberry.type(description="A rule that spoke for an approval, or for an officer's look.")
class ApprovalReason:
    """A rule that spoke."""

    rule: str = strawberry.field(
        description="AGENCIES_CLEAR, SILENCE_CLEARS, HELD_AT_BAY, AGENCY_SILENT, FEVER_DECLARED, RANDOM_CHECK, "
        "OFFICER_APPROVED or OFFICER_NOTE; more may come"
    )
    message: str = strawberry.field(description="In the asker's language")
    args: list[ProblemArgument] = strawberry.field(
        description="What the sentence names, for an app that shows it in another language"
    )

    @classmethod
    def of(cls, reason: model.ApprovalReason, language: str) -> Self:
        """Show a reason."""
        said = dict(reason.args)
        if "agency" in said:
            said["agency"] = render(WordList.APPROVAL, said["agency"], {}, language)
        return cls(
            rule=reason.rule,
            message=render(WordList.APPROVAL, reason.rule, said, language),
            args=arguments(reason.args),
        )


@strawberry.type(description="How a trip was approved.")
class Approval:
    """An approval."""

    by_rule: bool = strawberry.field(description="False: an officer decided")
    decided_by: str = strawberry.field(description="The officer's name, or `rules`")
    at: datetime
    reasons: list[ApprovalReason]

    @classmethod
    def of(cls, approval: model.Approval, language: str) -> Self:
        """Show an approval."""
        return cls(
            by_rule=approval.by_rule,
            decided_by=approval.decided_by,
            at=approval.at,
            reasons=[ApprovalReason.of(reason, language) for reason in approval.reasons],
        )


@strawberry.type(
    description="A submitted trip with its agencies' verdicts: what an officer or an agency decides on."
)
class TripReview:
    """A trip at the desk."""

    trip: Trip
    clearances: list[Clearance]
    approval: Approval | None
    review_reasons: list[ApprovalReason] = strawberry.field(description="Why the rules asked for an officer")
    voucher: Voucher | None
    version: int = strawberry.field(description="Raised by every answer and every decision")

    @classmethod
    def of(cls, document: model.Clearances, trip: TripRow, voucher: VoucherRow | None, actor: Actor) -> Self:
        """Show a trip at the desk."""
        language = actor.language
        return cls(
            trip=Trip.of(trip, language),
            clearances=[Clearance.of(item) for item in document.items],
            approval=Approval.of(document.approval, language) if document.approval else None,
            review_reasons=[ApprovalReason.of(reason, language) for reason in document.review_reasons],
            voucher=Voucher.of(voucher, actor) if voucher else None,
            version=document.version,
        )


@strawberry.type(description="A page of trips at the desk, longest waiting first.")
class TripReviewConnection:
    """A page."""

    edges: list[Edge[TripReview]]
    page_info: PageInfo
