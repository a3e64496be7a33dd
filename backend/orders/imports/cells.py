"""One row of a file becomes an order, or sentences about its cells. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.orders.model import DeclaredContainer
from backend.orders.rules import RuleFailure, clean
from backend.orders.service import NewOrder, examine
from backend.sites.model import Checkpoint
from core.problems import ProblemCode
from core.vouchers.claims import MAX_CONTAINERS, Direction

LONGEST_SHOWN = 40
_DIRECTIONS = {
    Direction.SOUTHBOUND: ("southbound", "south", "s", "南行", "南下", "往香港", "前往香港", "to hong kong"),
    Direction.NORTHBOUND: ("northbound", "north", "n", "北行", "北上", "往内地", "往內地", "to the mainland"),
}
DIRECTIONS = {word: direction for direction, words in _DIRECTIONS.items() for word in words}
_ROUNDED = re.compile(r"[+-]?\d([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
_TEXTS = frozenset({"goods", "driver_name"})
_TIME = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_SEALS = re.compile(r"[\s,，、;；/]+")
_GUARDED = re.compile(r"'(?=[=+\-@])")
"""Our list of errors puts an apostrophe before what a spreadsheet would take for a formula."""
_COLUMN_OF_FIELD = {
    "reference": "reference",
    "goodsSummary": "goods",
    "windowStart": "arrival_from",
    "windowEnd": "arrival_until",
    "driverName": "driver_name",
    "driverPhone": "driver_phone",
}
_FIRST_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class CellFailure:
    """One wrong cell: its column ("" for the row as a whole), the code and the values its sentence names."""

    column: str
    code: ProblemCode
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Places:
    """The checkpoints a row may name, by identifier and by name in any language, folded."""

    by_word: Mapping[str, Checkpoint]
    known: str
    zone: ZoneInfo

    @classmethod
    def of(cls, checkpoints: Sequence[Checkpoint]) -> "Places":
        """Take the checkpoints there are; at least one."""
        words = {
            word.casefold(): place for place in checkpoints for word in (place.id, *place.names.values())
        }
        known = ", ".join(place.id for place in checkpoints)
        return cls(words, known, ZoneInfo(checkpoints[0].time_zone))


@dataclass(frozen=True)
class Checked:
    """A row's order in canonical form, as far as its cells allow, and what is wrong with them."""

    order: NewOrder
    failures: tuple[CellFailure, ...]


@dataclass
class _Row:
    cells: Mapping[str, str]
    failures: list[CellFailure] = field(default_factory=list)

    def text(self, column: str) -> str:
        return _GUARDED.sub("", clean(self.cells.get(column)), count=1)

    def fail(self, column: str, code: ProblemCode, **args: str) -> None:
        self.failures.append(CellFailure(column, code, tuple(args.items())))


def reference_of(cells: Mapping[str, str]) -> str:
    """Return a row's reference as it is compared with others."""
    return _Row(cells).text("reference")


def check(cells: Mapping[str, str], places: Places, now: datetime, *, is_too_long: bool = False) -> Checked:
    """Examine a row. A cell that the spreadsheet has spoilt is told once, and no rule looks at it any more."""
    row = _Row(cells)
    if is_too_long:
        row.fail("", ProblemCode.ROW_TOO_LONG)
    for column in cells:
        _spoilt(row, column)
    place = _place(row, places)
    direction = _direction(row)
    zone = ZoneInfo(place.time_zone) if place else places.zone
    start = _time(row, "arrival_from", zone)
    end = _time(row, "arrival_until", zone)
    containers, slots = _containers(row)
    order, failures = examine(
        NewOrder(
            reference=row.text("reference"),
            direction=direction or Direction.SOUTHBOUND,
            checkpoint_id=place.id if place else "",
            goods_summary=row.text("goods"),
            containers=containers,
            window_start=start or now,
            window_end=end or (start or now) + _FIRST_HOUR,
            driver_name=row.text("driver_name"),
            driver_phone=row.text("driver_phone"),
        ),
        now,
    )
    wrong = {failure.column for failure in row.failures}
    if wrong & {"arrival_from", "arrival_until"}:
        wrong |= {"arrival_from", "arrival_until"}
    for failure in failures:
        column = _column_of(failure, slots)
        if column not in wrong:
            row.failures.append(CellFailure(column, failure.code, failure.args))
    return Checked(order, tuple(row.failures))


def _spoilt(row: _Row, column: str) -> None:
    text = row.text(column)
    if text.startswith("="):
        row.fail(column, ProblemCode.CELL_FORMULA, text=text[:LONGEST_SHOWN])
    elif column not in _TEXTS and _ROUNDED.fullmatch(text):
        row.fail(column, ProblemCode.CELL_ROUNDED, text=text[:LONGEST_SHOWN])


def _place(row: _Row, places: Places) -> Checkpoint | None:
    text = row.text("checkpoint")
    found = places.by_word.get(text.casefold())
    if found is None and not _is_wrong(row, "checkpoint"):
        code = ProblemCode.CELL_CHECKPOINT if text else ProblemCode.FIELD_REQUIRED
        args = {"text": text[:LONGEST_SHOWN], "known": places.known} if text else {}
        row.fail("checkpoint", code, **args)
    return found


def _direction(row: _Row) -> Direction | None:
    text = row.text("direction")
    found = DIRECTIONS.get(text.casefold())
    if found is None and not _is_wrong(row, "direction"):
        if text:
            row.fail("direction", ProblemCode.CELL_DIRECTION, text=text[:LONGEST_SHOWN])
        else:
            row.fail("direction", ProblemCode.DIRECTION_MISSING)
    return found


def _time(row: _Row, column: str, zone: ZoneInfo) -> datetime | None:
    text = row.text(column)
    if _is_wrong(row, column):
        return None
    if not text:
        row.fail(column, ProblemCode.WINDOW_MISSING)
        return None
    moment = _moment(text, zone)
    if moment is None:
        row.fail(column, ProblemCode.CELL_TIME, text=text[:LONGEST_SHOWN])
    return moment


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Read year, month, day and time in that order; anything else could be two days: 03/04 is one in each land."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        if offset := found.group(7):
            moment = moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo)
    except ValueError:
        return None
    return moment


def _containers(row: _Row) -> tuple[tuple[DeclaredContainer, ...], list[int]]:
    """Return the containers stated, and of which columns each is."""
    stated: list[DeclaredContainer] = []
    slots: list[int] = []
    for slot in range(1, MAX_CONTAINERS + 1):
        number = row.text(f"container{slot}")
        seals = tuple(part for part in _SEALS.split(row.text(f"seals{slot}")) if part)
        if number or seals:
            stated.append(DeclaredContainer(number=number, seals=seals))
            slots.append(slot)
    return tuple(stated), slots


def _column_of(failure: RuleFailure, slots: list[int]) -> str:
    first, *rest = failure.path
    if first != "containers" or not rest:
        return _COLUMN_OF_FIELD.get(first, "")
    return f"{'seals' if 'seals' in rest else 'container'}{slots[int(rest[0])]}"


def _is_wrong(row: _Row, column: str) -> bool:
    return any(failure.column == column for failure in row.failures)


def is_only_late(failures: Sequence[CellFailure]) -> bool:
    """Tell whether nothing is wrong but that the window is over."""
    return all(failure.code is ProblemCode.WINDOW_PAST for failure in failures)


def same(stored: object, order: NewOrder) -> bool:
    """Tell whether a stored order says what this row says."""
    return all(getattr(stored, name) == value for name, value in vars(order).items())
