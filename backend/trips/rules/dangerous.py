"""Rules about dangerous goods: number, class and packing group, what must not travel together, and who may drive."""

from collections.abc import Iterator
from functools import partial

from backend.orders.rules import clean
from backend.trips.model import DangerousGoods
from backend.trips.rules.case import Case, parsed
from backend.trips.rules.rule import Found, Rule, Subject, at, refused
from core.declarations import DocumentKind
from core.identifiers.goods import (
    ALWAYS_DANGEROUS,
    WITH_PACKING_GROUP,
    class_belongs,
    has_no_packing_group,
    parse_hazard_class,
    parse_hs_code,
    parse_un_number,
)
from core.problems import ProblemCode

MODEL_REGULATIONS = "UN Model Regulations"
SAFEST_EXPLOSIVE = "1.4S"
_rule = partial(Rule, subject=Subject.DANGEROUS_GOODS)


def un_number(case: Case) -> Iterator[Found]:
    """Dangerous goods are named by a number of four digits."""
    for index, stated in _dangerous(case):
        path = ("goodsItems", index, "dangerous", "unNumber")
        if not clean(stated.un_number):
            yield at(*path, text="–")
        else:
            parse = partial(parse_un_number, clean(stated.un_number))
            yield from refused(parse, ProblemCode.UN_NUMBER_INVALID, *path)


def hazard_class(case: Case) -> Iterator[Found]:
    """Each has one of the nine classes, with its division."""
    for index, stated in _dangerous(case):
        path = ("goodsItems", index, "dangerous", "hazardClass")
        if not clean(stated.hazard_class):
            yield at(*path, text="–")
        else:
            parse = partial(parse_hazard_class, clean(stated.hazard_class))
            yield from refused(parse, ProblemCode.HAZARD_CLASS_INVALID, *path)


def other_class(case: Case) -> Iterator[Found]:
    """The number and the class belong together."""
    for index, stated in _dangerous(case):
        number, stated_class = _number(stated), _class(stated)
        expected = class_belongs(number, stated_class) if number and stated_class else None
        if expected is not None:
            path = ("goodsItems", index, "dangerous", "hazardClass")
            yield at(*path, text=stated_class, number=number, expected=expected)


def packing_group(case: Case) -> Iterator[Found]:
    """Liquids, corrosives, poisons and others are in one of three packing groups."""
    for index, stated in _dangerous(case):
        if stated.packing_group is None and _class(stated) in WITH_PACKING_GROUP:
            yield at("goodsItems", index, "dangerous", "packingGroup", text=_class(stated))


def no_packing_group(case: Case) -> Iterator[Found]:
    """Explosives, gases, organic peroxides, infectious and radioactive goods are in none."""
    for index, stated in _dangerous(case):
        if stated.packing_group is not None and has_no_packing_group(_class(stated)):
            yield at("goodsItems", index, "dangerous", "packingGroup", text=_class(stated))


def undeclared(case: Case) -> Iterator[Found]:
    """Some headings hold nothing but dangerous goods."""
    for index, item in enumerate(case.declaration.goods_items):
        code = parsed(parse_hs_code, item.hs_code)
        if code and code.startswith(ALWAYS_DANGEROUS) and item.dangerous is None:
            yield at("goodsItems", index, "dangerous", text=code)


def together(case: Case) -> Iterator[Found]:
    """Explosives travel with no other dangerous goods."""
    classes = {index: _class(stated) for index, stated in _dangerous(case)}
    others = [found for found in classes.values() if found and not found.startswith("1")]
    for index, found in classes.items():
        if found.startswith("1") and found != SAFEST_EXPLOSIVE and others:
            yield at("goodsItems", index, "dangerous", "hazardClass", text=found, other=others[0])


def no_certificate(case: Case) -> Iterator[Found]:
    """Whoever drives dangerous goods was trained for it."""
    certified = DocumentKind.DANGEROUS_GOODS_CERTIFICATE in {
        document.kind for document in case.declaration.driver_documents
    }
    if not certified and any(True for _ in _dangerous(case)):
        yield at("driverDocuments")


def _dangerous(case: Case) -> Iterator[tuple[int, DangerousGoods]]:
    for index, item in enumerate(case.declaration.goods_items):
        if item.dangerous is not None:
            yield index, item.dangerous


def _number(stated: DangerousGoods) -> str:
    return parsed(parse_un_number, stated.un_number) or ""


def _class(stated: DangerousGoods) -> str:
    return parsed(parse_hazard_class, stated.hazard_class) or ""


RULES = (
    _rule(
        id="dangerous.un-number",
        code=ProblemCode.UN_NUMBER_INVALID,
        field="goodsItems.*.dangerous.unNumber",
        args=("text",),
        source=f"{MODEL_REGULATIONS} 3.2",
        example="UN 12",
        find=un_number,
    ),
    _rule(
        id="dangerous.class",
        code=ProblemCode.HAZARD_CLASS_INVALID,
        field="goodsItems.*.dangerous.hazardClass",
        args=("text",),
        source=f"{MODEL_REGULATIONS} 2.0.1",
        example="2.7",
        find=hazard_class,
    ),
    _rule(
        id="dangerous.class-of-number",
        code=ProblemCode.HAZARD_CLASS_MISMATCH,
        field="goodsItems.*.dangerous.hazardClass",
        args=("text", "number", "expected"),
        source=f"{MODEL_REGULATIONS} 3.2",
        example="UN 1263: 8",
        find=other_class,
    ),
    _rule(
        id="dangerous.packing-group",
        code=ProblemCode.PACKING_GROUP_MISSING,
        field="goodsItems.*.dangerous.packingGroup",
        args=("text",),
        source=f"{MODEL_REGULATIONS} 2.0.1.3",
        example="UN 1263, 3: –",
        find=packing_group,
    ),
    _rule(
        id="dangerous.no-packing-group",
        code=ProblemCode.PACKING_GROUP_NONE,
        field="goodsItems.*.dangerous.packingGroup",
        args=("text",),
        source=f"{MODEL_REGULATIONS} 2.0.1.3",
        example="UN 1072, 2.2: II",
        find=no_packing_group,
    ),
    _rule(
        id="dangerous.undeclared",
        code=ProblemCode.DANGEROUS_UNDECLARED,
        field="goodsItems.*.dangerous",
        args=("text",),
        source=f"WCO Harmonized System 2711, 3601–3606; {MODEL_REGULATIONS} 3.2",
        example="3604.10: –",
        find=undeclared,
    ),
    _rule(
        id="dangerous.together",
        code=ProblemCode.DANGEROUS_TOGETHER,
        field="goodsItems.*.dangerous.hazardClass",
        args=("text", "other"),
        source="ADR 7.5.2; Cap. 295 (Hong Kong); JT/T 617",
        example="1.1D, 3",
        find=together,
    ),
    _rule(
        id="dangerous.certificate",
        code=ProblemCode.DANGEROUS_CERTIFICATE_MISSING,
        field="driverDocuments",
        source="ADR 8.2.1; JT/T 617",
        example="–",
        find=no_certificate,
    ),
)
