"""Codes that ended before their time, as the hub last told them; on disk, so that a restart forgets none."""

import base64
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.problems import ProblemCode
from core.vouchers.claims import ID_BYTES
from kiosk.agent.journal import Journal

TABLES = (
    "CREATE TABLE IF NOT EXISTS ended (voucher BLOB PRIMARY KEY, code TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS ended_version (one INTEGER PRIMARY KEY CHECK (one = 1), version TEXT NOT NULL) STRICT",
)
LISTS = {
    "revoked": ProblemCode.CODE_REVOKED,
    "superseded": ProblemCode.CODE_SUPERSEDED,
    "spent": ProblemCode.CODE_SPENT,
}
"""The lists of the schema's EndedVouchers, and what is said of a code in each."""


@dataclass(frozen=True)
class Told:
    """One answer of the hub: all there are, or those to be added."""

    version: str
    whole: bool
    codes: Mapping[bytes, ProblemCode]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Told":
        """Read the fields of the schema's `EndedVouchers`. Raises ValueError for ids that are none."""
        codes: dict[bytes, ProblemCode] = {}
        for name, code in LISTS.items():
            text = fields[name]
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if len(packed) % ID_BYTES:
                raise ValueError(f"an id takes {ID_BYTES} bytes")
            ids = (packed[at : at + ID_BYTES] for at in range(0, len(packed), ID_BYTES))
            codes |= dict.fromkeys(ids, code)
        return cls(fields["version"], fields["whole"], codes)


@dataclass
class EndedCodes:
    """What the lanes of one agent know."""

    version: str | None = None
    codes: dict[bytes, ProblemCode] = field(default_factory=dict)

    def refusal(self, voucher_id: bytes, *, hub_away: bool) -> ProblemCode | None:
        """Return why a genuine code is refused by what this lane knows, or None.

        That one was spent is said by the hub as long as it is there: while its vehicle is in another lane, the words
        are others.
        """
        code = self.codes.get(voucher_id)
        return code if hub_away or code is not ProblemCode.CODE_SPENT else None

    def hear(self, told: Told) -> None:
        """Take what the hub has told."""
        self.codes = {**told.codes} if told.whole else {**self.codes, **told.codes}
        self.version = told.version


async def load(journal: Journal) -> EndedCodes:
    """Return what is on disk."""

    def read(connection: sqlite3.Connection) -> EndedCodes:
        for table in TABLES:
            connection.execute(table)
        version = connection.execute("SELECT version FROM ended_version").fetchone()
        rows = connection.execute("SELECT voucher, code FROM ended")
        return EndedCodes(
            version[0] if version else None, {voucher: ProblemCode(code) for voucher, code in rows}
        )

    return await journal.run(read)


async def keep(journal: Journal, told: Told) -> None:
    """Write what the hub has told, all or nothing."""

    def write(connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("BEGIN")
            if told.whole:
                connection.execute("DELETE FROM ended")
            rows = [(voucher, code.value) for voucher, code in told.codes.items()]
            connection.executemany("INSERT OR REPLACE INTO ended VALUES (?, ?)", rows)
            connection.execute("INSERT OR REPLACE INTO ended_version VALUES (1, ?)", (told.version,))

    await journal.run(write)
