"""The journal on disk: what the lane was about to do, written before it does it (SQLite, WAL, synchronous FULL)."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from core.canonical import millis

T = TypeVar("T")

log = logging.getLogger(__name__)

TABLE = """CREATE TABLE IF NOT EXISTS visits (
    id TEXT PRIMARY KEY, lane TEXT NOT NULL, stage TEXT NOT NULL, passage TEXT NOT NULL, code TEXT NOT NULL,
    scanned_at TEXT NOT NULL, release_key TEXT, granted_until TEXT, way TEXT, left_at TEXT,
    reported INTEGER NOT NULL DEFAULT 0) STRICT"""
REPORTS = """CREATE TABLE IF NOT EXISTS reports (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, kind TEXT NOT NULL,
    passage TEXT NOT NULL, said TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL, count INTEGER NOT NULL,
    sealed INTEGER NOT NULL DEFAULT 0) STRICT"""
COLUMNS = "id, lane, stage, passage, code, scanned_at, release_key, granted_until, way, left_at"
KEPT_VISITS = 1000
"""Finished visits kept for each lane, without their codes: enough to look back over a shift."""


class Stage(StrEnum):
    """How far a visit has come; each stage is on disk before what follows it happens."""

    ASKED = "ASKED"
    GRANTED = "GRANTED"
    OPENING = "OPENING"
    OPENED = "OPENED"
    LEFT = "LEFT"


class DepartureWay(StrEnum):
    """How a vehicle left the lane; NONE where the hub never opened a passage."""

    BARRIER = "BARRIER"
    TO_BAY = "TO_BAY"
    TURN_BACK = "TURN_BACK"
    NONE = "NONE"


@dataclass(frozen=True)
class Visit:
    """One row: `id` is minted by the lane and names all idempotency keys; `passage` is what the hub calls it."""

    id: str
    lane_id: str
    stage: Stage
    passage_id: str
    code: str
    scanned_at: datetime
    release_key: str | None = None
    granted_until: datetime | None = None
    way: DepartureWay | None = None
    left_at: datetime | None = None


class JournalOrder(Exception):
    """A stage was written out of order: a defect of the lane, which must then not go on."""


class Journal:
    """The visits of all lanes of this agent. One thread writes, so the event loop never waits for the disk."""

    def __init__(self, path: Path, *, kept_visits: int = KEPT_VISITS) -> None:
        self._kept_visits = kept_visits
        path.parent.mkdir(parents=True, exist_ok=True)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._connection = self._thread.submit(_open, path).result()

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self.run(sqlite3.Connection.close)
        self._thread.shutdown()

    async def asked(self, visit: Visit) -> None:
        """Write a new visit: the hub is about to be asked to open a passage."""
        await self._write(
            "INSERT INTO visits (id, lane, stage, passage, code, scanned_at) VALUES (?, ?, ?, ?, ?, ?)",
            (visit.id, visit.lane_id, Stage.ASKED, visit.passage_id, visit.code, millis(visit.scanned_at)),
        )

    async def named(self, visit_id: str, passage_id: str) -> None:
        """Write under which id the hub knows the passage: another one where it was open already."""
        await self._step(visit_id, (Stage.ASKED,), "passage = ?", passage_id)

    async def releasing(self, visit_id: str, release_key: str) -> None:
        """Write the key of the release that is about to be asked for."""
        await self._step(visit_id, (Stage.ASKED,), "release_key = ?", release_key)

    async def granted(self, visit_id: str, until: datetime) -> None:
        """Write that the hub released the vehicle, and until when the barrier may open on that word."""
        await self._step(visit_id, (Stage.ASKED,), "stage = 'GRANTED', granted_until = ?", millis(until))

    async def opening(self, visit_id: str) -> None:
        """Write that the barrier is about to be commanded."""
        await self._step(visit_id, (Stage.GRANTED, Stage.OPENING), "stage = 'OPENING'")

    async def opened(self, visit_id: str) -> None:
        """Write that the barrier says it is open."""
        await self._step(visit_id, (Stage.OPENING,), "stage = 'OPENED'")

    async def left(self, visit_id: str, way: DepartureWay, at: datetime) -> None:
        """Write that the vehicle has left the lane; the code's text is forgotten."""
        change = "stage = 'LEFT', code = '', way = ?, left_at = ?, reported = ?"
        before = tuple(stage for stage in Stage if stage is not Stage.LEFT)
        await self._step(visit_id, before, change, way, millis(at), way is DepartureWay.NONE)

    async def reported(self, visit_id: str) -> None:
        """Write that the hub knows of the departure."""
        await self._step(visit_id, (Stage.LEFT,), "reported = 1")

    async def unfinished(self, lane_id: str) -> Visit | None:
        """Return the visit that was going on in a lane when the journal ended, or None."""
        rows = await self._read("lane = ? AND stage <> 'LEFT' ORDER BY id DESC LIMIT 1", lane_id)
        return rows[0] if rows else None

    async def unreported(self, lane_id: str) -> list[Visit]:
        """Return the departures the hub has not heard of yet, oldest first."""
        return await self._read("lane = ? AND stage = 'LEFT' AND reported = 0 ORDER BY id", lane_id)

    async def forget_old(self, lane_id: str) -> None:
        """Keep the last visits only."""
        await self._write(
            "DELETE FROM visits WHERE lane = ? AND stage = 'LEFT' AND reported = 1 AND id NOT IN "
            "(SELECT id FROM visits WHERE lane = ? ORDER BY id DESC LIMIT ?)",
            (lane_id, lane_id, self._kept_visits),
        )

    async def _step(self, visit_id: str, before: tuple[Stage, ...], change: str, *values: object) -> None:
        stages = ", ".join(f"'{stage}'" for stage in before)
        changed = await self._write(
            f"UPDATE visits SET {change} WHERE id = ? AND stage IN ({stages})", (*values, visit_id)
        )
        if changed != 1:
            raise JournalOrder(f"visit {visit_id}: {change} does not follow from its stage")

    async def _write(self, statement: str, values: tuple[object, ...]) -> int:
        return await self.run(lambda connection: connection.execute(statement, values).rowcount)

    async def _read(self, condition: str, lane_id: str) -> list[Visit]:
        statement = f"SELECT {COLUMNS} FROM visits WHERE {condition}"
        return await self.run(
            lambda connection: [_visit(row) for row in connection.execute(statement, (lane_id,))]
        )

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have the journal's thread do something with the file; what has begun is finished, whoever is cancelled."""
        # Shielded: a cancelled lane must not leave its line half known to itself.
        return await asyncio.shield(
            asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)
        )


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise  # locked, or no room on the disk: the visits in it are sound, and a lane must not begin without them
    except sqlite3.DatabaseError:
        aside = path.with_suffix(".broken")
        log.exception("the journal at %s cannot be read; it is kept as %s and a new one begins", path, aside)
        path.rename(aside)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    connection.execute(REPORTS)
    (sound,) = connection.execute("PRAGMA quick_check").fetchone()
    if sound != "ok":
        connection.close()
        raise sqlite3.DatabaseError(sound)
    return connection


def _visit(row: tuple[Any, ...]) -> Visit:
    visit, lane, stage, passage, code, scanned_at, release_key, until, way, left_at = row
    return Visit(
        id=visit,
        lane_id=lane,
        stage=Stage(stage),
        passage_id=passage,
        code=code,
        scanned_at=datetime.fromisoformat(scanned_at),
        release_key=release_key,
        granted_until=datetime.fromisoformat(until) if until else None,
        way=DepartureWay(way) if way else None,
        left_at=datetime.fromisoformat(left_at) if left_at else None,
    )
