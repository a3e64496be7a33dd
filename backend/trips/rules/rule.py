"""What a rule of a declaration is: a code, a field, its source, and a pure function that finds where it is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from backend.orders.rules import RuleFailure
from backend.trips.rules.case import PLACE, Case
from core.problems import ProblemCode, Refusal


class Subject(StrEnum):
    """What a rule is about; the page of rules is divided by it."""

    DRIVER = "DRIVER"
    VEHICLE = "VEHICLE"
    CONTAINERS = "CONTAINERS"
    SEALS = "SEALS"
    GOODS = "GOODS"
    DANGEROUS_GOODS = "DANGEROUS_GOODS"
    PARTIES = "PARTIES"
    PEOPLE = "PEOPLE"
    ROUTE = "ROUTE"
    REFERENCES = "REFERENCES"
    WINDOW = "WINDOW"


@dataclass(frozen=True)
class Found:
    """Where a rule is broken, as the path of a field of the declaration, and the values that its sentence names."""

    path: tuple[str, ...]
    args: tuple[tuple[str, str], ...] = ()


def at(*path: str | int, **args: str | int) -> Found:
    """Return where a rule is broken."""
    named = tuple((name, str(value)) for name, value in args.items())
    return Found(tuple(str(part) for part in path), named)


def refused(parse: Callable[[], object], code: ProblemCode, *path: str | int) -> Iterator[Found]:
    """Yield the place if parsing there is refused with that code."""
    try:
        parse()
    except Refusal as refusal:
        if refusal.code is code:
            yield at(*path, **refusal.args)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. Its explanation is in `core/words/rules.json` under its id, what people are told under its code.

    `field` is the path it points at, with `*` for a place in a list. `example` breaks it, written in no language.
    It concerns every place, or those of `jurisdictions` alone (ISO 3166-1).
    """

    id: str
    subject: Subject
    code: ProblemCode
    field: str
    source: str
    example: str
    find: Callable[[Case], Iterator[Found]]
    args: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()

    def failures(self, case: Case) -> Iterator[RuleFailure]:
        """Yield every place where the case breaks it."""
        for found in self.find(case):
            yield RuleFailure(self.code, (PLACE, *found.path), found.args)


def noted(code: ProblemCode, *path: str) -> Callable[[Case], Iterator[Found]]:
    """Return a function that finds what the rules shared with work orders noted; `*` stands for any part of a path."""

    def find(case: Case) -> Iterator[Found]:
        for failure in case.shared.failures:
            same = len(failure.path) == len(path) and all(
                one in ("*", other) for one, other in zip(path, failure.path, strict=True)
            )
            if failure.code is code and same:
                yield Found(failure.path, failure.args)

    return find
