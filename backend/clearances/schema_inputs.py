"""The inputs of submitting, answering and deciding in the schema."""

import strawberry

from backend.clearances import model, service
from backend.orders.schema import KEY
from backend.trips.schema_types import DeclarationInput, RuleFailure, Trip
from core.states import ClearanceState, HoldKind, InspectionNeed


@strawberry.input(description="Changes of a draft, and the anchors of the phone that will show the code.")
class SubmitDeclarationInput:
    """A submission."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    declaration: DeclarationInput
    anchors: list[str] = strawberry.field(
        description="Four, each base64url of the 16 bytes h^2880(seed), h = SHA-256 cut to 16 bytes. The first serves "
        "the voucher, the others spare ones"
    )


@strawberry.type(description="The declaration breaks rules. It is kept as a draft; nothing typed is lost.")
class DeclarationIncomplete:
    """A draft and its failures."""

    trip: Trip
    failures: list[RuleFailure]


@strawberry.input(description="Names a trip.")
class TripKeyInput:
    """Which trip."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID


@strawberry.input(description="Names a trip to be changed by its driver.")
class AmendTripInput:
    """Which trip."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID


@strawberry.input(description="An officer's approval.")
class ApproveTripInput:
    """Which trip, and a note."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    note: str | None = strawberry.field(
        default=None,
        description="At most 500 characters, kept with the approval; the driver does not read it",
    )
    inspection: InspectionNeed | None = strawberry.field(
        default=None,
        description="REQUIRED or NOT_REQUIRED: must be given where the silence of an agency leaves it open "
        "(`inspectionToChoose`); it never overrules an agency that has spoken",
    )

    def value(self) -> service.OfficersApproval:
        """Return it as a value."""
        return service.OfficersApproval(self.note, self.inspection)


@strawberry.input(description="An officer's rejection.")
class RejectTripInput:
    """Which trip, and why."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    reason: str = strawberry.field(description="At most 500 characters; the driver reads it")


@strawberry.input(description="Why, where and in which order an agency wants to see the vehicle.")
class HoldInput:
    """A hold."""

    kind: HoldKind
    reason: str = strawberry.field(description="At most 500 characters; the driver reads it")
    legal_reference: str | None = strawberry.field(
        default=None,
        description="The law it rests on, such as Cap. 109 s.11; at most 100 characters, the driver reads it",
    )
    place: str | None = strawberry.field(
        default=None, description="Where the vehicle is to go, in words; at most 100 characters"
    )
    bay_id: strawberry.ID | None = strawberry.field(
        default=None, description="A bay of the checkpoint, where it is one; BAY_UNKNOWN otherwise"
    )
    visit_order: int | None = strawberry.field(
        default=None,
        description="1 to 20: which visit it shall be; where two agencies ask for the same number, the order of "
        "agencies decides (`visits`)",
    )

    def value(self) -> model.Hold:
        """Return it as a value."""
        return model.Hold(
            kind=self.kind,
            reason=self.reason,
            legal_reference=self.legal_reference,
            place=self.place,
            bay_id=str(self.bay_id) if self.bay_id else None,
            visit_order=self.visit_order,
        )


@strawberry.input(description="An agency's answer; the agency is the actor's own.")
class AnswerClearanceInput:
    """A verdict."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    state: ClearanceState = strawberry.field(description="CLEAR or HOLD")
    hold: HoldInput | None = strawberry.field(default=None, description="With HOLD only")
    inspection: InspectionNeed | None = strawberry.field(
        default=None, description="Left out: CLEAR needs none (NOT_REQUIRED), HOLD leaves it UNDECIDED"
    )

    def value(self) -> service.Answer:
        """Return it as a value."""
        return service.Answer(self.state, self.hold.value() if self.hold else None, self.inspection)


@strawberry.input(description="One of an agency's answers in a message of several.")
class ClearanceAnswerInput:
    """A verdict among others."""

    trip_id: strawberry.ID
    state: ClearanceState = strawberry.field(description="CLEAR or HOLD")
    hold: HoldInput | None = strawberry.field(default=None, description="With HOLD only")
    inspection: InspectionNeed | None = strawberry.field(
        default=None, description="As in AnswerClearanceInput"
    )

    def value(self) -> service.Answer:
        """Return it as a value."""
        return service.Answer(self.state, self.hold.value() if self.hold else None, self.inspection)


@strawberry.input(description="Several answers of an agency's own system in one message.")
class AnswerClearancesInput:
    """Verdicts."""

    idempotency_key: str = strawberry.field(
        description=f"{KEY}. Each answer is kept by itself: sent again, what was taken is not taken twice"
    )
    answers: list[ClearanceAnswerInput] = strawberry.field(description="1 to 20, each of another trip")


@strawberry.input(description="A question to the driver of a trip.")
class AskDriverInput:
    """A question."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    text: str = strawberry.field(description="At most 500 characters; the driver reads it")


@strawberry.input(description="The driver's answer to a question.")
class AnswerQuestionInput:
    """An answer."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    question_id: strawberry.ID
    text: str = strawberry.field(description="At most 500 characters")


@strawberry.input(description="Names a question that needs no answer any more.")
class WithdrawQuestionInput:
    """Which question."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    question_id: strawberry.ID
