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
        default=None, description="At most 500 characters, kept with the approval"
    )


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
    place: str | None = strawberry.field(default=None, description="At most 100 characters")
    visit_order: int | None = strawberry.field(default=None, description="1 to 20")

    def value(self) -> model.Hold:
        """Return it as a value."""
        return model.Hold(kind=self.kind, reason=self.reason, place=self.place, visit_order=self.visit_order)


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
