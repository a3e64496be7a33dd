"""The types of clearances and of the review desk in the schema."""

from datetime import datetime
from typing import Self

import strawberry

from backend.clearances import model, rules
from backend.kit.context import Actor
from backend.kit.graphql import Edge, PageInfo, ProblemArgument, arguments
from backend.trips.model import Trip as TripRow
from backend.trips.schema import Trip
from backend.vouchers.model import Voucher as VoucherRow
from backend.vouchers.schema import Voucher
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed, QuestionState
from core.words import Language, WordList, render


@strawberry.type(description="An agency's restriction.")
class Hold:
    """A hold."""

    kind: HoldKind
    reason: str = strawberry.field(description="In the agency's words; the driver reads it too")
    legal_reference: str | None = strawberry.field(
        description="The law the agency rests on, such as Cap. 109 s.11"
    )
    place: str | None = strawberry.field(description="Where the vehicle is to go, in the agency's words")
    bay_id: strawberry.ID | None = strawberry.field(
        description="The bay of the checkpoint where it is to go, if it is one"
    )
    visit_order: int | None = strawberry.field(
        description="The place in the order of visits that the agency asked for; `visits` says what came of it"
    )

    @classmethod
    def of(cls, hold: model.Hold) -> Self:
        """Show a hold."""
        return cls(
            kind=hold.kind,
            reason=hold.reason,
            legal_reference=hold.legal_reference,
            place=hold.place,
            bay_id=strawberry.ID(hold.bay_id) if hold.bay_id else None,
            visit_order=hold.visit_order,
        )


@strawberry.type(description="One agency's verdict on a trip.")
class Clearance:
    """A verdict."""

    agency: Agency
    state: ClearanceState
    hold: Hold | None
    inspection: InspectionNeed
    deadline: datetime = strawberry.field(
        description="Without an answer by then the agency is SILENT; anew from the driver's answer to its question"
    )
    answered_at: datetime | None
    answered_by: str | None = strawberry.field(
        description="The name of the desk that answered; not for the driver"
    )
    concern: "ApprovalReason | None" = strawberry.field(
        description="Why the agency is asked; not for the driver"
    )

    @classmethod
    def of(cls, clearance: model.Clearance, language: str = Language.EN) -> Self:
        """Show a verdict."""
        concern = clearance.concern
        return cls(
            agency=clearance.agency,
            state=clearance.state,
            hold=Hold.of(clearance.hold) if clearance.hold else None,
            inspection=clearance.inspection,
            deadline=clearance.deadline,
            answered_at=clearance.answered_at,
            answered_by=clearance.answered_by,
            concern=ApprovalReason.of(concern, language) if concern else None,
        )


WORDS_AMONG_ARGS = frozenset({"agency", "inspection"})
"""Arguments whose values have words of their own in `core/words/approval.json`."""


@strawberry.type(description="A rule that spoke for an approval, or for an officer's look.")
class ApprovalReason:
    """A rule that spoke."""

    rule: str = strawberry.field(
        description="AGENCIES_CLEAR, SILENCE_CLEARS, HELD_AT_BAY, AGENCY_SILENT, FEVER_DECLARED, RANDOM_CHECK, "
        "OFFICER_LOOKS, OFFICER_APPROVED, OFFICER_NOTE, OFFICER_SET_INSPECTION; CONCERNS_EVERY_TRIP, "
        "CONCERNS_LIVING_GOODS; more may come"
    )
    message: str = strawberry.field(description="In the asker's language")
    args: list[ProblemArgument] = strawberry.field(
        description="What the sentence names, for an app that shows it in another language"
    )
    inputs: list[ProblemArgument] = strawberry.field(
        description="What the rule looked at beside them, as values; empty for a driver"
    )

    @classmethod
    def of(cls, reason: model.ApprovalReason, language: str, *, inputs: bool = True) -> Self:
        """Show a reason."""
        said = dict(reason.args)
        for name in WORDS_AMONG_ARGS & said.keys():
            said[name] = render(WordList.APPROVAL, said[name], {}, language)
        return cls(
            rule=reason.rule,
            message=render(WordList.APPROVAL, reason.rule, said, language),
            args=arguments(reason.args),
            inputs=arguments(reason.inputs) if inputs else [],
        )


