"""The connection to the replica set, and what belongs to it for as long as a process lives."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import pymongo
from beanie import Document, init_beanie
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from core.problems import ProblemCode, Refusal

Row: TypeAlias = dict[str, Any]  # one stored document, as the driver gives it
Rows: TypeAlias = AsyncCollection[Row]

logger = logging.getLogger("clearlane.database")

LONGEST_TRANSACTION_SECONDS = 10
"""A vehicle must have left its lane after 15 s: what a killed process left open must be gone before."""
START_SECONDS = 600.0
"""An index that a new version needs may take long to build."""
COMMAND_SECONDS = 60.0
"""Commands of the shell have more time than those who wait in a lane."""
PRIMARY_SECONDS = 20.0
"""At start: an election takes 10 to 12 s."""
NOTICED_MILLISECONDS = 2500
"""Twice this time without a sign of life, and a server is given up with all that waits for its answer."""
STALLED_MILLISECONDS = 5000
"""A server that was asked to say at least that there is nothing, and does not for so long, hangs."""
ORPHAN_SECONDS = 60.0
"""MongoDB itself ends a transaction that nobody ends after this time (transactionLifetimeLimitSeconds)."""
ENDING_AGAIN_SECONDS = 0.5
OPEN_OUTCOME = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")

REPLIES_KEPT_SECONDS = 30 * 24 * 3600  # phones sync late
SIGNALS_KEPT_SECONDS = 600


class StreamLocks:
    """One lock for each event stream that this process is writing.

    Measured: 20 writers on one stream had a P95 of 4.0 s by write conflicts alone, and 157 ms with these locks.
    """

    def __init__(self, patience: float) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._patience = patience

    @asynccontextmanager
    async def held(self, streams: Iterable[str]) -> AsyncIterator[None]:
        """Hold the locks of these streams, taken in sorted order so that no two holders wait for each other.

        Raises Refusal BUSY where another holder keeps them for too long: nothing has been done then.
        """
        async with AsyncExitStack() as stack:
            await self._take(stack, streams)
            yield

    async def _take(self, stack: AsyncExitStack, streams: Iterable[str]) -> None:
        try:
            async with asyncio.timeout(self._patience):
                for stream in sorted(set(streams)):
                    await stack.enter_async_context(self._locks.setdefault(stream, asyncio.Lock()))
        except TimeoutError:
            raise Refusal(ProblemCode.BUSY) from None


@dataclass(frozen=True)
class Database:
    """An open database with the stream locks of this process.

    `patience` is how many seconds one request's work on it may take.
    """

    client: AsyncMongoClient[Row]
    db: AsyncDatabase[Row]
    patience: float
    locks: StreamLocks
    _endings: set[asyncio.Task[None]] = field(default_factory=set)

    def collection(self, name: str) -> Rows:
        """Return the raw collection, for hot paths."""
        return self.db[name]

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncClientSession]:
        """Hold a session for one transaction, which has the database's patience to be committed.

        What it leaves open on a server that did not answer in time is ended in the background: it keeps its
        documents locked for everybody, for a minute, and whoever asks again would be refused for so long.
        """
        with pymongo.timeout(self.patience):
            session = self.client.start_session()
            try:
                yield session
            except PyMongoError as failure:
                if failure.timeout and not isinstance(failure, ServerSelectionTimeoutError):
                    self._abandon(session)
                    raise
                await session.end_session()
                raise
            except BaseException:
                await session.end_session()
                raise
            await session.end_session()

    def _abandon(self, session: AsyncClientSession) -> None:
        fresh = Context()  # without the deadline that is over
        ending = asyncio.create_task(self._end(session), name="abandoned transaction", context=fresh)
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end(self, session: AsyncClientSession) -> None:
        """Have the server end what the session left open, and only then give the session back.

        The driver hands a session that was given back to the next transaction, which would be ended in its place.
        """
        until = asyncio.get_running_loop().time() + ORPHAN_SECONDS
        while asyncio.get_running_loop().time() < until:
            try:
                await self.client.admin.command({"killSessions": [session.session_id]})
            except PyMongoError:  # it still does not answer
                await asyncio.sleep(ENDING_AGAIN_SECONDS)
            else:
                await session.end_session()
                return
        logger.warning("a transaction was left to the database's own limit")

    async def close(self) -> None:
        """Close all sockets."""
        for ending in self._endings:
            ending.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)
        await self.client.close()


def is_away(failure: BaseException) -> bool:
    """Whether the database gave no answer: what was asked may have happened, or not, and may be asked again."""
    if isinstance(failure, ConnectionFailure | WTimeoutError):
        return True
    if not isinstance(failure, PyMongoError):
        return False
    if isinstance(failure, OperationFailure) and any(map(failure.has_error_label, OPEN_OUTCOME)):
        return True
    return failure.timeout


NAMESPACE_EXISTS = 48
KIT_INDEXES: dict[str, list[IndexModel]] = {
    "events": [
        IndexModel([("stream", 1), ("seq", 1)], unique=True),
        IndexModel([("site", 1), ("at", -1), ("_id", -1)]),
        # what was shown to readers is looked for by whose it was, and by what was asked
        IndexModel(
            [("facts.subjects", 1), ("at", -1), ("_id", -1)],
            partialFilterExpression={"facts.subjects": {"$exists": True}},
        ),
        IndexModel(
            [("facts.question", 1), ("at", -1), ("_id", -1)],
            partialFilterExpression={"facts.question": {"$exists": True}},
        ),
    ],
    "stream_heads": [IndexModel("changed")],
    "replies": [IndexModel("at", expireAfterSeconds=REPLIES_KEPT_SECONDS)],
    "signals": [IndexModel("at", expireAfterSeconds=SIGNALS_KEPT_SECONDS)],
}
KIT_COLLECTIONS = ("events", "stream_heads", "event_evidence", "replies", "signals")


def connect(uri: str, name: str, patience: float = COMMAND_SECONDS) -> Database:
    """Return the database as it is: nothing is made in it, so whoever only looks changes nothing.

    Whatever is read is what a majority of the members has: a primary that is cut off from the others shows what
    it will lose, a release for instance, until it notices. No operation takes longer than `patience` seconds.
    """
    client: AsyncMongoClient[Row] = AsyncMongoClient(
        uri,
        tz_aware=True,
        timeoutMS=int(patience * 1000),
        serverSelectionTimeoutMS=int(
            patience * 1000
        ),  # where the driver sets no deadline of its own: ending cursors,
        socketTimeoutMS=STALLED_MILLISECONDS,  # following changes
        connectTimeoutMS=NOTICED_MILLISECONDS,
        heartbeatFrequencyMS=NOTICED_MILLISECONDS,
        retryWrites=True,
        w="majority",
        readConcernLevel="majority",
        appname="clearlane",
    )
    return Database(client, client[name], patience, StreamLocks(patience))


async def open_database(
    uri: str, name: str, models: Sequence[type[Document]], patience: float = COMMAND_SECONDS
) -> Database:
    """Connect, make the collections and indexes, and give beanie its models.

    Raises pymongo.errors.PyMongoError when no primary answers within 20 s.
    """
    database = connect(uri, name, patience)
    with pymongo.timeout(PRIMARY_SECONDS):
        await _warn_of_long_transactions(database.client)
    with pymongo.timeout(START_SECONDS):
        await _prepare(database.db, models)
    return database


async def _prepare(db: AsyncDatabase[Row], models: Sequence[type[Document]]) -> None:
    # Collections are made before the first transaction: making one inside it conflicts with its neighbours.
    existing = set(await db.list_collection_names())
    for collection in KIT_COLLECTIONS:
        if collection not in existing:
            await _make_collection(db, collection)
        if collection in KIT_INDEXES:
            await db[collection].create_indexes(KIT_INDEXES[collection])
    for model in models:
        collection = model.Settings.name if hasattr(model, "Settings") else model.__name__
        if collection not in existing:
            await _make_collection(db, collection)
    await init_beanie(database=db, document_models=list(models))


async def _make_collection(db: AsyncDatabase[Row], name: str) -> None:
    try:
        await db.create_collection(name, check_exists=False)
    except OperationFailure as failure:  # another process that starts on the same empty database was quicker
        if failure.code != NAMESPACE_EXISTS:
            raise


async def _warn_of_long_transactions(client: AsyncMongoClient[Row]) -> None:
    """Say so where the server keeps a killed process's transaction for long: its streams would stand still."""
    limit = "transactionLifetimeLimitSeconds"
    try:
        seconds = (await client.admin.command({"getParameter": 1, limit: 1}))[limit]
    except OperationFailure as failure:  # a user without the right to ask
        logger.info("how long MongoDB keeps an abandoned transaction is not known: %s", failure.details)
        return
    if seconds > LONGEST_TRANSACTION_SECONDS:
        logger.warning(
            "MongoDB keeps the transaction of a killed process for %d s, which may hold up a lane: set %s to 5",
            seconds,
            limit,
        )
