"""What is stored of a work order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.declarations import SealClass, SealingParty
from core.states import WorkOrderState
from core.vouchers.claims import Direction
from core.words import Language


class SealDetail(BaseModel):
    """What is known of one seal beside its number."""

    model_config = ConfigDict(frozen=True)

    number: str
    seal_class: SealClass | None = None
    sealing_party: SealingParty | None = None


class DeclaredContainer(BaseModel):
    """A container number with the numbers of its seals, as somebody stated them.

    In canonical form `seals` holds every seal's number, and `seal_details` what is known of some of them.
    """

    model_config = ConfigDict(frozen=True)

    number: str
    seals: tuple[str, ...] = ()
    seal_details: tuple[SealDetail, ...] = ()
    size_type: str | None = None
    loaded: bool | None = None


class Link(BaseModel):
    """The driver's way in. The code is never stored: only its hash, and the number it was made from."""

    model_config = ConfigDict(frozen=True)

    number: int
    hash: str
    expires_at: datetime
    used_at: datetime | None = None


class WorkOrder(Document):
    """A carrier's order to carry; the goods, the window and whom to tell."""

    id: str  # type: ignore[assignment]  # 24 hex digits
    reference: str
    state: WorkOrderState
    direction: Direction
    checkpoint_id: str
    goods_summary: str
    containers: tuple[DeclaredContainer, ...]
    window_start: datetime
    window_end: datetime
    driver_name: str
    driver_phone: str
    carrier_id: str
    carrier_name: str
    language: Language
    created_at: datetime
    link: Link
    driver_id: str | None = None
    trip_id: str | None = None

    class Settings:
        """Storage."""

        name = "work_orders"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("carrier_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("carrier_id", ASCENDING), ("reference", ASCENDING)]),
            IndexModel([("link.hash", ASCENDING)], unique=True),
            IndexModel([("driver_id", ASCENDING), ("created_at", DESCENDING)]),
            IndexModel([("state", ASCENDING), ("window_end", ASCENDING)]),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "WorkOrder":
        """Read a stored row."""
        order: WorkOrder = cls.model_validate(row)
        return order


MODELS: list[type[Document]] = [WorkOrder]