@strawberry.type(description="How a trip was approved.")
class Approval:
    """An approval."""

    by_rule: bool = strawberry.field(description="False: an officer decided")
    decided_by: str = strawberry.field(description="The officer's name, or `rules`")
    at: datetime
    reasons: list[ApprovalReason]
    inspection: InspectionNeed | None = strawberry.field(
        description="What the officer said of the inspection, where the silence of an agency had left it open"
    )

    @classmethod
    def of(cls, approval: model.Approval, language: str) -> Self:
        """Show an approval."""
        return cls(
            by_rule=approval.by_rule,
            decided_by=approval.decided_by,
            at=approval.at,
            reasons=[ApprovalReason.of(reason, language) for reason in approval.reasons],
            inspection=approval.inspection,
        )


strawberry.enum(
    rules.VisitGround,
    description="Why a visit stands where it does. AS_ASKED: the agency asked for this number. SAME_NUMBER: another "
    "agency asked for the same one; the fixed order of agencies decided. NO_NUMBER: it asked for none and comes last.",
)


@strawberry.type(description="One place where the vehicle is to be seen, in order.")
class Visit:
    """A visit."""

    number: int = strawberry.field(description="Counts from 1, without gap")
    agency: Agency
    hold: Hold
    ground: rules.VisitGround

    @classmethod
    def of(cls, visit: rules.Visit) -> Self:
        """Show a visit."""
        return cls(number=visit.number, agency=visit.agency, hold=Hold.of(visit.hold), ground=visit.ground)


@strawberry.type(description="A question to the driver of a trip.")
class Question:
    """A question."""

    id: strawberry.ID = strawberry.field(description="Unique in its trip")
    agency: Agency | None = strawberry.field(description="Who asks; null: an officer")
    asked_by: str = strawberry.field(description="The name of the desk or the officer; not for the driver")
    text: str
    asked_at: datetime
    state: QuestionState
    answer: str | None
    closed_at: datetime | None

    @classmethod
    def of(cls, question: model.Question) -> Self:
        """Show a question."""
        return cls(
            id=strawberry.ID(question.id),
            agency=question.agency,
            asked_by=question.asked_by,
            text=question.text,
            asked_at=question.asked_at,
            state=question.state,
            answer=question.answer,
            closed_at=question.closed_at,
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
    questions: list[Question] = strawberry.field(
        description="To the driver, oldest first, at most 20; an open one must be answered or withdrawn before the "
        "trip is approved"
    )
    visits: list[Visit] = strawberry.field(description="The holds of all agencies as one order of visits")
    inspection: InspectionNeed = strawberry.field(description="The strictest need of all agencies")
    inspection_to_choose: bool = strawberry.field(
        description="An agency's silence leaves the inspection open: whoever approves must say `inspection`"
    )
    version: int = strawberry.field(description="Raised by every answer and every decision")

    @classmethod
    def of(cls, document: model.Clearances, trip: TripRow, voucher: VoucherRow | None, actor: Actor) -> Self:
        """Show a trip at the desk."""
        language = actor.language
        return cls(
            trip=Trip.of(trip, language),
            clearances=[Clearance.of(item, language) for item in document.items],
            approval=Approval.of(document.approval, language) if document.approval else None,
            review_reasons=[ApprovalReason.of(reason, language) for reason in document.review_reasons],
            voucher=Voucher.of(voucher, actor) if voucher else None,
            questions=[Question.of(question) for question in document.questions],
            visits=[Visit.of(visit) for visit in rules.visits(document.items)],
            inspection=rules.inspection_need(document.items),
            inspection_to_choose=bool(rules.undecided_by_silence(document.items)),
            version=document.version,
        )


@strawberry.type(description="A page of trips at the desk, longest waiting first.")
class TripReviewConnection:
    """A page."""

    edges: list[Edge[TripReview]]
    page_info: PageInfo
