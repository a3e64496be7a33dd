"""Rules about the route: the direction, the countries on the way, and the documents that refer to it."""

from collections.abc import Iterator
from functools import partial

from backend.orders.rules import clean
from backend.trips.rules.case import MOST_COUNTRIES, MOST_REFERENCES, Case, country
from backend.trips.rules.rule import Found, Rule, Subject, at, refused
from core.declarations import ReferenceKind
from core.identifiers.countries import parse_country
from core.identifiers.documents import parse_reference
from core.problems import ProblemCode, Refusal
from core.vouchers.claims import Direction

STARTS_ELSEWHERE = {Direction.SOUTHBOUND: frozenset({"HK", "MO"}), Direction.NORTHBOUND: frozenset({"CN"})}
"""Where goods cannot come from that cross the border in this direction."""
TRANSIT_DOCUMENTS = frozenset({ReferenceKind.TRANSIT_DECLARATION, ReferenceKind.TIR_CARNET})
ISO_3166 = "ISO 3166-1"
KYOTO = "Revised Kyoto Convention, Annex E1; TIR Convention"
REFERENCE = "WCO Data Model (AdditionalDocument, UCR)"
_rule = partial(Rule, subject=Subject.ROUTE)
_reference = partial(Rule, subject=Subject.REFERENCES)


def no_direction(case: Case) -> Iterator[Found]:
    """A crossing goes one way."""
    if case.declaration.direction is None:
        yield at("direction")


def no_country(case: Case) -> Iterator[Found]:
    """Every country is a code of the list, whoever or whatever it is of."""
    for path, text in case.countries:
        yield from refused(partial(parse_country, clean(text)), ProblemCode.COUNTRY_UNKNOWN, *path)


def wrong_way(case: Case) -> Iterator[Found]:
    """Goods do not come from where they are going."""
    direction, start = case.declaration.direction, country(case.declaration.departure_country)
    if direction is not None and start in STARTS_ELSEWHERE[direction]:
        yield at("departureCountry", text=start)


def too_many_countries(case: Case) -> Iterator[Found]:
    """A route has few countries."""
    if len(case.declaration.transit_countries) > MOST_COUNTRIES:
        yield at("transitCountries", limit=MOST_COUNTRIES)


def country_twice(case: Case) -> Iterator[Found]:
    """A route passes a country once."""
    known: set[str] = set()
    for index, text in enumerate(case.declaration.transit_countries):
        code = country(text)
        if code is not None and code in known:
            yield at("transitCountries", index, text=code)
        known.add(code or "")


def country_at_an_end(case: Case) -> Iterator[Found]:
    """What lies between is neither of the ends."""
    stated = case.declaration
    ends = {country(stated.departure_country), country(stated.destination_country)} - {None}
    for index, text in enumerate(stated.transit_countries):
        if country(text) in ends:
            yield at("transitCountries", index, text=country(text) or "")


def no_transit_document(case: Case) -> Iterator[Found]:
    """Goods in transit travel under a transit document."""
    kinds = {reference.kind for reference in case.declaration.references}
    if case.declaration.transit_countries and not kinds & TRANSIT_DOCUMENTS:
        yield at("references")


def too_many_references(case: Case) -> Iterator[Found]:
    """More belong into the manifest."""
    if len(case.declaration.references) > MOST_REFERENCES:
        yield at("references", limit=MOST_REFERENCES)


def no_number(case: Case) -> Iterator[Found]:
    """A reference is a number."""
    for index, reference in enumerate(case.declaration.references):
        if not clean(reference.number):
            yield at("references", index, "number")


def malformed(case: Case) -> Iterator[Found]:
    """Each kind of reference has numbers of its form."""
    for index, reference in enumerate(case.declaration.references):
        text = clean(reference.number)
        if text:
            parse = partial(parse_reference, reference.kind, text)
            yield from refused(parse, ProblemCode.REFERENCE_FORMAT, "references", index, "number")


def reference_twice(case: Case) -> Iterator[Found]:
    """A reference is named once."""
    known: set[tuple[ReferenceKind, str]] = set()
    for index, reference in enumerate(case.declaration.references):
        try:
            number = parse_reference(reference.kind, clean(reference.number))
        except Refusal:
            continue
        if (reference.kind, number) in known:
            yield at("references", index, "number", text=number)
        known.add((reference.kind, number))


RULES = (
    _rule(
        id="route.direction",
        code=ProblemCode.DIRECTION_MISSING,
        field="direction",
        source="WCO Data Model (BorderTransportMeans)",
        example="–",
        find=no_direction,
    ),
    _rule(
        id="route.country",
        code=ProblemCode.COUNTRY_UNKNOWN,
        field="destinationCountry",
        args=("text",),
        source=ISO_3166,
        example="XX",
        find=no_country,
    ),
    _rule(
        id="route.departure",
        code=ProblemCode.DIRECTION_CONTRADICTED,
        field="departureCountry",
        args=("text",),
        source="WCO Data Model (ExportCountry)",
        example="SOUTHBOUND: HK",
        find=wrong_way,
    ),
    _rule(
        id="route.transit-at-most",
        code=ProblemCode.TOO_MANY,
        field="transitCountries",
        args=("limit",),
        source="WCO Data Model (Itinerary)",
        example="11 × …",
        find=too_many_countries,
    ),
    _rule(
        id="route.transit-twice",
        code=ProblemCode.TRANSIT_DUPLICATE,
        field="transitCountries.*",
        args=("text",),
        source="WCO Data Model (Itinerary)",
        example="VN, VN",
        find=country_twice,
    ),
    _rule(
        id="route.transit-between",
        code=ProblemCode.TRANSIT_NOT_BETWEEN,
        field="transitCountries.*",
        args=("text",),
        source="WCO Data Model (Itinerary)",
        example="CN → CN → HK",
        find=country_at_an_end,
    ),
    _rule(
        id="route.transit-document",
        code=ProblemCode.TRANSIT_DOCUMENT_MISSING,
        field="references",
        source=KYOTO,
        example="–",
        find=no_transit_document,
    ),
    _reference(
        id="references.at-most",
        code=ProblemCode.TOO_MANY,
        field="references",
        args=("limit",),
        source="Clearlane (0008)",
        example="21 × …",
        find=too_many_references,
    ),
    _reference(
        id="reference.number",
        code=ProblemCode.FIELD_REQUIRED,
        field="references.*.number",
        source=REFERENCE,
        example="–",
        find=no_number,
    ),
    _reference(
        id="reference.form",
        code=ProblemCode.REFERENCE_FORMAT,
        field="references.*.number",
        args=("text",),
        source=REFERENCE,
        example="TIR_CARNET: 12345",
        find=malformed,
    ),
    _reference(
        id="reference.twice",
        code=ProblemCode.REFERENCE_DUPLICATE,
        field="references.*.number",
        args=("text",),
        source=REFERENCE,
        example="2 × 530120261234567890",
        find=reference_twice,
    ),
)
