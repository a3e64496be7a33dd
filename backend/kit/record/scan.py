"""Reads the whole log in order, stream by stream with its head, while others go on writing, through a failover too."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, OperationFailure
from pymongo.read_concern import ReadConcern

from backend.kit.database import Row

PAGE = 1000
TRIES = 5
CURSOR_LOST = frozenset({43, 237})
MAJORITY = ReadConcern("majority")


class Document(Row):
    """A stored document that shows a field standing in it twice.

    BSON allows that. The driver keeps the last one, the server's queries find the first: a row can be hidden from a
    checkpoint's history while it reads as it was written.
    """

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(f"second {name}" if name in self else name, value)


# what the driver refuses to read (a time beyond the year 9999, text that is none) must be named, not stumbled over
LENIENT: CodecOptions[Row] = CodecOptions(
    document_class=Document,
    tz_aware=True,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
    unicode_decode_error_handler="replace",
)
ORDER = [("stream", 1), ("seq", 1)]
NO_STREAM: Row = {"$or": [{"stream": {"$not": {"$type": "string"}}}, {"stream": {"$type": "array"}}]}
NO_NUMBER: Row = {"$or": [{"seq": {"$not": {"$type": ["int", "long"]}}}, {"seq": {"$type": "array"}}]}
UNREADABLE: Row = {"$or": [NO_STREAM, NO_NUMBER]}  # neither has a place in the order


class Unreadable(ValueError):
    """A row that cannot even be put in its place; the message says which."""


@dataclass(frozen=True)
class Stored:
    """A row as it is stored, with the personal values kept for it, unless they were erased."""

    row: Row
    values: Mapping[str, Any] | None


@dataclass(frozen=True)
class End:
    """The end of a stream: its head, read after its rows, so it is never behind them in an honest log."""

    stream: str
    head: Row | None


@dataclass
class Scan:
    """One reading of the log, or of one stream.

    Rows come in pages of bounded size. Heads are read after the rows of their streams, and rows up to a head that were
    written meanwhile are read once more: so whatever others append, rows and head of a stream fit. The session is
    causally consistent: after a failover nothing older is read than before.
    """

    db: AsyncDatabase[Row]
    session: AsyncClientSession
    only: str | None = None
    _low: str | None = field(default=None, init=False)  # the open stream; all before it are done
    _last: int = field(default=0, init=False)  # its last number so far
    _heads: deque[Row] = field(default_factory=deque, init=False)  # of the open stream and those after it

    async def run(self) -> AsyncIterator[Stored | End]:
        """Yield all rows and stream ends. Raises Unreadable at a row without a stream or a whole number."""
        await self._refuse_unreadable()
        async for page in self._pages():
            await self._read_heads(below=page[-1]["stream"])
            for stored in await self._with_values(page):
                async for item in self._next(stored):
                    yield item
        await self._read_heads(below=None)
        async for item in self._ended(below=None):
            yield item

    async def _next(self, stored: Stored) -> AsyncIterator[Stored | End]:
        if stored.row["stream"] != self._low:
            async for item in self._ended(below=stored.row["stream"]):
                yield item
            self._low = stored.row["stream"]
        self._last = stored.row["seq"]
        yield stored

    async def _read(self, rows: str, where: Row, order: str = "_id", limit: int = 0) -> list[Row]:
        """Read few documents; once more when the primary changes meanwhile, since reading twice does no harm."""
        for _ in range(TRIES - 1):
            with suppress(AutoReconnect):
                return await self._find(rows, where).sort(order, 1).limit(limit).to_list()
        return await self._find(rows, where).sort(order, 1).limit(limit).to_list()

    def _find(self, rows: str, where: Row) -> AsyncCursor[Row]:
        found = self.db.get_collection(rows, codec_options=LENIENT, read_concern=MAJORITY)
        return found.find(where, session=self.session)

    async def _refuse_unreadable(self) -> None:
        for row in await self._read("events", UNREADABLE, limit=1):
            raise Unreadable(f"{row['_id']}: its stream or its number is none")
        for head in await self._read("stream_heads", {"_id": {"$not": {"$type": "string"}}}, limit=1):
            raise Unreadable(f"{head['_id']}: the head of no stream")

    async def _pages(self) -> AsyncIterator[list[Row]]:
        where: dict[str, Any] = {} if self.only is None else {"stream": self.only}
        seen: set[object] = set()  # ids at the last place, where a lost cursor is opened again
        resumed, failures = where, 0
        while True:
            cursor = self._find("events", resumed).sort(ORDER).batch_size(PAGE)
            try:
                while page := [row for row in await cursor.to_list(PAGE) if row["_id"] not in seen]:
                    last, failures = page[-1], 0
                    yield page
                    seen = {row["_id"] for row in page if _place(row) == _place(last)}
                    resumed = where | _from(last)
                return
            except (AutoReconnect, OperationFailure) as failure:
                failures += 1
                if failures == TRIES or not _is_passing(failure):
                    raise
            finally:
                await cursor.close()

    async def _with_values(self, page: list[Row]) -> list[Stored]:
        wanted = [
            row["event_id"] for row in page if row.get("evidence") and isinstance(row.get("event_id"), str)
        ]
        kept = await self._read("event_evidence", {"_id": {"$in": wanted}}) if wanted else []
        values = {evidence["_id"]: evidence.get("values") for evidence in kept}
        return [Stored(row, values.get(str(row.get("event_id")))) for row in page]

    async def _read_heads(self, below: str | None) -> None:
        """Read the heads from the open stream's on; those of streams without rows are among them."""
        where: dict[str, Any] = {}
        if self._low is not None:
            where["$gte"] = self._low
        if below is not None:
            where["$lt"] = below
        query: Row = {"_id": where} if where else {}
        if self.only is not None:
            query = {"_id": self.only} if below is None else {"_id": {"$in": []}}
        self._heads = deque(await self._read("stream_heads", query))

    async def _ended(self, below: str | None) -> AsyncIterator[Stored | End]:
        """Yield the end of the open stream and of those without rows below, with rows that came meanwhile."""
        if self._low is not None and (not self._heads or self._heads[0]["_id"] != self._low):
            yield End(self._low, None)
        while self._heads and (below is None or self._heads[0]["_id"] < below):
            head = self._heads.popleft()
            last = self._last if head["_id"] == self._low else 0
            async for stored in self._since(last, head):
                yield stored
            yield End(head["_id"], head)

    async def _since(self, last: int, head: Row) -> AsyncIterator[Stored]:
        """Yield the rows after `last` up to the head: they may have been written after the page was read."""
        reached = head.get("seq")
        if not isinstance(reached, int) or reached <= last:
            return
        between = {"stream": head["_id"], "seq": {"$gt": last, "$lte": reached}}
        for stored in await self._with_values(await self._read("events", between, "seq")):
            yield stored


def _place(row: Row) -> tuple[object, object]:
    return row["stream"], row["seq"]


def _from(row: Row) -> Row:
    here = {"stream": row["stream"], "seq": {"$gte": row["seq"]}}
    return {"$or": [here, {"stream": {"$gt": row["stream"]}}]}


def _is_passing(failure: AutoReconnect | OperationFailure) -> bool:
    return isinstance(failure, AutoReconnect) or failure.code in CURSOR_LOST
