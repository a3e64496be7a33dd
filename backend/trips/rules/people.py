"""Rules about the people in the vehicle: how many, how they are, who they are, and their documents."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from backend.orders import rules as shared
from backend.orders.rules import Findings, clean
from backend.trips.model import PersonDocument
from backend.trips.rules.case import MOST_DOCUMENTS, MOST_PEOPLE, Case, country, people
from backend.trips.rules.rule import Found, Rule, Subject, at, refused
from core.declarations import DocumentKind
from core.identifiers.documents import parse_document
from core.problems import ProblemCode, Refusal

TRAVEL_DOCUMENTS = frozenset(
    {
        DocumentKind.PASSPORT,
        DocumentKind.IDENTITY_CARD,
        DocumentKind.HOME_RETURN_PERMIT,
        DocumentKind.EXIT_ENTRY_PERMIT,
    }
)
CREW = "WCO Data Model (TransportMeans, PersonOnBoard)"
DOCUMENTS = "ICAO Doc 9303; GB 11643; Cap. 177 (Hong Kong)"
_rule = partial(Rule, subject=Subject.PEOPLE)


def impossible_crew(case: Case) -> Iterator[Found]:
    """A cab holds one person at least and nine at most."""
    crew = case.declaration.crew
    if crew is None or not 1 <= crew <= MOST_PEOPLE:
        yield at("crew", limit=MOST_PEOPLE)


def health_unsaid(case: Case) -> Iterator[Found]:
    """Whether anybody has a fever is answered, with yes or no."""
    if case.declaration.fever_free is None:
        yield at("feverFree")


def other_number(case: Case) -> Iterator[Found]:
    """As many people are named as there are; nobody need be named."""
    named, crew = len(case.declaration.crew_members) + 1, case.declaration.crew
    if named > 1 and crew is not None and 1 <= crew <= MOST_PEOPLE and named != crew:
        yield at("crewMembers", named=named, crew=crew)


def unnamed(case: Case) -> Iterator[Found]:
    """A person has a name, in letters of any script."""
    for index, member in enumerate(case.declaration.crew_members):
        findings = Findings()
        shared.person_name(findings, member.name, "name")
        if findings.failures:
            yield at("crewMembers", index, "name")


def no_travel_document(case: Case) -> Iterator[Found]:
    """Whoever crosses the border carries a document for it."""
    for index, member in enumerate(case.declaration.crew_members):
        if not TRAVEL_DOCUMENTS & {document.kind for document in member.documents}:
            yield at("crewMembers", index, "documents")


def no_licence(case: Case) -> Iterator[Found]:
    """Among a driver's documents is his licence."""
    kinds = {document.kind for document in case.declaration.driver_documents}
    if kinds and DocumentKind.DRIVING_LICENCE not in kinds:
        yield at("driverDocuments")


def too_many_documents(case: Case) -> Iterator[Found]:
    """Nobody needs more than six."""
    for path, documents in people(case.declaration):
        if len(documents) > MOST_DOCUMENTS:
            yield at(*path, limit=MOST_DOCUMENTS)


def number_missing(case: Case) -> Iterator[Found]:
    """A document has a number."""
    for path, document in _documents(case):
        if not clean(document.number):
            yield at(*path, "number")


def number_invalid(case: Case) -> Iterator[Found]:
    """Each kind of document has numbers of its form."""
    yield from _numbers(case, ProblemCode.DOCUMENT_NUMBER_INVALID)


def check_digit(case: Case) -> Iterator[Found]:
    """Identity cards of the mainland and Hong Kong prove their number by its last character."""
    yield from _numbers(case, ProblemCode.DOCUMENT_CHECK_DIGIT)


def no_date(case: Case) -> Iterator[Found]:
    """A day is written as year, month and day."""
    for path, document in _documents(case):
        if clean(document.expires_on) and expiry(document) is None:
            yield at(*path, "expiresOn", text=clean(document.expires_on)[:40])


def expired(case: Case) -> Iterator[Found]:
    """A document is valid on the day of the crossing."""
    last = case.declaration.window_end or case.now
    for path, document in _documents(case):
        day = expiry(document)
        if day is not None and day < last.date():
            yield at(*path, "expiresOn", text=day.isoformat())


