"""What one row of the log must be, by itself and after its predecessor."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.canonical import GENESIS, chain_hash

HASH = re.compile(r"[0-9a-f]{64}")
TEXTS = ("stream", "kind", "site", "event_id", "prev", "hash")
FIELDS = frozenset({"_id", "seq", "at", "actor", "ids", "facts", "evidence", *TEXTS})


@dataclass(frozen=True)
class Last:
    """The row before, or the beginning of a stream."""

    stream: str
    seq: int = 0
    hash: str = GENESIS


def evidence_hash(salt: str, value: str) -> str:
    """Return SHA-256 over salt and value."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the hash a row must carry: over its predecessor's hash and its canonical content."""
    content = {key: value for key, value in row.items() if key not in {"_id", "prev", "hash"}}
    return chain_hash(row["prev"], content)


def flaw(row: Mapping[str, Any], last: Last, values: Mapping[str, Any] | None = None) -> str | None:
    """Return what is wrong with a row that follows `last`, in words, or None.

    `values` are the personal values kept for its evidence, None where they were erased.
    """
    return _misfit(row) or _misplaced(row, last) or _rewritten(row) or _foreign_evidence(row, values)


def _misfit(row: Mapping[str, Any]) -> str | None:
    """A field too many or too few, or of a kind that the log does not write: some of them have no canonical form."""
    if missing := FIELDS - set(row):
        return f"lacks its field {min(missing)}"
    if more := set(row) - FIELDS:
        return f"has a field {min(more)} that no event has"
    fits = {
        "at": isinstance(row["at"], datetime),
        "actor": _is_texts(row["actor"]) and set(row["actor"]) == {"role", "id"},
        "ids": _is_texts(row["ids"]),
        "facts": isinstance(row["facts"], dict) and all(map(_is_fact, row["facts"].values())),
        "evidence": _is_texts(row["evidence"]) and all(map(HASH.fullmatch, row["evidence"].values())),
        **{name: isinstance(row[name], str) for name in TEXTS},
    }
    bad = next((name for name, is_fit in fits.items() if not is_fit), None)
    return f"its field {bad} is not of the kind that was written" if bad else None


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())


def _is_fact(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(entry, str) for entry in value)
    return isinstance(value, str | int)  # bool is an int, a float is none


def _misplaced(row: Mapping[str, Any], last: Last) -> str | None:
    if row["seq"] == last.seq:
        return "stands there twice"
    if row["seq"] != last.seq + 1:
        return f"follows number {last.seq}, so events between them are missing"
    if row["_id"] != f"{row['stream']}#{row['seq']}":
        return f"is stored under the name of {row['_id']}"
    if not HASH.fullmatch(row["prev"]) or not HASH.fullmatch(row["hash"]):
        return "its hash or its predecessor's is not one"
    if row["prev"] != last.hash:
        return "does not continue the hash of its predecessor"
    return None


def _rewritten(row: Mapping[str, Any]) -> str | None:
    try:
        is_same = row["hash"] == row_hash(row)
    except ValueError:  # a number too large, a character that is none
        is_same = False
    return None if is_same else "its content was changed after it was written"


def _foreign_evidence(row: Mapping[str, Any], values: Mapping[str, Any] | None) -> str | None:
    """Values may be erased, all or some; what is still there must be what the decision rested on."""
    for name, kept in (values or {}).items():
        match kept:
            case {"salt": str(salt), "value": str(value)} if row["evidence"].get(name) == evidence_hash(
                salt, value
            ):
                continue
        return f"the {name} kept for it is not the one it was written with"
    return None
