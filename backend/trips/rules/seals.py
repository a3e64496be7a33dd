"""Rules about seals: their numbers, their classes, and that a loaded container has one."""

from collections.abc import Iterator
from functools import partial

from backend.orders.rules import SEALS_A_CONTAINER
from backend.trips.rules.case import Case
from backend.trips.rules.rule import Found, Rule, Subject, at, noted
from core.declarations import SealClass
from core.identifiers.text import normalise
from core.problems import ProblemCode

ISO_17712 = "ISO 17712"
_rule = partial(Rule, subject=Subject.SEALS)


def too_many_seals(case: Case) -> Iterator[Found]:
    """Doors have room for six."""
    for index, container in enumerate(case.declaration.containers):
        for field, stated in (("seals", container.seals), ("sealDetails", container.seal_details)):
            if len(stated) > SEALS_A_CONTAINER:
                yield at("containers", index, field, limit=SEALS_A_CONTAINER)


def malformed(case: Case) -> Iterator[Found]:
    """A seal's number has 4 to 15 letters and digits, one digit at least."""
    yield from noted(ProblemCode.SEAL_FORMAT, "containers", "*", "seals", "*")(case)
    yield from noted(ProblemCode.SEAL_FORMAT, "containers", "*", "sealDetails", "*", "number")(case)


def twice(case: Case) -> Iterator[Found]:
    """A seal closes one container once."""
    yield from noted(ProblemCode.SEAL_DUPLICATE, "containers", "*", "seals", "*")(case)
    yield from noted(ProblemCode.SEAL_DUPLICATE, "containers", "*", "sealDetails", "*", "number")(case)


def missing(case: Case) -> Iterator[Found]:
    """A loaded container is sealed."""
    for index, container in enumerate(case.declaration.containers):
        if container.loaded and not container.seals and not container.seal_details:
            yield at("containers", index, "seals")


def too_weak(case: Case) -> Iterator[Found]:
    """A loaded container has a high-security seal, where the class of all its seals is stated."""
    for index, container in enumerate(case.declaration.containers):
        classes = {normalise(seal.number): seal.seal_class for seal in container.seal_details}
        known = None not in classes.values() and {normalise(seal) for seal in container.seals} <= set(classes)
        if container.loaded and classes and known and SealClass.HIGH_SECURITY not in classes.values():
            yield at("containers", index, "sealDetails", text=container.number)


RULES = (
    _rule(
        id="seals.at-most",
        code=ProblemCode.TOO_MANY,
        field="containers.*.seals",
        args=("limit",),
        source="WCO Data Model (Seal)",
        example="7 × …",
        find=too_many_seals,
    ),
    _rule(
        id="seal.form",
        code=ProblemCode.SEAL_FORMAT,
        field="containers.*.seals.*",
        args=("text",),
        source=ISO_17712,
        example="HS!",
        find=malformed,
    ),
    _rule(
        id="seal.twice",
        code=ProblemCode.SEAL_DUPLICATE,
        field="containers.*.seals.*",
        args=("text",),
        source=ISO_17712,
        example="HS123456, HS-123456",
        find=twice,
    ),
    _rule(
        id="seal.container",
        code=ProblemCode.SEAL_WITHOUT_CONTAINER,
        field="containers.*.number",
        args=("text",),
        source="WCO Data Model (Seal)",
        example="HS123456",
        find=noted(ProblemCode.SEAL_WITHOUT_CONTAINER, "containers", "*", "number"),
    ),
    _rule(
        id="seal.required",
        code=ProblemCode.SEAL_MISSING,
        field="containers.*.seals",
        source="WCO SAFE Framework of Standards (seal integrity)",
        example="–",
        find=missing,
    ),
    _rule(
        id="seal.class",
        code=ProblemCode.SEAL_CLASS_TOO_LOW,
        field="containers.*.sealDetails",
        args=("text",),
        source="ISO 17712 (class H); WCO SAFE Framework of Standards",
        example="HS123456: I",
        find=too_weak,
    ),
)
