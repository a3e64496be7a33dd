"""What is stored of a trip and its declaration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, DESCENDING, IndexModel

from backend.orders.model import DeclaredContainer
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


class StoredFailure(BaseModel):
    """A broken rule as the draft keeps it."""

    model_config = ConfigDict(frozen=True)

    code: ProblemCode
    path: tuple[str, ...]
    args: dict[str, str] = {}


class Trip(Document):
    """One crossing. `version` counts its declarations from 1; `vehicles` are canonical plates."""

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
