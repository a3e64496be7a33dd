"""Rules about the goods: what they are, how they are packed, what they weigh, and where they stand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from backend.orders.rules import GOODS_LENGTH, clean
from backend.trips.model import GoodsItem
from backend.trips.rules.case import MOST_ITEMS, Case, parsed
from backend.trips.rules.rule import Found, Rule, Subject, at, refused
from core.identifiers.containers import parse_container
from core.identifiers.goods import BULK_KINDS, parse_hs_code, parse_package_kind
from core.problems import ProblemCode

HEAVIEST_VEHICLE_KG = 44_000
"""An articulated vehicle of Hong Kong with its load; the mainland's 49,000 does not help across the border."""
HARMONIZED_SYSTEM = "WCO Harmonized System"
PACKAGES = "UN/ECE Recommendation 21"
DATA_MODEL = "WCO Data Model (GovernmentAgencyGoodsItem)"
_rule = partial(Rule, subject=Subject.GOODS)


def not_told(case: Case) -> Iterator[Found]:
    """A loaded container needs a word about its goods; an empty one and an empty truck need none."""
    stated = case.declaration
    loaded = any(container.loaded is not False for container in stated.containers)
    if loaded and not stated.goods_items and not clean(stated.goods_summary):
        yield at("goodsSummary")


def too_long(case: Case) -> Iterator[Found]:
    """The summary fits one screen, and so does an item's description."""
    if len(clean(case.declaration.goods_summary)) > GOODS_LENGTH:
        yield at("goodsSummary", limit=GOODS_LENGTH)
    for index, item in enumerate(case.declaration.goods_items):
        if len(clean(item.description)) > GOODS_LENGTH:
            yield at("goodsItems", index, "description", limit=GOODS_LENGTH)


def too_many(case: Case) -> Iterator[Found]:
    """A longer list belongs into the manifest, whose number is a reference."""
    if len(case.declaration.goods_items) > MOST_ITEMS:
        yield at("goodsItems", limit=MOST_ITEMS)


def undescribed(case: Case) -> Iterator[Found]:
    """Every item says what it is."""
    for index, item in _items(case):
        if not clean(item.description):
            yield at("goodsItems", index, "description")


def hs_form(case: Case) -> Iterator[Found]:
    """Six digits, or eight or ten."""
    yield from _hs(case, ProblemCode.HS_CODE_FORM)


def hs_chapter(case: Case) -> Iterator[Found]:
    """There is no chapter 00, and 77 is not in use."""
    yield from _hs(case, ProblemCode.HS_CHAPTER_UNKNOWN)


def _hs(case: Case, code: ProblemCode) -> Iterator[Found]:
    for index, item in _items(case):
        if clean(item.hs_code):
            yield from refused(
                partial(parse_hs_code, clean(item.hs_code)), code, "goodsItems", index, "hsCode"
            )


def no_packages(case: Case) -> Iterator[Found]:
    """Whatever is not in bulk is in packages, one at least."""
    for index, item in _items(case):
        kind = parsed(parse_package_kind, item.package_kind)
        may_be_bulk = kind in BULK_KINDS or (kind is None and clean(item.package_kind))
        if not may_be_bulk and (item.packages is None or item.packages < 1):
            yield at("goodsItems", index, "packages")


def package_kind(case: Case) -> Iterator[Found]:
    """The kind of package is a code of two characters."""
    for index, item in _items(case):
        text = clean(item.package_kind)
        if text:
            parse = partial(parse_package_kind, text)
            yield from refused(parse, ProblemCode.PACKAGE_KIND_UNKNOWN, "goodsItems", index, "packageKind")


def no_weight(case: Case) -> Iterator[Found]:
    """Every item weighs something."""
    for index, item in _items(case):
        if item.gross_weight_kg is None or item.gross_weight_kg < 1:
            yield at("goodsItems", index, "grossWeightKg")


def container_unknown(case: Case) -> Iterator[Found]:
    """An item travels in a container that is declared."""
    known = _places(case)
    for index, item in _items(case):
        if clean(item.container_number) and _number(item.container_number) not in known:
            yield at("goodsItems", index, "containerNumber", text=clean(item.container_number)[:40])


def in_empty_container(case: Case) -> Iterator[Found]:
    """What is declared empty holds no goods."""
    empty = [_number(one.number) for one in case.declaration.containers if one.loaded is False]
    all_are_empty = 0 < len(case.declaration.containers) == len(empty)
    for index, item in _items(case):
        number = _number(item.container_number)
        if (number and number in empty) or (all_are_empty and not clean(item.container_number)):
            yield at("goodsItems", index, "containerNumber", text=number or empty[0])


