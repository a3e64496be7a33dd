"""Canonical JSON (RFC 8785) and the hash chain of the event log."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import orjson
import rfc8785

_Json: TypeAlias = "bool | int | str | list[_Json] | dict[str, _Json] | None"

GENESIS = "0" * 64
"""The `prev` of the first event of a stream."""

_HASH = re.compile(r"[0-9a-f]{64}")


def truncate_ms(moment: datetime) -> datetime:
    """Return the moment in UTC, cut to milliseconds: finer parts do not survive BSON.

    Raises:
        ValueError: the time is naive.
    """
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone means nothing at a border")
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def millis(moment: datetime) -> str:
    """Return the moment as `2026-11-22T17:00:00.123Z`, cut to milliseconds; a naive time is a ValueError."""
    return truncate_ms(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> _Json:
    # str(...) and int(...) strip enum classes, which the serialiser would otherwise have to know.
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        return millis(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("keys of canonical JSON are strings")
    return str.__str__(key)


def canonical(value: object) -> bytes:
    """Return the canonical JSON of strings, whole numbers, booleans, null, times, lists and mappings.

    Raises:
        TypeError: a float, bytes or any other type: their text differs between programs.
        ValueError: a naive time, an integer beyond 2**53, or a lone surrogate.
    """
    plain = _plain(value)
    try:
        quick = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:  # rfc8785 says why it cannot be
        return rfc8785.dumps(plain)
    # the two agree on ASCII; names beyond it are sorted otherwise by orjson, which is a hundred times quicker
    return quick if quick.isascii() else rfc8785.dumps(plain)


def sha256_hex(data: bytes) -> str:
    """Return SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def chain_hash(prev: str, event: Mapping[str, object]) -> str:
    """Return the hash of an event that follows `prev`: SHA-256 of `{"event": ..., "prev": ...}`.

    Raises:
        ValueError: `prev` is not a hash (`GENESIS` for the first event of a stream).
    """
    if not _HASH.fullmatch(prev):
        raise ValueError("prev must be 64 lower-case hexadecimal digits")
    return sha256_hex(canonical({"prev": prev, "event": event}))
