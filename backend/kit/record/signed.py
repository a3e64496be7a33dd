"""All heads that were ever signed, sorted as the log is; on disk, since years of them do not fit into memory."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from backend.kit.record.statements import Reading, Statement, writers_in
from core.vouchers.keys import KeySet

ALIVE_SECONDS = 300
LATE = timedelta(minutes=10)
COLUMNS = "stream TEXT, seq INTEGER, hash TEXT, at TEXT, PRIMARY KEY (stream, seq, hash)"
MAKE = f"CREATE TABLE signed ({COLUMNS}) WITHOUT ROWID"
KEEP = "INSERT INTO signed VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)"
READ = "SELECT stream, seq, hash, at FROM signed ORDER BY stream, seq"


@dataclass(frozen=True)
class SignedHead:
    """A head, and when it was signed first."""

    stream: str
    seq: int
    hash: str
    at: str


@dataclass
class SignedHeads:
    """The heads of all statements in these directories."""

    statements: int = 0
    torn: int = 0
    _last: dict[str, Statement] = field(default_factory=dict)
    # without a name SQLite keeps the table in a file of its own that it takes away; filled in another thread
    _table: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect("", check_same_thread=False))

    def __post_init__(self) -> None:
        self._table.execute(MAKE)

    @classmethod
    def of(cls, directory: Path, keys: KeySet) -> "SignedHeads":
        """Read and prove all statements. Raises StatementFailure at the first that is not as it was left."""
        found = cls()
        for folder in writers_in(directory):
            reading = Reading(folder, keys)
            for statement in reading.statements():
                found.add(statement)
            found.torn += reading.torn
        return found

    def add(self, statement: Statement) -> None:
        """Take a proven statement in."""
        rows = ((head.stream, head.seq, head.hash, statement.at) for head in statement.heads)
        self._table.executemany(KEEP, rows)
        self._last[statement.writer] = statement
        self.statements += 1

    def in_order(self, only: str | None = None) -> Iterator[SignedHead]:
        """Yield every head, by stream and number."""
        for row in self._table.execute(READ):
            if only in (None, row[0]):
                yield SignedHead(*row)

    @property
    def until(self) -> str | None:
        """When the last statement was made, None without one."""
        alive = self._alive()
        return max(statement.at for statement in alive) if alive else None

    @property
    def overdue(self) -> datetime | None:
        """An event older than this must be in a statement; None as long as there is none."""
        alive = self._alive()
        if not alive:
            return None
        return min(datetime.fromisoformat(statement.at) for statement in alive) - LATE

    def _alive(self) -> list[Statement]:
        """The last statements of the writers that still write: one that was shut down says nothing of today."""
        latest = max((statement.until for statement in self._last.values()), default=0)
        return [s for s in self._last.values() if s.until >= latest - ALIVE_SECONDS]