def container_overloaded(case: Case) -> Iterator[Found]:
    """Goods weigh less than their container may, itself included."""
    places, weights = _places(case), defaultdict[int, int](int)
    for _, item in _items(case):
        place = places.get(_number(item.container_number))
        if place is None and len(places) == 1 and not clean(item.container_number):
            place = next(iter(places.values()))
        if place is not None:
            weights[place] += _weight(item)
    for place, weight in sorted(weights.items()):
        limit = case.types[place].greatest_gross_kg if place in case.types else None
        if limit is not None and limit <= weight <= HEAVIEST_VEHICLE_KG:
            yield at("containers", place, "sizeType", weight=weight, limit=limit)


def vehicle_overloaded(case: Case) -> Iterator[Found]:
    """All goods weigh less than a vehicle may, itself included."""
    weight = sum(_weight(item) for _, item in _items(case))
    if weight > HEAVIEST_VEHICLE_KG:
        yield at("goodsItems", weight=weight, limit=HEAVIEST_VEHICLE_KG)


def _items(case: Case) -> Iterator[tuple[int, GoodsItem]]:
    yield from enumerate(case.declaration.goods_items)


def _weight(item: GoodsItem) -> int:
    return max(item.gross_weight_kg or 0, 0)


def _number(text: str | None) -> str:
    found = parsed(parse_container, text)
    return found.text if found else ""


def _places(case: Case) -> Mapping[str, int]:
    numbers = [_number(container.number) for container in case.declaration.containers]
    return {number: place for place, number in enumerate(numbers) if number}


RULES = (
    _rule(
        id="goods.required",
        code=ProblemCode.FIELD_REQUIRED,
        field="goodsSummary",
        source=DATA_MODEL,
        example="–",
        find=not_told,
    ),
    _rule(
        id="goods.length",
        code=ProblemCode.FIELD_TOO_LONG,
        field="goodsItems.*.description",
        args=("limit",),
        source=DATA_MODEL,
        example="301 × A",
        find=too_long,
    ),
    _rule(
        id="goods.items-at-most",
        code=ProblemCode.TOO_MANY,
        field="goodsItems",
        args=("limit",),
        source="Clearlane (0008)",
        example="51 × …",
        find=too_many,
    ),
    _rule(
        id="goods.description",
        code=ProblemCode.FIELD_REQUIRED,
        field="goodsItems.*.description",
        source=DATA_MODEL,
        example="–",
        find=undescribed,
    ),
    _rule(
        id="goods.hs-form",
        code=ProblemCode.HS_CODE_FORM,
        field="goodsItems.*.hsCode",
        args=("text",),
        source=HARMONIZED_SYSTEM,
        example="3208.1",
        find=hs_form,
    ),
    _rule(
        id="goods.hs-chapter",
        code=ProblemCode.HS_CHAPTER_UNKNOWN,
        field="goodsItems.*.hsCode",
        args=("text", "chapter"),
        source=HARMONIZED_SYSTEM,
        example="7701.00",
        find=hs_chapter,
    ),
    _rule(
        id="goods.packages",
        code=ProblemCode.PACKAGES_MISSING,
        field="goodsItems.*.packages",
        source=PACKAGES,
        example="0 × CT",
        find=no_packages,
    ),
    _rule(
        id="goods.package-kind",
        code=ProblemCode.PACKAGE_KIND_UNKNOWN,
        field="goodsItems.*.packageKind",
        args=("text",),
        source=PACKAGES,
        example="carton",
        find=package_kind,
    ),
    _rule(
        id="goods.weight",
        code=ProblemCode.WEIGHT_MISSING,
        field="goodsItems.*.grossWeightKg",
        source=DATA_MODEL,
        example="0 kg",
        find=no_weight,
    ),
    _rule(
        id="goods.container",
        code=ProblemCode.GOODS_CONTAINER_UNKNOWN,
        field="goodsItems.*.containerNumber",
        args=("text",),
        source=DATA_MODEL,
        example="MSKU 123456 5",
        find=container_unknown,
    ),
    _rule(
        id="goods.empty-container",
        code=ProblemCode.GOODS_IN_EMPTY,
        field="goodsItems.*.containerNumber",
        args=("text",),
        source=DATA_MODEL,
        example="CSQU 305438 3",
        find=in_empty_container,
    ),
    _rule(
        id="goods.container-weight",
        code=ProblemCode.WEIGHT_OVER_CONTAINER,
        field="containers.*.sizeType",
        args=("weight", "limit"),
        source="ISO 668:2020",
        example="22G1: 36 000 kg",
        find=container_overloaded,
    ),
    _rule(
        id="goods.vehicle-weight",
        code=ProblemCode.WEIGHT_OVER_VEHICLE,
        field="goodsItems",
        args=("weight", "limit"),
        jurisdictions=("CN", "HK"),
        source="Cap. 374A (Hong Kong); GB 1589-2016",
        example="44 001 kg",
        find=vehicle_overloaded,
    ),
)
