"""What is stored of a trip and its declaration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, DESCENDING, IndexModel

from backend.orders.model import DeclaredContainer
from core.declarations import DocumentKind, PackingGroup, PartyRole, ReferenceKind
from core.identifiers.plates import Jurisdiction
from core.problems import ProblemCode
from core.states import TripState
from core.vouchers.claims import Direction
from core.words import Language


class DeclaredPlate(BaseModel):
    """A plate as its driver states it; nothing says yet that it is one."""

    model_config = ConfigDict(frozen=True)

    jurisdiction: Jurisdiction
    text: str


class DangerousGoods(BaseModel):
    """What the UN Model Regulations want to know of a dangerous item, as somebody typed it."""

    model_config = ConfigDict(frozen=True)

    un_number: str | None = None
    hazard_class: str | None = None
    packing_group: PackingGroup | None = None


class GoodsItem(BaseModel):
    """One kind of goods in the load; weights are whole kilograms, with packing."""

    model_config = ConfigDict(frozen=True)

    description: str | None = None
    hs_code: str | None = None
    packages: int | None = None
    package_kind: str | None = None
    gross_weight_kg: int | None = None
    origin_country: str | None = None
    container_number: str | None = None
    dangerous: DangerousGoods | None = None


class Party(BaseModel):
    """Who sends the goods, receives them or answers for their declaration."""

    model_config = ConfigDict(frozen=True)

    role: PartyRole
    name: str | None = None
    country: str | None = None


class PersonDocument(BaseModel):
    """A document of a person in the vehicle; the day it expires is YYYY-MM-DD once the rules have passed it."""

    model_config = ConfigDict(frozen=True)

    kind: DocumentKind
    number: str | None = None
    issuing_country: str | None = None
    expires_on: str | None = None


class CrewMember(BaseModel):
    """A person in the vehicle beside its driver."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    nationality: str | None = None
    documents: tuple[PersonDocument, ...] = ()


class Reference(BaseModel):
    """A document about goods or transport, by its number."""

    model_config = ConfigDict(frozen=True)

    kind: ReferenceKind
    number: str | None = None


class Declaration(BaseModel):
    """What the driver states. A draft may lack or misstate anything; a submitted one is in canonical form."""

    model_config = ConfigDict(frozen=True)

    driver_name: str | None = None
    driver_phone: str | None = None
    direction: Direction | None = None
    plates: tuple[DeclaredPlate, ...] = ()
    containers: tuple[DeclaredContainer, ...] = ()
    crew: int | None = None
    fever_free: bool | None = None
    goods_summary: str | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    language: Language | None = None
    trailers: tuple[DeclaredPlate, ...] = ()
    goods_items: tuple[GoodsItem, ...] = ()
    parties: tuple[Party, ...] = ()
    crew_members: tuple[CrewMember, ...] = ()
    driver_nationality: str | None = None
    driver_documents: tuple[PersonDocument, ...] = ()
    departure_country: str | None = None
    destination_country: str | None = None
    transit_countries: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


class StoredFailure(BaseModel):
    """A broken rule as the draft keeps it."""

    model_config = ConfigDict(frozen=True)

    code: ProblemCode
    path: tuple[str, ...]
    args: dict[str, str] = {}


class Trip(Document):
    """One crossing. `version` counts its declarations from 1; `vehicles` are canonical plates.

    Beside these fields a row holds what it is found by (`service/finding.py`): nobody reads that from a trip.
    """

    id: str  # type: ignore[assignment]  # 24 hex digits: the 12 bytes in the voucher
    order_id: str | None
    reference: str
    checkpoint_id: str
    carrier_id: str | None
    driver_id: str
    state: TripState
    version: int = 1
    declaration: Declaration
    failures: tuple[StoredFailure, ...] = ()
    anchors: tuple[bytes, ...] = ()
    vehicles: tuple[str, ...] = ()
    voucher_id: str | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    expires_at: datetime | None = None  # when an approved one ends unused, with its voucher
    rejection_reason: str | None = None

    class Settings:
        """Storage."""

        name = "trips"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("driver_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("checkpoint_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("checkpoint_id", ASCENDING), ("state", ASCENDING), ("submitted_at", ASCENDING)]),
            IndexModel([("vehicles", ASCENDING), ("state", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("expires_at", ASCENDING)]),
            IndexModel([("order_id", ASCENDING)]),
            # a search's answer in its own order: live trips first, then the newest
            IndexModel([("search_keys", ASCENDING), ("search_ended", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("search_version", ASCENDING)]),
            IndexModel(
                [("anchors", ASCENDING)],
                name="each_anchor_in_one_trip",
                unique=True,
                partialFilterExpression={"anchors.0": {"$exists": True}},
            ),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Trip":
        """Read a stored row."""
        trip: Trip = cls.model_validate(row)
        return trip


class VehicleTurn(Document):
    """Raised by every submission for a vehicle, so that two at the same moment come one by one."""

    id: str  # type: ignore[assignment]  # a pseudonym of the plate
    turns: int

    class Settings:
        """Storage."""

        name = "vehicle_turns"


MODELS: list[type[Document]] = [Trip, VehicleTurn]
