"""Rules about containers: number, size and type, what fits on one vehicle."""

from collections.abc import Iterator
from functools import partial

from backend.trips.rules.case import Case
from backend.trips.rules.rule import Found, Rule, Subject, at, noted
from core.identifiers.container_types import FORTY_FIVE_FEET, TWENTY_FEET
from core.problems import ProblemCode

ISO_6346 = "ISO 6346"
VEHICLE_LENGTH = "GB 1589-2016; Cap. 374A (Hong Kong); ISO 668"
_rule = partial(Rule, subject=Subject.CONTAINERS)


def twin_too_long(case: Case) -> Iterator[Found]:
    """Of two containers on one vehicle neither is longer than 20 feet."""
    if len(case.declaration.containers) > 1:
        for index, size_type in case.types.items():
            if size_type.length_mm > TWENTY_FEET:
                yield at("containers", index, "sizeType", text=size_type.text)


def together_too_long(case: Case) -> Iterator[Found]:
    """All containers of one vehicle stand on 45 feet."""
    lengths = [size_type.length_mm for size_type in case.types.values()]
    if sum(lengths) > FORTY_FIVE_FEET and len(lengths) > 1 and max(lengths) <= TWENTY_FEET:
        yield at("containers", count=len(lengths))


RULES = (
    _rule(
        id="containers.at-most",
        code=ProblemCode.TOO_MANY,
        field="containers",
        args=("limit",),
        source="Clearlane (CL1)",
        example="5 × …",
        find=noted(ProblemCode.TOO_MANY, "containers"),
    ),
    _rule(
        id="container.number",
        code=ProblemCode.FIELD_REQUIRED,
        field="containers.*.number",
        source=ISO_6346,
        example="–",
        find=noted(ProblemCode.FIELD_REQUIRED, "containers", "*", "number"),
    ),
    _rule(
        id="container.number-form",
        code=ProblemCode.CONTAINER_FORMAT,
        field="containers.*.number",
        args=("text",),
        source=ISO_6346,
        example="CSQ305438",
        find=noted(ProblemCode.CONTAINER_FORMAT, "containers", "*", "number"),
    ),
    _rule(
        id="container.check-digit",
        code=ProblemCode.CONTAINER_CHECK_DIGIT,
        field="containers.*.number",
        args=("text", "expected"),
        source=ISO_6346,
        example="CSQU 305438 4",
        find=noted(ProblemCode.CONTAINER_CHECK_DIGIT, "containers", "*", "number"),
    ),
    _rule(
        id="container.twice",
        code=ProblemCode.CONTAINER_DUPLICATE,
        field="containers.*.number",
        args=("text",),
        source=ISO_6346,
        example="CSQU 305438 3, csqu3054383",
        find=noted(ProblemCode.CONTAINER_DUPLICATE, "containers", "*", "number"),
    ),
    _rule(
        id="container.size-type",
        code=ProblemCode.SIZE_TYPE_INVALID,
        field="containers.*.sizeType",
        args=("text",),
        source=ISO_6346,
        example="40HC",
        find=noted(ProblemCode.SIZE_TYPE_INVALID, "containers", "*", "sizeType"),
    ),
    _rule(
        id="containers.twin",
        code=ProblemCode.TWIN_NOT_20FT,
        field="containers.*.sizeType",
        args=("text",),
        jurisdictions=("CN", "HK"),
        source=VEHICLE_LENGTH,
        example="22G1, 42G1",
        find=twin_too_long,
    ),
    _rule(
        id="containers.length",
        code=ProblemCode.CONTAINERS_TOO_LONG,
        field="containers",
        args=("count",),
        jurisdictions=("CN", "HK"),
        source=VEHICLE_LENGTH,
        example="22G1, 22G1, 22G1",
        find=together_too_long,
    ),
)
