"""What a driver typed, made storable: texts as typed but clean, times in UTC, nothing judged."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from pydantic import BaseModel

from backend.kit.database import Row
from backend.orders.rules import clean, instant
from backend.trips.model import Declaration


def storable(declaration: Declaration) -> Declaration:
    """Return the declaration with each text as typed but storable, each time in UTC; an empty text is none."""
    return declaration.model_copy(update=_fields(declaration))


def stored(declaration: Declaration) -> Row:
    """Return the declaration as it is stored: enums as text, times as times."""
    plain = declaration.model_dump(mode="json")
    return plain | {"window_start": declaration.window_start, "window_end": declaration.window_end}


def _fields(value: BaseModel) -> Mapping[str, object]:
    optional = {name for name, field in type(value).model_fields.items() if field.default is None}
    kept = {name: _value(stated) for name, stated in value}
    return {name: None if kept[name] == "" and name in optional else kept[name] for name in kept}


def _value(value: object) -> object:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, tuple):
        return tuple(_value(one) for one in value)
    if isinstance(value, BaseModel):
        return value.model_copy(update=_fields(value))
    return value