def document_twice(case: Case) -> Iterator[Found]:
    """A document belongs to one person."""
    known: set[tuple[DocumentKind, str]] = set()
    for path, document in _documents(case):
        number = _number(document)
        if number and (document.kind, number) in known:
            yield at(*path, "number", text=number)
        known.add((document.kind, number))


def expiry(document: PersonDocument) -> date | None:
    """Return the day a document expires, None where it is not said or is no day."""
    try:
        return date.fromisoformat(clean(document.expires_on))
    except ValueError:
        return None


def _documents(case: Case) -> Iterator[tuple[tuple[str, ...], PersonDocument]]:
    for path, documents in people(case.declaration):
        for index, document in enumerate(documents):
            yield (*path, str(index)), document


def _numbers(case: Case, code: ProblemCode) -> Iterator[Found]:
    for path, document in _documents(case):
        if clean(document.number):
            issuer = country(document.issuing_country)
            parse = partial(parse_document, document.kind, clean(document.number), issuer)
            yield from refused(parse, code, *path, "number")


def _number(document: PersonDocument) -> str:
    try:
        return parse_document(document.kind, clean(document.number), country(document.issuing_country))
    except Refusal:
        return ""


RULES = (
    _rule(
        id="people.crew",
        code=ProblemCode.CREW_INVALID,
        field="crew",
        args=("limit",),
        source=CREW,
        example="0",
        find=impossible_crew,
    ),
    _rule(
        id="people.health",
        code=ProblemCode.HEALTH_MISSING,
        field="feverFree",
        source="International Health Regulations (2005)",
        example="–",
        find=health_unsaid,
    ),
    _rule(
        id="people.crew-named",
        code=ProblemCode.CREW_COUNT_MISMATCH,
        field="crewMembers",
        args=("named", "crew"),
        source=CREW,
        example="3 ≠ 2",
        find=other_number,
    ),
    _rule(
        id="people.name",
        code=ProblemCode.CREW_NAME_INVALID,
        field="crewMembers.*.name",
        source=CREW,
        example="A1",
        find=unnamed,
    ),
    _rule(
        id="people.travel-document",
        code=ProblemCode.CREW_DOCUMENT_MISSING,
        field="crewMembers.*.documents",
        source="Cap. 115 (Hong Kong); Exit and Entry Administration Law (China)",
        example="–",
        find=no_travel_document,
    ),
    _rule(
        id="people.licence",
        code=ProblemCode.DRIVER_LICENCE_MISSING,
        field="driverDocuments",
        source="Cap. 374B (Hong Kong); Road Traffic Safety Law (China)",
        example="PASSPORT",
        find=no_licence,
    ),
    _rule(
        id="documents.at-most",
        code=ProblemCode.TOO_MANY,
        field="driverDocuments",
        args=("limit",),
        source="Clearlane (0008)",
        example="7 × …",
        find=too_many_documents,
    ),
    _rule(
        id="document.number",
        code=ProblemCode.FIELD_REQUIRED,
        field="driverDocuments.*.number",
        source=DOCUMENTS,
        example="–",
        find=number_missing,
    ),
    _rule(
        id="document.number-form",
        code=ProblemCode.DOCUMENT_NUMBER_INVALID,
        field="driverDocuments.*.number",
        args=("text",),
        source=DOCUMENTS,
        example="PASSPORT: 12",
        find=number_invalid,
    ),
    _rule(
        id="document.check-digit",
        code=ProblemCode.DOCUMENT_CHECK_DIGIT,
        field="driverDocuments.*.number",
        args=("text",),
        jurisdictions=("CN", "HK"),
        source="GB 11643 (ISO 7064 MOD 11-2); Cap. 177 (Hong Kong)",
        example="A123456(4)",
        find=check_digit,
    ),
    _rule(
        id="document.date",
        code=ProblemCode.DATE_INVALID,
        field="driverDocuments.*.expiresOn",
        args=("text",),
        source="ISO 8601",
        example="31/01/30",
        find=no_date,
    ),
    _rule(
        id="document.expired",
        code=ProblemCode.DOCUMENT_EXPIRED,
        field="driverDocuments.*.expiresOn",
        args=("text",),
        source="ICAO Doc 9303",
        example="2020-01-31",
        find=expired,
    ),
    _rule(
        id="document.twice",
        code=ProblemCode.DOCUMENT_DUPLICATE,
        field="driverDocuments.*.number",
        args=("text",),
        source="ICAO Doc 9303",
        example="2 × K12345678",
        find=document_twice,
    ),
)
