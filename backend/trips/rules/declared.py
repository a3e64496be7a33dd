"""A declaration that broke no rule, in canonical form. Pure."""

from dataclasses import dataclass
from datetime import datetime

from backend.orders.model import DeclaredContainer
from backend.trips.model import (
    CrewMember,
    Declaration,
    DeclaredPlate,
    GoodsItem,
    Party,
    PersonDocument,
    Reference,
)
from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Plate
from core.vouchers.claims import Direction
from core.words import Language


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declaration that broke no rule, in canonical form; times are UTC."""

    driver_name: str
    driver_phone: str
    direction: Direction
    plates: tuple[Plate, ...]
    containers: tuple[DeclaredContainer, ...]
    crew: int
    fever_free: bool
    goods_summary: str
    window_start: datetime
    window_end: datetime
    language: Language
    trailers: tuple[Plate, ...] = ()
    goods_items: tuple[GoodsItem, ...] = ()
    parties: tuple[Party, ...] = ()
    crew_members: tuple[CrewMember, ...] = ()
    driver_nationality: str | None = None
    driver_documents: tuple[PersonDocument, ...] = ()
    departure_country: str | None = None
    destination_country: str | None = None
    transit_countries: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def container_numbers(self) -> tuple[ContainerNumber, ...]:
        """The containers' numbers without their seals."""
        return tuple(ContainerNumber(container.number) for container in self.containers)

    @property
    def vehicles(self) -> tuple[str, ...]:
        """The plates as one text each, jurisdiction first: the same vehicle is the same text."""
        return tuple(f"{plate.jurisdiction.value}:{plate.text}" for plate in self.plates)

    def declaration(self) -> Declaration:
        """Return it as it is stored."""
        stored = {"plates": _stated(self.plates), "trailers": _stated(self.trailers)}
        return Declaration(**{**vars(self), **stored})


def _stated(plates: tuple[Plate, ...]) -> tuple[DeclaredPlate, ...]:
    return tuple(DeclaredPlate(jurisdiction=plate.jurisdiction, text=plate.text) for plate in plates)
