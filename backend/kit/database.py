"""The connection to the replica set, and what belongs to it for as long as a process lives."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from beanie import Document, init_beanie
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

Row: TypeAlias = dict[str, Any]  # one stored document, as the driver gives it
Rows: TypeAlias = AsyncCollection[Row]

logger = logging.getLogger("clearlane")

LONGEST_TRANSACTION_SECONDS = 10
"""A vehicle must have left its lane after 15 s: what a killed process left open must be gone before."""
REPLIES_KEPT_SECONDS = 30 * 24 * 3600  # phones sync late
SIGNALS_KEPT_SECONDS = 600


class StreamLocks:
    """One lock for each event stream that this process is writing.

    Measured: 20 writers on one stream had a P95 of 4.0 s by write conflicts alone, and 157 ms with these locks.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def held(self, streams: Iterable[str]) -> AsyncIterator[None]:
        """Hold the locks of these streams, taken in sorted order so that no two holders wait for each other."""
        async with AsyncExitStack() as stack:
            for stream in sorted(set(streams)):
                lock = self._locks.setdefault(stream, asyncio.Lock())
                await stack.enter_async_context(lock)
            yield


@dataclass(frozen=True)
class Database:
    """An open database with the stream locks of this process."""

    client: AsyncMongoClient[Row]
    db: AsyncDatabase[Row]
    locks: StreamLocks = field(default_factory=StreamLocks)

    def collection(self, name: str) -> Rows:
        """Return the raw collection, for hot paths."""
        return self.db[name]

    async def close(self) -> None:
        """Close all sockets."""
        await self.client.close()


KIT_INDEXES: dict[str, list[IndexModel]] = {
    "events": [
        IndexModel([("stream", 1), ("seq", 1)], unique=True),
        IndexModel([("site", 1), ("at", -1), ("_id", -1)]),
    ],
    "stream_heads": [IndexModel("changed")],
    "replies": [IndexModel("at", expireAfterSeconds=REPLIES_KEPT_SECONDS)],
    "signals": [IndexModel("at", expireAfterSeconds=SIGNALS_KEPT_SECONDS)],
}
KIT_COLLECTIONS = ("events", "stream_heads", "event_evidence", "replies", "signals")


def connect(uri: str, name: str) -> Database:
    """Return the database as it is: nothing is made in it, so whoever only looks changes nothing."""
    client: AsyncMongoClient[Row] = AsyncMongoClient(
        uri,
        tz_aware=True,
        serverSelectionTimeoutMS=10_000,
        retryWrites=True,
        w="majority",
        appname="clearlane",
    )
    return Database(client=client, db=client[name])


async def open_database(uri: str, name: str, models: Sequence[type[Document]]) -> Database:
    """Connect, make the collections and indexes, and give beanie its models.

    Raises pymongo.errors.ServerSelectionTimeoutError when no primary answers within 10 s.
    """
    database = connect(uri, name)
    db = database.db
    await _warn_of_long_transactions(database.client)
    # Collections are made before the first transaction: making one inside it conflicts with its neighbours.
    existing = set(await db.list_collection_names())
    for collection in KIT_COLLECTIONS:
        if collection not in existing:
            await db.create_collection(collection, check_exists=False)
        if collection in KIT_INDEXES:
            await db[collection].create_indexes(KIT_INDEXES[collection])
    for model in models:
        collection = model.Settings.name if hasattr(model, "Settings") else model.__name__
        if collection not in existing:
            await db.create_collection(collection, check_exists=False)
    await init_beanie(database=db, document_models=list(models))
    return database


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
