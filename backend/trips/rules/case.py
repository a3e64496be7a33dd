"""A declaration under examination, with what more than one rule reads in it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

from backend.orders import rules as shared
from backend.orders.model import DeclaredContainer
from backend.orders.rules import Findings
from backend.trips.model import Declaration, DeclaredPlate, PersonDocument
from core.declarations import LeadTimePreset
from core.identifiers.container_types import ContainerType, parse_size_type
from core.identifiers.countries import parse_country
from core.identifiers.plates import Plate, parse_plate
from core.problems import Refusal
from core.vouchers.claims import MAX_PLATES

T = TypeVar("T")

PLACE = "declaration"
MOST_TRAILERS = 2
MOST_ITEMS = 50
MOST_PARTIES = 6
MOST_PEOPLE = 9
MOST_DOCUMENTS = 6
MOST_COUNTRIES = 10
MOST_REFERENCES = 20


@dataclass(frozen=True)
class Shared:
    """What the rules that an order shares made of the declaration, and what they found."""

    name: str
    phone: str
    containers: tuple[DeclaredContainer, ...]
    failures: tuple[shared.RuleFailure, ...]


@dataclass(frozen=True)
class Case:
    """A declaration, the moment it is made, and how long before arrival its port wants it."""

    declaration: Declaration
    now: datetime
    lead_time: LeadTimePreset = LeadTimePreset.NONE

    @cached_property
    def shared(self) -> Shared:
        """The result of the rules that an order and a declaration share."""
        stated, findings = self.declaration, Findings()
        name = shared.person_name(findings, stated.driver_name, "driverName")
        phone = shared.phone(findings, stated.driver_phone, "driverPhone")
        containers = shared.containers(findings, stated.containers, "containers")
        shared.window(findings, stated.window_start, stated.window_end, self.now)
        return Shared(name, phone, containers, tuple(findings.failures))

    @cached_property
    def plates(self) -> Mapping[int, Plate]:
        """The plates that are one, by their place."""
        return plates_of(self.declaration.plates)

    @cached_property
    def trailers(self) -> Mapping[int, Plate]:
        """The trailers' plates that are one, by their place."""
        return plates_of(self.declaration.trailers)

    @cached_property
    def types(self) -> Mapping[int, ContainerType]:
        """Size and type of the containers that have a sound one, by their place."""
        found = {}
        for index, container in enumerate(self.declaration.containers):
            size_type = parsed(parse_size_type, container.size_type)
            if size_type is not None:
                found[index] = size_type
        return found

    @cached_property
    def countries(self) -> Sequence[tuple[tuple[str, ...], str]]:
        """Every country code stated, sound or not, with its path."""
        return tuple(_countries(self.declaration))


def within_limits(stated: Declaration) -> Declaration:
    """Return the declaration with each list cut one entry after its limit: the rules see that there are too many.

    A draft holds whatever was typed; what is found in it must stay short.
    """
    cut = {
        "plates": stated.plates[: MAX_PLATES + 1],
        "trailers": stated.trailers[: MOST_TRAILERS + 1],
        "goods_items": stated.goods_items[: MOST_ITEMS + 1],
        "parties": stated.parties[: MOST_PARTIES + 1],
        "driver_documents": stated.driver_documents[: MOST_DOCUMENTS + 1],
        "crew_members": tuple(
            member.model_copy(update={"documents": member.documents[: MOST_DOCUMENTS + 1]})
            for member in stated.crew_members[: MOST_PEOPLE + 1]
        ),
        "transit_countries": stated.transit_countries[: MOST_COUNTRIES + 1],
        "references": stated.references[: MOST_REFERENCES + 1],
    }
    return stated.model_copy(update=cut)


def parsed(parse: Callable[[str], T], text: str | None) -> T | None:
    """Return what the text is, None if it is empty or is none."""
    cleaned = shared.clean(text)
    if not cleaned:
        return None
    try:
        return parse(cleaned)
    except Refusal:
        return None


def plates_of(stated: Sequence[DeclaredPlate]) -> Mapping[int, Plate]:
    """Return the plates that are one, by their place."""
    found = {}
    for index, plate in enumerate(stated):
        known = parsed(partial(parse_plate, jurisdiction=plate.jurisdiction), plate.text)
        if known is not None:
            found[index] = known
    return found


def people(declaration: Declaration) -> Sequence[tuple[tuple[str, ...], Sequence[PersonDocument]]]:
    """Return everybody's documents with the path of their list: the driver's first."""
    crew = [
        (("crewMembers", str(index), "documents"), member.documents)
        for index, member in enumerate(declaration.crew_members)
    ]
    return [(("driverDocuments",), declaration.driver_documents), *crew]


def country(text: str | None) -> str | None:
    """Return the code of a country, None for what is none."""
    return parsed(parse_country, text)


def _countries(stated: Declaration) -> Sequence[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str | None]] = [
        (("driverNationality",), stated.driver_nationality),
        (("departureCountry",), stated.departure_country),
        (("destinationCountry",), stated.destination_country),
    ]
    for index, item in enumerate(stated.goods_items):
        found.append((("goodsItems", str(index), "originCountry"), item.origin_country))
    for index, party in enumerate(stated.parties):
        found.append((("parties", str(index), "country"), party.country))
    for index, member in enumerate(stated.crew_members):
        found.append((("crewMembers", str(index), "nationality"), member.nationality))
    for path, documents in people(stated):
        for index, document in enumerate(documents):
            found.append(((*path, str(index), "issuingCountry"), document.issuing_country))
    named = [(path, text) for path, text in found if text is not None and shared.clean(text)]
    return [
        *named,
        *((("transitCountries", str(at)), text) for at, text in enumerate(stated.transit_countries)),
    ]
