"""Cursor paging by sort key, stable while rows come and go (Relay connections)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson

from backend.kit.database import Row, Rows
from core.problems import ProblemCode, Refusal

MOST_ROWS = 100
SCALARS = (str, int, datetime, bson.ObjectId, type(None))
Sort = Sequence[tuple[str, int]]  # fields with 1 or -1; the last one must be unique (_id)


@dataclass(frozen=True)
class Page:
    """Rows in order, each with its cursor."""

    items: list[Row]
    cursors: list[str]
    has_next: bool
    has_previous: bool


async def page(
    collection: Rows, where: Mapping[str, Any], sort: Sort, *, first: int, after: str | None = None
) -> Page:
    """Return the `first` rows that follow the cursor `after`.

    Raises Refusal INVALID_INPUT for a cursor that is not ours or `first` outside 1 to 100.
    """
    if not 1 <= first <= MOST_ROWS:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["first"], args={"reason": f"1 to {MOST_ROWS}"})
    condition: Mapping[str, Any] = where
    if after is not None:
        condition = {"$and": [where, _beyond(_decode(after, sort), sort)]}
    rows = await collection.find(condition).sort(list(sort)).limit(first + 1).to_list(first + 1)
    items = rows[:first]
    return Page(items, [_encode(row, sort) for row in items], len(rows) > first, after is not None)


def _encode(row: Row, sort: Sort) -> str:
    values = {str(index): _value(row, field) for index, (field, _) in enumerate(sort)}
    return base64.urlsafe_b64encode(bson.encode(values)).decode().rstrip("=")


def _value(row: Row, field: str) -> Any:
    """Return what stands in a field, or in a field within fields (`desks.CUSTOMS.deadline`)."""
    found: Any = row
    for name in field.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _decode(cursor: str, sort: Sort) -> list[Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values: Row = bson.decode(raw, codec_options=bson.CodecOptions(tz_aware=True))
        keys = [values[str(index)] for index in range(len(sort))]
        if not all(isinstance(key, SCALARS) for key in keys):
            raise ValueError("a cursor holds plain values only; anything else could be a query operator")
        return keys
    except (binascii.Error, ValueError, KeyError, bson.errors.InvalidBSON) as error:
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=["after"], args={"reason": "not a cursor of this list"}
        ) from error


def _beyond(values: list[Any], sort: Sort) -> dict[str, Any]:
    choices: list[dict[str, Any]] = []
    for index, (field, direction) in enumerate(sort):
        equal = {name: value for (name, _), value in zip(sort[:index], values, strict=False)}
        choices.append({**equal, field: {"$gt" if direction == 1 else "$lt": values[index]}})
    return {"$or": choices}
