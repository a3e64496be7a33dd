"""Rules about the parties: who sends, who receives, who declares."""

from collections.abc import Iterator
from functools import partial

from backend.orders.rules import clean
from backend.trips.rules.case import Case
from backend.trips.rules.rule import Found, Rule, Subject, at
from core.declarations import PartyRole
from core.problems import ProblemCode

PARTY_NAME_LENGTH = 120
SAFE = "WCO SAFE Framework of Standards (data elements); Cap. 60L (Hong Kong)"
DATA_MODEL = "WCO Data Model (Consignor, Consignee, Declarant)"
_rule = partial(Rule, subject=Subject.PARTIES)


def no_consignor(case: Case) -> Iterator[Found]:
    """Goods that are declared item by item have a sender."""
    yield from _missing(case, PartyRole.CONSIGNOR)


def no_consignee(case: Case) -> Iterator[Found]:
    """Goods that are declared item by item have a receiver."""
    yield from _missing(case, PartyRole.CONSIGNEE)


def _missing(case: Case, role: PartyRole) -> Iterator[Found]:
    if case.declaration.goods_items and role not in {party.role for party in case.declaration.parties}:
        yield at("parties")


def unnamed(case: Case) -> Iterator[Found]:
    """A party has a name."""
    for index, party in enumerate(case.declaration.parties):
        if not clean(party.name):
            yield at("parties", index, "name")


def name_too_long(case: Case) -> Iterator[Found]:
    """A name fits two lines."""
    for index, party in enumerate(case.declaration.parties):
        if len(clean(party.name)) > PARTY_NAME_LENGTH:
            yield at("parties", index, "name", limit=PARTY_NAME_LENGTH)


def without_country(case: Case) -> Iterator[Found]:
    """A party is somewhere."""
    for index, party in enumerate(case.declaration.parties):
        if not clean(party.country):
            yield at("parties", index, "country")


def role_twice(case: Case) -> Iterator[Found]:
    """There is one of each."""
    known: set[PartyRole] = set()
    for index, party in enumerate(case.declaration.parties):
        if party.role in known:
            yield at("parties", index, "role", role=party.role.value)
        known.add(party.role)


RULES = (
    _rule(
        id="parties.consignor",
        code=ProblemCode.CONSIGNOR_MISSING,
        field="parties",
        source=SAFE,
        example="–",
        find=no_consignor,
    ),
    _rule(
        id="parties.consignee",
        code=ProblemCode.CONSIGNEE_MISSING,
        field="parties",
        source=SAFE,
        example="–",
        find=no_consignee,
    ),
    _rule(
        id="party.name",
        code=ProblemCode.FIELD_REQUIRED,
        field="parties.*.name",
        source=DATA_MODEL,
        example="–",
        find=unnamed,
    ),
    _rule(
        id="party.name-length",
        code=ProblemCode.FIELD_TOO_LONG,
        field="parties.*.name",
        args=("limit",),
        source=DATA_MODEL,
        example="121 × A",
        find=name_too_long,
    ),
    _rule(
        id="party.country",
        code=ProblemCode.FIELD_REQUIRED,
        field="parties.*.country",
        source=DATA_MODEL,
        example="–",
        find=without_country,
    ),
    _rule(
        id="party.role-twice",
        code=ProblemCode.PARTY_DUPLICATE,
        field="parties.*.role",
        args=("role",),
        source=DATA_MODEL,
        example="2 × CONSIGNEE",
        find=role_twice,
    ),
)
