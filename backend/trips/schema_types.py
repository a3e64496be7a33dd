"""The types of trips in the schema, and the inputs of a declaration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from backend.kit.graphql import Edge, PageInfo, ProblemArgument, arguments
from backend.orders.model import DeclaredContainer as ContainerValue
from backend.orders.rules import RuleFailure as FailureValue
from backend.orders.schema_containers import ContainerInput, DeclaredContainer
from backend.trips import model, schema_declaration, service
from backend.trips.schema_declaration import (
    COUNTRY,
    CrewMember,
    CrewMemberInput,
    GoodsItem,
    GoodsItemInput,
    Party,
    PartyInput,
    PersonDocument,
    PersonDocumentInput,
    Reference,
    ReferenceInput,
)
from core.identifiers.plates import Jurisdiction, parse_plate
from core.identifiers.plates import Plate as PlateValue
from core.problems import ProblemCode, Refusal, sentence
from core.states import TripState
from core.vouchers.claims import Direction
from core.words import Language

UNKNOWN_KIND = "UNKNOWN"


@strawberry.type(description="A number plate with the place that issued it.")
class Plate:
    """A plate."""

    jurisdiction: Jurisdiction
    text: str = strawberry.field(
        description="Canonical: capitals without spaces, dots or hyphens; as typed in a draft"
    )
    display: str = strawberry.field(description="As people write it: 粤B·12345, UP 2643, MA-12-34")
    kind: str = strawberry.field(
        description="Form of the plate, such as STANDARD or CROSS_BORDER_HK; UNKNOWN if none"
    )

    @classmethod
    def of(cls, plate: PlateValue) -> "Plate":
        """Show a plate."""
        return cls(
            jurisdiction=plate.jurisdiction, text=plate.text, display=plate.display(), kind=plate.kind.value
        )

    @classmethod
    def stated(cls, plate: model.DeclaredPlate) -> "Plate":
        """Show what a driver typed, which need not be a plate."""
        try:
            return cls.of(parse_plate(plate.text, plate.jurisdiction))
        except Refusal:
            return cls(
                jurisdiction=plate.jurisdiction, text=plate.text, display=plate.text, kind=UNKNOWN_KIND
            )


@strawberry.type(description="What the driver states. A draft may lack anything.")
class Declaration:
    """A declaration."""

    driver_name: str | None
    driver_phone: str | None = strawberry.field(description="E.164 once the rules have passed it")
    direction: Direction | None
    plates: list[Plate] = strawberry.field(
        description="The vehicle's own first; a 粤Z plate has its home plate beside it"
    )
    containers: list[DeclaredContainer]
    crew: int | None = strawberry.field(description="People in the vehicle, the driver included")
    fever_free: bool | None = strawberry.field(description="True: nobody in the vehicle has a fever")
    goods_summary: str | None
    window_start: datetime | None
    window_end: datetime | None
    language: Language | None = strawberry.field(description="In which the lane speaks to the driver")
    trailers: list[Plate] = strawberry.field(description="Plates of what the vehicle draws")
    goods_items: list[GoodsItem]
    parties: list[Party]
    crew_members: list[CrewMember] = strawberry.field(description="Who is in the vehicle beside the driver")
    driver_nationality: str | None = strawberry.field(description=COUNTRY)
    driver_documents: list[PersonDocument]
    departure_country: str | None = strawberry.field(description=f"From where the goods come: {COUNTRY}")
    destination_country: str | None = strawberry.field(description=f"Where the goods go: {COUNTRY}")
    transit_countries: list[str] = strawberry.field(
        description="Countries on the way between the two, in order; the codes of ISO 3166-1"
    )
    references: list[Reference]
    disclosed_as: strawberry.Private[str]

    @classmethod
    def of(cls, declaration: model.Declaration, disclosed_as: str) -> "Declaration":
        """Show a declaration; `disclosed_as` is the stream of its trip."""
        return cls(
            disclosed_as=disclosed_as,
            driver_name=declaration.driver_name,
            driver_phone=declaration.driver_phone,
            direction=declaration.direction,
            plates=[Plate.stated(plate) for plate in declaration.plates],
            containers=[DeclaredContainer.of(container) for container in declaration.containers],
            crew=declaration.crew,
            fever_free=declaration.fever_free,
            goods_summary=declaration.goods_summary,
            window_start=declaration.window_start,
            window_end=declaration.window_end,
            language=declaration.language,
            trailers=[Plate.stated(plate) for plate in declaration.trailers],
            goods_items=[GoodsItem.of(item) for item in declaration.goods_items],
            parties=[Party.of(party) for party in declaration.parties],
            crew_members=[CrewMember.of(member) for member in declaration.crew_members],
            driver_nationality=declaration.driver_nationality,
            driver_documents=[PersonDocument.of(document) for document in declaration.driver_documents],
            departure_country=declaration.departure_country,
            destination_country=declaration.destination_country,
            transit_countries=list(declaration.transit_countries),
            references=[Reference.of(reference) for reference in declaration.references],
        )


@strawberry.type(description="A rule that the declaration breaks; `declarationRules` tells of each.")
class RuleFailure:
    """A broken rule."""

    code: ProblemCode
    message: str = strawberry.field(description="What is the case and what to do, in the asker's language")
    path: list[str] = strawberry.field(
        description="The field of the input, such as declaration, containers, 1, number"
    )
    args: list[ProblemArgument] = strawberry.field(description="Values named in the sentence")

    @classmethod
    def of(cls, failure: model.StoredFailure, language: str) -> "RuleFailure":
        """Show a failure."""
        return cls(
            code=failure.code,
            message=sentence(failure.code, failure.args, language),
            path=list(failure.path),
            args=arguments(failure.args),
        )


@strawberry.type(description="One crossing by one vehicle in one direction.")
class Trip:
    """A trip."""

    id: strawberry.ID = strawberry.field(description="24 hexadecimal digits")
    order_id: strawberry.ID | None
    reference: str = strawberry.field(description="The carrier's number of the order it carries")
    state: TripState
    direction: Direction | None
    checkpoint_id: strawberry.ID
    declaration: Declaration
    failures: list[RuleFailure] = strawberry.field(
        description="Rules the last submission broke and no later change has mended"
    )
    voucher_id: strawberry.ID | None = strawberry.field(description="Its present code, once approved")
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    rejection_reason: str | None = strawberry.field(description="In the officer's words")
    version: int = strawberry.field(description="Raised whenever it goes back to its driver")

    @classmethod
    def of(cls, trip: model.Trip, language: str) -> "Trip":
        """Show a trip; sentences in this language."""
        return cls(
            id=strawberry.ID(trip.id),
            order_id=strawberry.ID(trip.order_id) if trip.order_id else None,
            reference=trip.reference,
            state=trip.state,
            direction=trip.declaration.direction,
            checkpoint_id=strawberry.ID(trip.checkpoint_id),
            declaration=Declaration.of(trip.declaration, service.stream_of(trip.id)),
            failures=[RuleFailure.of(failure, language) for failure in trip.failures],
            voucher_id=strawberry.ID(trip.voucher_id) if trip.voucher_id else None,
            created_at=trip.created_at,
            submitted_at=trip.submitted_at,
            decided_at=trip.decided_at,
            rejection_reason=trip.rejection_reason,
            version=trip.version,
        )


@strawberry.type(description="A page of trips, newest first.")
class TripConnection:
    """A page."""

    edges: list[Edge[Trip]]
    page_info: PageInfo


@strawberry.input(description="A plate as somebody types it; spaces, dots and hyphens do not matter.")
class PlateInput:
    """A plate."""

    jurisdiction: Jurisdiction
    text: str


@strawberry.input(
    description="Fields of a declaration. A field left out stays as it is; null empties it. Any text is kept in a "
    "draft; the rules speak when it is submitted."
)
class DeclarationInput:
    """A change of a draft."""

    driver_name: str | None = UNSET
    driver_phone: str | None = UNSET
    direction: Direction | None = UNSET
    plates: list[PlateInput] | None = UNSET
    containers: list[ContainerInput] | None = UNSET
    crew: int | None = UNSET
    fever_free: bool | None = UNSET
    goods_summary: str | None = UNSET
    window_start: datetime | None = UNSET
    window_end: datetime | None = UNSET
    language: Language | None = UNSET
    trailers: list[PlateInput] | None = strawberry.field(
        default=UNSET, description="Plates of what the vehicle draws, at most 2"
    )
    goods_items: list[GoodsItemInput] | None = strawberry.field(default=UNSET, description="At most 50")
    parties: list[PartyInput] | None = UNSET
    crew_members: list[CrewMemberInput] | None = strawberry.field(
        default=UNSET, description="Who is in the vehicle beside the driver"
    )
    driver_nationality: str | None = strawberry.field(default=UNSET, description=COUNTRY)
    driver_documents: list[PersonDocumentInput] | None = UNSET
    departure_country: str | None = strawberry.field(
        default=UNSET, description=f"From where the goods come: {COUNTRY}"
    )
    destination_country: str | None = strawberry.field(
        default=UNSET, description=f"Where the goods go: {COUNTRY}"
    )
    transit_countries: list[str] | None = strawberry.field(
        default=UNSET, description="Countries on the way between the two, in order; at most 10"
    )
    references: list[ReferenceInput] | None = UNSET

    def change(self) -> service.DeclarationChange:
        """Return it as a value."""
        given = {name: value for name, value in vars(self).items() if value is not UNSET}
        plain: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        plain["plates"] = _plates(given.get("plates"))
        plain["containers"] = _containers(given.get("containers"))
        plain["trailers"] = _plates(given.get("trailers"))
        plain["goods_items"] = schema_declaration.goods_items(given.get("goods_items"))
        plain["parties"] = schema_declaration.parties(given.get("parties"))
        plain["crew_members"] = schema_declaration.crew_members(given.get("crew_members"))
        plain["driver_documents"] = schema_declaration.person_documents(given.get("driver_documents"))
        plain["transit_countries"] = tuple(given.get("transit_countries") or ())
        plain["references"] = schema_declaration.references(given.get("references"))
        return service.DeclarationChange(model.Declaration(**plain), frozenset(given))


def _plates(plates: Sequence[PlateInput] | None) -> tuple[model.DeclaredPlate, ...]:
    return tuple(
        model.DeclaredPlate(jurisdiction=plate.jurisdiction, text=plate.text) for plate in plates or ()
    )


def _containers(containers: Sequence[ContainerInput] | None) -> tuple[ContainerValue, ...]:
    return tuple(container.value() for container in containers or ())


def stored_failure(failure: FailureValue) -> model.StoredFailure:
    """Return a rule's finding as the schema shows it."""
    return model.StoredFailure(code=failure.code, path=failure.path, args=dict(failure.args))
