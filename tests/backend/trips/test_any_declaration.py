"""Whatever a driver types, the rules answer: a declaration in canonical form, or named failures; never an error."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as some

from backend.orders.model import DeclaredContainer, SealDetail
from backend.orders.rules import clean, instant
from backend.trips import rules
from backend.trips.model import (
    CrewMember,
    DangerousGoods,
    Declaration,
    DeclaredPlate,
    GoodsItem,
    Party,
    PersonDocument,
    Reference,
)
from backend.trips.service.drafts import DeclarationChange, merged
from core.declarations import DocumentKind, PackingGroup, PartyRole, ReferenceKind, SealClass
from core.identifiers.plates import Jurisdiction
from core.problems import sentence
from core.vouchers.claims import Direction
from core.words import Language

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
anything = some.text(some.characters(), max_size=40) | some.sampled_from(
    ["粤B12345", "UP2643", "CSQU3054383", "+85261234567"]
)
moments = some.datetimes(timezones=some.timezones()) | some.just(NOW + timedelta(hours=1))
maybe = some.none() | anything


def few(entries: some.SearchStrategy[T]) -> some.SearchStrategy[tuple[T, ...]]:
    return some.lists(entries, max_size=3).map(tuple)


details = some.builds(SealDetail, number=anything, seal_class=some.none() | some.sampled_from(SealClass))
containers = some.builds(
    DeclaredContainer,
    number=anything,
    seals=some.lists(anything, max_size=8).map(tuple),
    seal_details=few(details),
    size_type=maybe | some.just("22g1"),
    loaded=some.none() | some.booleans(),
)
dangerous = some.builds(
    DangerousGoods,
    un_number=maybe | some.just("1263"),
    hazard_class=maybe | some.just("2.1"),
    packing_group=some.none() | some.sampled_from(PackingGroup),
)
goods_items = some.builds(
    GoodsItem,
    description=maybe,
    hs_code=maybe | some.just("3208.10"),
    packages=some.none() | some.integers(-1, 3),
    package_kind=maybe | some.just("vr"),
    gross_weight_kg=some.none() | some.integers(-1, 60_000),
    origin_country=maybe | some.just("cn"),
    container_number=maybe,
    dangerous=some.none() | dangerous,
)
documents = some.builds(
    PersonDocument,
    kind=some.sampled_from(DocumentKind),
    number=maybe | some.sampled_from(["E12345678", "a123456(3)"]),
    issuing_country=maybe | some.sampled_from(["HK", "CN"]),
    expires_on=maybe | some.sampled_from(["2030-01-31", "20300131"]),
)
plates = some.builds(DeclaredPlate, jurisdiction=some.sampled_from(Jurisdiction), text=anything)
declarations = some.builds(
    Declaration,
    driver_name=some.none() | anything,
    driver_phone=some.none() | anything,
    direction=some.none() | some.sampled_from(Direction),
    plates=some.lists(plates, max_size=6).map(tuple),
    containers=some.lists(containers, max_size=6).map(tuple),
    crew=some.none() | some.integers(-(2**31), 2**31 - 1),
    fever_free=some.none() | some.booleans(),
    goods_summary=some.none() | anything,
    window_start=some.none() | moments,
    window_end=some.none() | moments,
    language=some.none() | some.sampled_from(Language),
    trailers=few(plates),
    goods_items=few(goods_items),
    parties=few(some.builds(Party, role=some.sampled_from(PartyRole), name=maybe, country=maybe)),
    crew_members=few(some.builds(CrewMember, name=maybe, nationality=maybe, documents=few(documents))),
    driver_nationality=maybe | some.just("hk"),
    driver_documents=few(documents),
    departure_country=maybe | some.just("CN"),
    destination_country=maybe,
    transit_countries=few(anything | some.sampled_from(["HK", "vn"])),
    references=few(some.builds(Reference, kind=some.sampled_from(ReferenceKind), number=maybe)),
)


@given(declarations)
def test_any_declaration_is_storable_and_is_either_sound_or_named_wrong(stated: Declaration) -> None:
    draft = merged(Declaration(), DeclarationChange(stated, frozenset(Declaration.model_fields)))
    assert draft.model_dump_json().encode("utf-8")
    examination = rules.examine(draft, NOW)
    assert (examination.declared is None) == bool(examination.failures)
    for failure in examination.failures:
        assert failure.path[0] == "declaration"
        assert sentence(failure.code, dict(failure.args), "zh-Hant")
    if examination.declared is not None:
        again = rules.examine(examination.declared.declaration(), NOW)
        assert again.declared == examination.declared


@given(some.text(some.characters()))
def test_cleaned_text_is_storable_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode() == cleaned
    assert clean(cleaned) == cleaned


@given(some.datetimes(timezones=some.none() | some.timezones()))
def test_any_moment_is_storable_to_the_millisecond(moment: datetime) -> None:
    stored = instant(moment)
    assert 2000 <= stored.year <= 2100
    assert stored.microsecond % 1000 == 0
    assert instant(stored) == stored
