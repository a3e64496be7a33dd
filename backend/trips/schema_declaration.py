"""What a declaration says beside the vehicle, in the schema: goods, parties, people, references. And how to say it."""

from collections.abc import Sequence

import strawberry

from backend.trips import model
from core.declarations import DocumentKind, PackingGroup, PartyRole, ReferenceKind

COUNTRY = "ISO 3166-1 alpha-2, such as CN, HK, MO or VN"
UN_NUMBER = "Four digits, such as 1263; a UN before it does not matter"
HAZARD_CLASS = "Class or division, such as 3, 2.1 or 1.4S"
HS_CODE = "Harmonized System: 6 digits, or 8 or 10 with the national ones; dots do not matter"
PACKAGE_KIND = (
    "UN/ECE Recommendation 21: two characters, such as CT (carton), PX (pallet), DR (drum), VR (bulk)"
)
WEIGHT = "With packing, in whole kilograms, rounded up"
CONTAINER = "The declared container it travels in, where there is more than one"
EXPIRES = "The last day it is valid, YYYY-MM-DD"


@strawberry.type(description="Particulars of dangerous goods (UN Model Regulations, ADR).")
class DangerousGoods:
    """Why an item is dangerous."""

    un_number: str | None = strawberry.field(description=UN_NUMBER)
    hazard_class: str | None = strawberry.field(description=HAZARD_CLASS)
    packing_group: PackingGroup | None

    @classmethod
    def of(cls, stated: model.DangerousGoods) -> "DangerousGoods":
        """Show them."""
        return cls(**dict(stated))


@strawberry.type(description="One kind of goods in the load.")
class GoodsItem:
    """An item."""

    description: str | None
    hs_code: str | None = strawberry.field(description=HS_CODE)
    packages: int | None = strawberry.field(description="How many packages; null for bulk")
    package_kind: str | None = strawberry.field(description=PACKAGE_KIND)
    gross_weight_kg: int | None = strawberry.field(description=WEIGHT)
    origin_country: str | None = strawberry.field(description=f"Where it was made: {COUNTRY}")
    container_number: str | None = strawberry.field(description=CONTAINER)
    dangerous: DangerousGoods | None = strawberry.field(description="Null: it is not dangerous")

    @classmethod
    def of(cls, item: model.GoodsItem) -> "GoodsItem":
        """Show an item."""
        plain = dict(item)
        plain["dangerous"] = DangerousGoods.of(item.dangerous) if item.dangerous else None
        return cls(**plain)


@strawberry.type(description="Who sends the goods, receives them, or answers for their declaration.")
class Party:
    """A party."""

    role: PartyRole
    name: str | None
    country: str | None = strawberry.field(description=COUNTRY)

    @classmethod
    def of(cls, party: model.Party) -> "Party":
        """Show a party."""
        return cls(**dict(party))


@strawberry.type(description="A document of a person in the vehicle.")
class PersonDocument:
    """A document."""

    kind: DocumentKind
    number: str | None
    issuing_country: str | None = strawberry.field(description=COUNTRY)
    expires_on: str | None = strawberry.field(description=EXPIRES)

    @classmethod
    def of(cls, document: model.PersonDocument) -> "PersonDocument":
        """Show a document."""
        return cls(**dict(document))


@strawberry.type(description="A person in the vehicle beside its driver.")
class CrewMember:
    """A person."""

    name: str | None
    nationality: str | None = strawberry.field(description=COUNTRY)
    documents: list[PersonDocument]

    @classmethod
    def of(cls, member: model.CrewMember) -> "CrewMember":
        """Show a person."""
        return cls(
            name=member.name,
            nationality=member.nationality,
            documents=[PersonDocument.of(document) for document in member.documents],
        )


@strawberry.type(description="A document about the goods or the transport, by its number.")
class Reference:
    """A reference."""

    kind: ReferenceKind
    number: str | None

    @classmethod
    def of(cls, reference: model.Reference) -> "Reference":
        """Show a reference."""
        return cls(**dict(reference))


