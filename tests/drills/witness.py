"""A witness outside the system: he sees each commit of the database as it happens, and remembers it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.bench.milestones import DATABASE
from tests.drills.schedule import Phase

PIPELINE = [{"$match": {"ns.coll": {"$in": ["events", "captures"]}}}]
AWAIT_MS = 200
RETRY_SECONDS = 0.05
BY_STATE = {"CLAIMED": Phase.CLAIMED, "READ": Phase.READ}
BY_KIND = {"passage.opened": Phase.OPENED, "passage.released": Phase.RELEASED}


@dataclass(frozen=True)
class Seen:
    """One row of the event log, as it was when it was committed."""

    row_id: str
    hash: str


class Witness(threading.Thread):
    """Reads the database's changes, through all its deaths, and calls who waits for a phase of a trip at once."""

    def __init__(self, uri: str) -> None:
        super().__init__(name="witness", daemon=True)
        self._uri = uri
        self._token: Mapping[str, Any] | None = None
        self._stopping = threading.Event()
        self.watching = threading.Event()
        self._calls: dict[tuple[str, Phase], Callable[[], object]] = {}
        self._trip_of_passage: dict[str, str] = {}
        self._trip_of_capture: dict[str, str] = {}
        self.seen: list[Seen] = []

    def when(self, trip_id: str, phase: Phase, call: Callable[[], object]) -> None:
        """Call once, in the witness's thread, when the trip's passage comes to the phase."""
        self._calls[trip_id, phase] = call

    def run(self) -> None:
        """Read until told to stop; reopen where the database has died."""
        while not self._stopping.is_set():
            try:
                with MongoClient[dict[str, Any]](self._uri, serverSelectionTimeoutMS=2000) as client:
                    self._read(client)
            except PyMongoError:
                self._stopping.wait(RETRY_SECONDS)

    def __enter__(self) -> Self:
        """Return when it watches."""
        self.start()
        self.watching.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.join()

    def _read(self, client: MongoClient[dict[str, Any]]) -> None:
        database = client[DATABASE]
        with database.watch(PIPELINE, resume_after=self._token, max_await_time_ms=AWAIT_MS) as stream:
            self.watching.set()
            while not self._stopping.is_set():
                change = stream.try_next()
                if change is not None:
                    self._note(change)
                self._token = stream.resume_token

    def _note(self, change: Mapping[str, Any]) -> None:
        row = change.get("fullDocument", {})
        if change["ns"]["coll"] == "events":
            self._event(row)
        elif change["operationType"] == "insert" and row["passage_id"] in self._trip_of_passage:
            trip_id = self._trip_of_capture[row["_id"]] = self._trip_of_passage[row["passage_id"]]
            self._reached(trip_id, Phase.CAPTURED)
        elif change["operationType"] == "update":
            state = change["updateDescription"]["updatedFields"].get("state")
            trip = self._trip_of_capture.get(change["documentKey"]["_id"])
            if trip is not None and state in BY_STATE:
                self._reached(trip, BY_STATE[state])

    def _event(self, row: Mapping[str, Any]) -> None:
        self.seen.append(Seen(row["_id"], row["hash"]))
        if row["kind"] == "passage.opened":
            self._trip_of_passage[row["ids"]["passage_id"]] = row["ids"]["trip_id"]
        if row["kind"] in BY_KIND:
            self._reached(row["ids"]["trip_id"], BY_KIND[row["kind"]])

    def _reached(self, trip_id: str, phase: Phase) -> None:
        call = self._calls.pop((trip_id, phase), None)
        if call is not None:
            call()
