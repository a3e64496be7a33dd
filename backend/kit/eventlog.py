"""The event log: append-only streams, gapless numbers, a hash chain a stranger can verify."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from ulid import ULID

from backend.kit.database import Row
from backend.kit.record.proof import verify as verify  # proving is a part of keeping
from backend.kit.record.rows import evidence_hash
from backend.kit.record.rows import row_hash as row_hash
from core.canonical import GENESIS
from core.roles import Role

logger = logging.getLogger("clearlane.eventlog")

ID_FIELDS = ("trip_id", "passage_id", "lane_id", "bay_id", "voucher_id", "order_id", "capture_id")
Fact = str | int | bool | list[str]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that others may hear of; subclasses name it by `kind` and say who may see it.

    `site` is the checkpoint's id. Fields beyond the ids are facts: text, whole numbers, yes/no or lists of text,
    never personal data and never floats (they have no canonical form).
    """

    kind: ClassVar[str]
    audience: ClassVar[frozenset[Role]]
    registry: ClassVar[dict[str, type["Event"]]] = {}

    site: str
    trip_id: str | None = None
    passage_id: str | None = None
    lane_id: str | None = None
    bay_id: str | None = None
    voucher_id: str | None = None
    order_id: str | None = None
    capture_id: str | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.kind in Event.registry:
            raise TypeError(f"two event classes have the kind {cls.kind}")
        Event.registry[cls.kind] = cls

    def ids(self) -> dict[str, str]:
        """Return the ids that this event names."""
        return {name: value for name in ID_FIELDS if (value := getattr(self, name)) is not None}

    def facts(self) -> dict[str, Fact]:
        """Return the non-personal facts."""
        plain = {field.name for field in fields(Event)}
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in plain}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None
        }


@dataclass(frozen=True)
class StoredEvent:
    """One row of the log."""

    stream: str
    seq: int
    kind: str
    at: datetime
    actor_role: Role
    actor_id: str
    site: str
    ids: Mapping[str, str]
    facts: Mapping[str, Fact]
    event_id: str
    hash: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "StoredEvent":
        """Read a row. Raises KeyError or ValueError for one that is none."""
        actor, at = row["actor"], row["at"]
        if not isinstance(at, datetime):
            raise ValueError("its time is none")
        return cls(
            stream=row["stream"],
            seq=row["seq"],
            kind=row["kind"],
            at=at,
            actor_role=Role(actor["role"]),
            actor_id=actor["id"],
            site=row["site"],
            ids=row["ids"],
            facts=row["facts"],
            event_id=row["event_id"],
            hash=row["hash"],
        )

    @classmethod
    def readable(cls, row: Mapping[str, Any]) -> "StoredEvent | None":
        """Read a row; one that a newer hub wrote in a way this one does not know is heard by nobody here."""
        try:
            return cls.of(row)
        except (KeyError, ValueError) as failure:
            logger.warning("event %s cannot be read here (%r)", row.get("_id"), failure)
            return None

    @property
    def audience(self) -> frozenset[Role]:
        """Roles that may see this kind; a kind this process does not know is seen by nobody."""
        known = Event.registry.get(self.kind)
        return known.audience if known else frozenset()


@dataclass(frozen=True)
class Author:
    """Who caused an event, as the log keeps it: a role and an opaque id."""

    role: Role
    id: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event about to be written to its streams.

    `evidence` holds the personal values a decision rested on: their salted hashes go into the log, values and salts
    into `event_evidence`, which can be erased without breaking the chain.
    """

    event: Event
    streams: tuple[str, ...]
    author: Author
    at: datetime
    evidence: Mapping[str, str] | None = None


async def append(db: AsyncDatabase[Row], session: AsyncClientSession, entries: Sequence[Entry]) -> None:
    """Write each event as the next row of each of its streams, in order, inside the caller's transaction.

    Three requests however many rows (four with evidence): one round trip costs the same whatever it carries. A writer
    of the same stream that was quicker makes the transaction conflict, since its head has changed meanwhile.
    """
    if not entries:
        return
    streams = sorted({stream for entry in entries for stream in entry.streams})
    heads = {stream: _Head(0, GENESIS) for stream in streams}
    async for head in db["stream_heads"].find({"_id": {"$in": streams}}, session=session):
        heads[head["_id"]] = _Head(head["seq"], head["hash"])
    rows: list[Row] = []
    evidence: list[Row] = []
    for entry in entries:
        body = _body(entry, evidence)
        for stream in entry.streams:
            rows.append(_row(stream, heads[stream], body))
            heads[stream] = _Head(rows[-1]["seq"], rows[-1]["hash"])
    moved = [
        UpdateOne(
            {"_id": stream},
            # by the cluster's clock, which never goes back: the next statement of heads asks for what changed since
            {
                "$set": {"seq": head.seq, "hash": head.hash},
                "$currentDate": {"changed": {"$type": "timestamp"}},
            },
            upsert=True,
        )
        for stream, head in heads.items()
    ]
    await db["stream_heads"].bulk_write(moved, session=session)
    await db["events"].insert_many(rows, session=session)
    if evidence:
        await db["event_evidence"].insert_many(evidence, session=session)


@dataclass(frozen=True)
class _Head:
    seq: int
    hash: str


def _body(entry: Entry, evidence: list[Row]) -> Row:
    """Return what all rows of an event share, among it their `event_id`; keep its personal values apart."""
    event_id = str(ULID())
    salted = {name: (secrets.token_hex(16), value) for name, value in (entry.evidence or {}).items()}
    if salted:
        values = {name: {"salt": salt, "value": value} for name, (salt, value) in salted.items()}
        evidence.append({"_id": event_id, "at": entry.at, "values": values})
    return {
        "kind": entry.event.kind,
        "at": entry.at,
        "actor": {"role": entry.author.role.value, "id": entry.author.id},
        "site": entry.event.site,
        "ids": entry.event.ids(),
        "facts": entry.event.facts(),
        "evidence": {name: evidence_hash(salt, value) for name, (salt, value) in salted.items()},
        "event_id": event_id,
    }


def _row(stream: str, head: _Head, body: Row) -> Row:
    seq = head.seq + 1
    row: Row = {"_id": f"{stream}#{seq}", "stream": stream, "seq": seq, **body, "prev": head.hash}
    row["hash"] = row_hash(row)
    return row


async def positions(db: AsyncDatabase[Row], streams: list[str]) -> dict[str, int]:
    """Return the last number of each of these streams, 0 for one that has no event yet."""
    found = {row["_id"]: int(row["seq"]) async for row in db["stream_heads"].find({"_id": {"$in": streams}})}
    return {stream: found.get(stream, 0) for stream in streams}


async def read(db: AsyncDatabase[Row], stream: str, after: int, limit: int) -> list[StoredEvent]:
    """Return the readable ones of up to `limit` events of the stream that follow number `after`, in order."""
    cursor = db["events"].find({"stream": stream, "seq": {"$gt": after}}).sort("seq", 1).limit(limit)
    rows = [StoredEvent.readable(row) async for row in cursor]
    return [event for event in rows if event is not None]
