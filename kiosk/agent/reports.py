"""What the hub is still to be told, on disk: a restart forgets no report, and sends none as two."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ulid import ULID

from core.canonical import millis
from core.problems import ProblemCode
from kiosk.agent.journal import Journal

MOST_COUNTED = 500_000
"""Codes in one report, of an outage of hours: the hub takes no report of more than a million."""
COLUMNS = "key, kind, passage, said, at, until, count, sealed"


class ReportKind(StrEnum):
    """What a report is about: the barrier's word in a passage, or codes the lane refused by itself."""

    BARRIER = "BARRIER"
    REFUSAL = "REFUSAL"


@dataclass(frozen=True)
class Refused:
    """Codes refused for one reason: how many, the first one's moment and the last one's."""

    count: int
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Report:
    """One row: `key` is its idempotency key, so a sealed report, which may have been sent, never changes again."""

    key: str
    kind: ReportKind
    passage_id: str
    said: str
    """The barrier's position, or why the codes were refused."""
    refused: Refused
    sealed: bool


class Reports:
    """The reports of one lane, in the agent's journal."""

    def __init__(self, journal: Journal, lane_id: str) -> None:
        self._journal = journal
        self._lane_id = lane_id

    async def add_barrier(self, passage_id: str, said: str, at: datetime) -> None:
        """Keep what the barrier does in a passage."""
        row = (str(ULID()), self._lane_id, ReportKind.BARRIER, passage_id, said, millis(at), millis(at), 1)
        await self._journal.run(lambda connection: _insert(connection, row))

    async def add_refused(self, refused: Mapping[ProblemCode, Refused]) -> None:
        """Count refused codes: to the report of that reason which waits unsent, or to a new one."""

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN")
                for code, more in refused.items():
                    _count(connection, self._lane_id, code, more)

        await self._journal.run(write)

    async def waiting(self) -> list[Report]:
        """Return what is not told yet, oldest first."""
        statement = f"SELECT {COLUMNS} FROM reports WHERE lane = ? ORDER BY number"
        return await self._journal.run(
            lambda connection: [_report(row) for row in connection.execute(statement, (self._lane_id,))]
        )

    async def seal(self, key: str) -> Report:
        """Write that a report is about to be sent, and return it as it will be sent, now and ever again."""

        def write(connection: sqlite3.Connection) -> Report:
            connection.execute("UPDATE reports SET sealed = 1 WHERE key = ?", (key,))
            return _report(
                connection.execute(f"SELECT {COLUMNS} FROM reports WHERE key = ?", (key,)).fetchone()
            )

        return await self._journal.run(write)

    async def told(self, key: str) -> None:
        """Forget a report that the hub has, or will never take."""
        await self._journal.run(
            lambda connection: connection.execute("DELETE FROM reports WHERE key = ?", (key,)).rowcount
        )


def _insert(connection: sqlite3.Connection, row: tuple[object, ...]) -> None:
    columns = "key, lane, kind, passage, said, at, until, count"
    connection.execute(f"INSERT INTO reports ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _count(connection: sqlite3.Connection, lane_id: str, code: ProblemCode, more: Refused) -> None:
    known = connection.execute(
        "UPDATE reports SET count = count + ?, until = ? "
        "WHERE lane = ? AND kind = 'REFUSAL' AND said = ? AND sealed = 0 AND count < ?",
        (more.count, millis(more.until), lane_id, code.value, MOST_COUNTED),
    )
    if not known.rowcount:
        when = (millis(more.at), millis(more.until), more.count)
        _insert(connection, (str(ULID()), lane_id, ReportKind.REFUSAL, "", code.value, *when))


def _report(row: tuple[Any, ...]) -> Report:
    key, kind, passage, said, at, until, count, sealed = row
    refused = Refused(count, datetime.fromisoformat(at), datetime.fromisoformat(until))
    return Report(key, ReportKind(kind), passage, said, refused, bool(sealed))
