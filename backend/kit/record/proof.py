"""`log verify`: proves every row, every stream's end, and that what was signed outside still stands."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backend.kit.database import Database, Row
from backend.kit.record.rows import Last, flaw
from backend.kit.record.scan import End, Scan, Stored, Unreadable
from backend.kit.record.signed import SignedHead, SignedHeads
from backend.kit.record.statements import StatementFailure
from core.vouchers.keys import KeySet


@dataclass(frozen=True)
class Witness:
    """The signed heads to compare with: where they lie, and the keys that may have signed them."""

    directory: Path
    keys: KeySet


@dataclass(frozen=True)
class Verification:
    """What `verify` found; `failure` is the first bad row in words, if any.

    `unsigned` counts the events younger than the last statement: nothing outside the database confirms them yet.
    """

    events: int
    streams: int
    failure: str | None
    statements: int = 0
    torn: int = 0
    until: str | None = None
    unsigned: int = 0


async def verify(database: Database, witness: Witness | None = None, only: str | None = None) -> Verification:
    """Prove the log, or one stream of it, as it is now; others may go on writing.

    Statements are read before the rows, so every row they name must be there.
    """
    signed = SignedHeads()
    if witness is not None:
        try:
            signed = await asyncio.to_thread(SignedHeads.of, witness.directory, witness.keys)
        except StatementFailure as broken:
            return Verification(0, 0, f"heads {broken}")
    check = Check(signed, signed.in_order(only))
    try:
        return check.result(await _first_failure(database, check, only) or check.gone(None))
    except Unreadable as unreadable:
        return check.result(str(unreadable))


async def _first_failure(database: Database, check: "Check", only: str | None) -> str | None:
    async with database.client.start_session(causal_consistency=True) as session:
        async for item in Scan(database.db, session, only).run():
            if failure := check.failure_of(item):
                return failure
    return None


@dataclass
class Check:
    """Walks the log and the signed heads side by side: both are sorted by stream and number."""

    signed: SignedHeads
    ahead: Iterator[SignedHead]
    events: int = 0
    streams: int = 0
    unsigned: int = 0
    last: Last | None = None
    confirmed: int = 0  # the last number of this stream that a signed head confirms
    next: SignedHead | None = field(default=None, init=False)
    overdue: str | None = field(
        default=None, init=False
    )  # the first unsigned event that should be signed by now

    def __post_init__(self) -> None:
        self.next = next(self.ahead, None)
        self._must_be_signed = self.signed.overdue

    def failure_of(self, item: Stored | End) -> str | None:
        """Return what is wrong with the next row or stream end, in words."""
        stream = item.stream if isinstance(item, End) else item.row["stream"]
        if self.last is None or self.last.stream != stream:
            if failure := self.gone(stream):
                return failure
            self.last, self.confirmed, self.overdue = Last(stream), 0, None
            self.streams += 1
        if isinstance(item, End):
            return self._end(item.head, self.last)
        row = item.row
        self.events += 1
        if wrong := flaw(row, self.last, item.values):
            return f"{stream}#{row['seq']}: {wrong}"
        self.last = Last(stream, row["seq"], row["hash"])
        return self._contradiction(row)

    def gone(self, before: str | None) -> str | None:
        """Return the signed head of a stream that has no event where the log stands, if there is one."""
        if self.next is None or (before is not None and self.next.stream >= before):
            return None
        head = self.next
        return (
            f"{head.stream}#{head.seq}: its head was signed at {head.at}, the log has no event of this stream"
        )

    def result(self, failure: str | None) -> Verification:
        """Return what was found."""
        signed = self.signed
        return Verification(
            self.events, self.streams, failure, signed.statements, signed.torn, signed.until, self.unsigned
        )

    def _contradiction(self, row: Row) -> str | None:
        """Compare with what was signed of this very row, by however many."""
        is_signed = False
        while (head := self.next) is not None and (head.stream, head.seq) == (row["stream"], row["seq"]):
            if head.hash != row["hash"]:
                since = (
                    f"one of #{self.confirmed + 1} to #{head.seq} was rewritten, and all after it rehashed"
                )
                return f"{head.stream}#{head.seq}: its head signed at {head.at} is not what the log has now: {since}"
            self.next, is_signed = next(self.ahead, None), True
        if is_signed:
            self.confirmed, self.overdue = row["seq"], None
        elif self.overdue is None and self._must_be_signed and row["at"] < self._must_be_signed:
            self.overdue = f"{row['stream']}#{row['seq']}"
        return None

    def _end(self, head: Row | None, last: Last) -> str | None:
        stream = last.stream
        if (signed := self.next) is not None and signed.stream == stream:
            left = f"the log ends with #{last.seq}" if last.seq else "the log has no event of this stream"
            return f"{stream}#{signed.seq}: its head was signed at {signed.at}, {left}"
        if last.seq == 0:
            return f"{stream}: its {head.get('seq') if head else 0} events are gone"
        if head is None or (head.get("seq"), head.get("hash")) != (last.seq, last.hash):
            return f"{stream}#{last.seq}: the stream's head says it should go on or end otherwise"
        if self.overdue is not None:
            return f"{self.overdue}: is older than the statement of {self.signed.until}, but no statement knows it"
        self.unsigned += last.seq - self.confirmed if self.signed.statements else 0
        return None