@strawberry.input(
    description="Particulars of dangerous goods; an item without them is declared not dangerous."
)
class DangerousGoodsInput:
    """Why an item is dangerous."""

    un_number: str | None = strawberry.field(default=None, description=UN_NUMBER)
    hazard_class: str | None = strawberry.field(default=None, description=HAZARD_CLASS)
    packing_group: PackingGroup | None = strawberry.field(
        default=None, description="Classes 3, 4.2, 4.3, 5.1, 6.1 and 8 have one; 1, 2, 5.2, 6.2 and 7 none"
    )


@strawberry.input(description="One kind of goods in the load.")
class GoodsItemInput:
    """An item."""

    description: str | None = strawberry.field(default=None, description="At most 300 characters")
    hs_code: str | None = strawberry.field(default=None, description=HS_CODE)
    packages: int | None = strawberry.field(default=None, description="How many packages; none for bulk")
    package_kind: str | None = strawberry.field(default=None, description=PACKAGE_KIND)
    gross_weight_kg: int | None = strawberry.field(default=None, description=WEIGHT)
    origin_country: str | None = strawberry.field(default=None, description=f"Where it was made: {COUNTRY}")
    container_number: str | None = strawberry.field(default=None, description=CONTAINER)
    dangerous: DangerousGoodsInput | None = None

    def value(self) -> model.GoodsItem:
        """Return it as a value."""
        dangerous = model.DangerousGoods(**vars(self.dangerous)) if self.dangerous else None
        return model.GoodsItem(**{**vars(self), "dangerous": dangerous})


@strawberry.input(description="A party; each role once.")
class PartyInput:
    """A party."""

    role: PartyRole
    name: str | None = strawberry.field(default=None, description="At most 120 characters")
    country: str | None = strawberry.field(default=None, description=COUNTRY)


@strawberry.input(description="A document of a person in the vehicle.")
class PersonDocumentInput:
    """A document."""

    kind: DocumentKind
    number: str | None = strawberry.field(
        default=None, description="Spaces, hyphens and brackets do not matter"
    )
    issuing_country: str | None = strawberry.field(default=None, description=COUNTRY)
    expires_on: str | None = strawberry.field(default=None, description=EXPIRES)


@strawberry.input(description="A person in the vehicle beside its driver.")
class CrewMemberInput:
    """A person."""

    name: str | None = strawberry.field(default=None, description="At most 60 characters")
    nationality: str | None = strawberry.field(default=None, description=COUNTRY)
    documents: list[PersonDocumentInput] = strawberry.field(default_factory=list)

    def value(self) -> model.CrewMember:
        """Return it as a value."""
        return model.CrewMember(
            name=self.name, nationality=self.nationality, documents=person_documents(self.documents)
        )


@strawberry.input(description="A document about the goods or the transport, by its number.")
class ReferenceInput:
    """A reference."""

    kind: ReferenceKind
    number: str | None = strawberry.field(default=None, description="At most 35 characters")


def goods_items(stated: Sequence[GoodsItemInput] | None) -> tuple[model.GoodsItem, ...]:
    """Return the items as values."""
    return tuple(item.value() for item in stated or ())


def parties(stated: Sequence[PartyInput] | None) -> tuple[model.Party, ...]:
    """Return the parties as values."""
    return tuple(model.Party(**vars(party)) for party in stated or ())


def person_documents(stated: Sequence[PersonDocumentInput] | None) -> tuple[model.PersonDocument, ...]:
    """Return the documents as values."""
    return tuple(model.PersonDocument(**vars(document)) for document in stated or ())


def crew_members(stated: Sequence[CrewMemberInput] | None) -> tuple[model.CrewMember, ...]:
    """Return the people as values."""
    return tuple(member.value() for member in stated or ())


def references(stated: Sequence[ReferenceInput] | None) -> tuple[model.Reference, ...]:
    """Return the references as values."""
    return tuple(model.Reference(**vars(reference)) for reference in stated or ())
