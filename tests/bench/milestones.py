"""When what happened to a passage: commit times out of the database's own record, read only after the measurement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from bson import CodecOptions
from bson.timestamp import Timestamp
from pymongo import MongoClient

DATABASE = "clearlane"
LAST = "bench"
"""A collection whose one document says that all that was to be read has been read."""
READ_KINDS = frozenset({"READ", "FAILED"})
PIPELINE = [{"$match": {"ns.coll": {"$in": ["captures", "events", LAST]}}}]


@dataclass
class PictureTimes:
    """One picture on its way; times by the wall clock in UTC, None for what did not happen."""

    posted: datetime
    claimed: datetime | None = None
    read: datetime | None = None
    processor_ms: int | None = None


@dataclass
class PassageTimes:
    """One passage as the hub committed it."""

    opened: datetime
    released: datetime | None = None
    pictures: dict[str, PictureTimes] = field(default_factory=dict)

    @property
    def awaited(self) -> list[PictureTimes]:
        """The pictures whose readings were there when it was released."""
        released = self.released
        return [
            picture
            for picture in self.pictures.values()
            if released is not None and picture.read is not None and picture.read <= released
        ]


def steps(scanned: datetime, passage: PassageTimes, commanded: datetime) -> dict[str, float]:
    """Return where the time from scan to barrier command went, step after step, in milliseconds.

    Nothing for a passage that was released without a picture read (an officer's word).
    """
    awaited = passage.awaited
    claimed = [picture.claimed for picture in awaited if picture.claimed is not None]
    read = [picture.read for picture in awaited if picture.read is not None]
    if not claimed or not read or passage.released is None:
        return {}
    marks = {
        "scan_to_opened": passage.opened,
        "opened_to_picture_posted": min(picture.posted for picture in awaited),
        "posted_to_claimed": min(claimed),
        "claimed_to_all_read": max(read),
        "read_to_released": passage.released,
        "released_to_barrier": commanded,
    }
    before, found = scanned, {}
    for name, at in marks.items():
        found[name] = (at - before).total_seconds() * 1000
        before = at
    return found


def place(changes: Iterable[Mapping[str, Any]]) -> dict[str, PassageTimes]:
    """Return the passages by the trip they belong to, out of the changes of the database in their order."""
    by_trip: dict[str, PassageTimes] = {}
    by_passage: dict[str, PassageTimes] = {}
    pictures: dict[str, PictureTimes] = {}
    for change in changes:
        at = change["wallTime"]
        document = change.get("fullDocument", {})
        if change["ns"]["coll"] == "captures" and change["operationType"] == "insert":
            pictures[document["_id"]] = PictureTimes(posted=at)
            if document["passage_id"] in by_passage:
                by_passage[document["passage_id"]].pictures[document["_id"]] = pictures[document["_id"]]
        elif change["ns"]["coll"] == "captures":
            _advance(pictures, change)
        elif document.get("kind") == "passage.opened":
            opened = by_passage[document["ids"]["passage_id"]] = PassageTimes(opened=at)
            by_trip[document["ids"]["trip_id"]] = opened
        elif document.get("kind") == "passage.released" and document["ids"]["passage_id"] in by_passage:
            by_passage[document["ids"]["passage_id"]].released = at
    return by_trip


def _advance(pictures: Mapping[str, PictureTimes], change: Mapping[str, Any]) -> None:
    picture = pictures.get(change["documentKey"]["_id"])
    updated = change.get("updateDescription", {}).get("updatedFields", {})
    if picture is None:
        return
    if updated.get("state") == "CLAIMED":
        picture.claimed = change["wallTime"]
    elif updated.get("state") in READ_KINDS:
        picture.read, picture.processor_ms = change["wallTime"], updated.get("cpu_ms")


class Record:
    """The database's record of changes, from the moment this is made."""

    def __init__(self, mongodb_uri: str) -> None:
        self._uri = mongodb_uri
        with self._client() as client:
            self._since: Timestamp = client[DATABASE].command("hello")["operationTime"]

    def passages(self) -> dict[str, PassageTimes]:
        """Return all passages since then, by trip."""
        return place(self._changes())

    def _changes(self) -> Sequence[Mapping[str, Any]]:
        with self._client() as client:
            database = client.get_database(DATABASE, CodecOptions(tz_aware=True, tzinfo=UTC))
            database[LAST].insert_one({})
            with database.watch(PIPELINE, start_at_operation_time=self._since) as stream:
                return list(takewhile(lambda change: change["ns"]["coll"] != LAST, stream))

    def _client(self) -> MongoClient[dict[str, Any]]:
        return MongoClient(self._uri, serverSelectionTimeoutMS=10_000)
