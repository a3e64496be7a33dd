"""Forced interleavings: a request goes up to a chosen point of its transaction and waits there for another one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.context import Services
from backend.kit.database import COMMAND_SECONDS, Database, Row, Rows, StreamLocks
from tests.backend.client import PATIENCE

A = TypeVar("A")
B = TypeVar("B")

WRITES = frozenset(
    {
        "bulk_write",
        "delete_many",
        "delete_one",
        "find_one_and_delete",
        "find_one_and_replace",
        "find_one_and_update",
        "insert_many",
        "insert_one",
        "replace_one",
        "update_many",
        "update_one",
    }
)


class Point(StrEnum):
    """Where a transaction can be held, in the order in which it passes."""

    BEFORE_READING = "before it has read"
    BEFORE_WRITING = "after it has read, before its first write"
    BEFORE_COMMIT = "after its writes, before its commit"
    AFTER_COMMIT = "after its commit, before its answer"


class Watch:
    """Sees each transaction of one process pass its points, and counts them."""

    def __init__(self) -> None:
        self.transactions = 0
        self.attempts = 0  # of the present transaction
        self.most_attempts = 0
        self.wrote = False
        self.conflicted = asyncio.Event()
        self.session: AsyncClientSession | None = None

    def begins(self, session: AsyncClientSession) -> None:
        """A transaction has begun."""
        self.session = session
        self.transactions += 1
        self.attempts = 0

    async def abort(self) -> None:
        """Undo the present attempt."""
        assert self.session is not None, "no transaction has begun"
        await self.session.abort_transaction()

    async def passes(self, point: Point) -> None:
        """The present transaction has come to this point."""
        if point is Point.BEFORE_READING:
            self.wrote = False
            self.attempts += 1
            self.most_attempts = max(self.most_attempts, self.attempts)
            if self.attempts > 1:
                self.conflicted.set()


class Gate(Watch):
    """Holds the first attempt of one transaction at a point until it is opened."""

    def __init__(self, point: Point, transaction: int = 1) -> None:
        super().__init__()
        self.point = point
        self.transaction = transaction
        self._arrived = asyncio.Event()
        self._opened = asyncio.Event()

    async def passes(self, point: Point) -> None:
        """Wait here if this is the point."""
        await super().passes(point)
        here = (point, self.transactions, self.attempts) == (self.point, self.transaction, 1)
        if here and not self._arrived.is_set():
            self._arrived.set()
            await asyncio.wait_for(self._opened.wait(), PATIENCE)

    async def reached(self, request: "asyncio.Future[A]") -> None:
        """Return when the request waits at the gate. Fails when it ended, or hangs, without coming here."""
        await first_of(request, self._arrived.wait())
        assert self._arrived.is_set(), f"ended without coming to the point {self.point}: {request}"

    def open(self) -> None:
        """Let the request go on."""
        self._opened.set()


class _WatchedRows:
    """A collection whose writes in a transaction are announced."""

    def __init__(self, rows: Rows, watch: Watch) -> None:
        self._rows = rows
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._rows, name)
        if name not in WRITES:
            return method

        async def write(*args: Any, session: AsyncClientSession | None = None, **options: Any) -> Any:
            if session is not None and not self._watch.wrote:
                await self._rows.find_one({}, {"_id": 1}, session=session)  # its snapshot is of this moment
                self._watch.wrote = True
                await self._watch.passes(Point.BEFORE_WRITING)
            return await method(*args, session=session, **options)

        return write


class _WatchedDatabase:
    """A database of watched collections."""

    def __init__(self, db: AsyncDatabase[Row], watch: Watch) -> None:
        self._db = db
        self._watch = watch

    def __getitem__(self, name: str) -> _WatchedRows:
        return _WatchedRows(self._db[name], self._watch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class _WatchedClient:
    """A client whose sessions announce the beginning and the commit of their transactions."""

    def __init__(self, client: AsyncMongoClient[Row], watch: Watch) -> None:
        self._client = client
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def start_session(self, *args: Any, **options: Any) -> AsyncClientSession:
        session = self._client.start_session(*args, **options)
        watch = self._watch
        begin, commit = session.start_transaction, session.commit_transaction

        async def start_transaction(*args: Any, **options: Any) -> Any:
            started = await begin(*args, **options)
            await watch.passes(Point.BEFORE_READING)
            return started

        async def commit_transaction() -> None:
            await watch.passes(Point.BEFORE_COMMIT)
            await commit()
            await watch.passes(Point.AFTER_COMMIT)

        session.start_transaction = start_transaction  # type: ignore[method-assign]
        session.commit_transaction = commit_transaction  # type: ignore[method-assign]
        watch.begins(session)
        return session


def process(services: Services, watch: Watch) -> Services:
    """Return another API process on the same database: with locks of its own, its transactions watched."""
    real = services.database
    client = cast("AsyncMongoClient[Row]", _WatchedClient(real.client, watch))
    db = cast("AsyncDatabase[Row]", _WatchedDatabase(real.db, watch))
    # the patience of a command, not of a lane: the other request runs to its end while one is held
    database = Database(client, db, COMMAND_SECONDS, StreamLocks(COMMAND_SECONDS))
    return replace(plain(services), database=database)


def plain(services: Services) -> Services:
    """Return what a process shares, without what a test added to it."""
    return Services(services.settings, services.database, services.clock, services.live)


@dataclass(frozen=True)
class Raced(Generic[A, B]):
    """What the two were answered, and in how many attempts the busiest transaction of each came through."""

    held: A
    other: B
    held_attempts: int
    other_attempts: int


async def race(
    services: Services,
    point: Point,
    held: Callable[[Services], Awaitable[A]],
    other: Callable[[Services], Awaitable[B]],
    *,
    transaction: int = 1,
) -> Raced[A, B]:
    """Hold the first request at the point, run the other one to its end, then let the first go on.

    Each runs in a process of its own. Where what the first has written keeps the other from ending, the first goes on
    as soon as the other one has met it.
    """
    gate, watch = Gate(point, transaction), Watch()
    first = asyncio.ensure_future(held(process(services, gate)))
    await gate.reached(first)
    second = asyncio.ensure_future(other(process(services, watch)))
    await first_of(second, watch.conflicted.wait())
    gate.open()
    answers = await asyncio.wait_for(asyncio.gather(first, second), PATIENCE)
    return Raced(answers[0], answers[1], gate.most_attempts, watch.most_attempts)


async def first_of(request: "asyncio.Future[Any]", moment: Awaitable[Any]) -> None:
    """Return when the request has ended or the moment has come, whichever is first. Fails when neither comes."""
    waiting = asyncio.ensure_future(moment)
    ended, _ = await asyncio.wait({request, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    assert ended, "neither ended nor went on"
    if request in ended:
        request.result()  # its failure is the test's
