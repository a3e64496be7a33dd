"""The database freezes in the middle of a request: the request is told so in time, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError

from backend.kit.clock import Clock
from backend.kit.context import Context, Services, UnitOfWork, system_context
from backend.kit.database import is_away, open_database
from backend.kit.live import Live
from backend.settings import Settings
from core.problems import ProblemCode, Refusal
from tests.drills.parts import Database, ended_afterwards

PATIENCE = 1.0
AWAY = (ConnectionFailure, ExecutionTimeout)
HANGING = 20.0
"""A ceiling against hanging; MongoDB itself ends an abandoned transaction after 60 s."""


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Database]:
    """A database of its own that may be frozen."""
    database = Database(tmp_path / "mongod")
    with ended_afterwards(database):
        database.start()
        yield database


@pytest.fixture
async def context(mongod: Database, tmp_path: Path) -> AsyncIterator[Context]:
    """The hub's way to it, with little patience."""
    settings = Settings(mongodb_uri=mongod.uri, home=tmp_path, public_url="http://localhost:8000")
    database = await open_database(mongod.uri, "clearlane", [], PATIENCE)
    clock = Clock()
    yield system_context(Services(settings, database, clock, Live(database.db, clock)), "tests")
    await database.close()


async def scan(unit: UnitOfWork) -> int:
    """Do something countable."""
    row = await unit.db["counters"].find_one_and_update(
        {"_id": "scans"}, {"$inc": {"times": 1}}, upsert=True, return_document=True, session=unit.session
    )
    assert row is not None
    return int(row["times"])


async def test_a_transaction_that_a_freeze_interrupts_is_unknown_in_time_and_locks_nothing(
    mongod: Database, context: Context
) -> None:
    await context.db.create_collection("counters")

    async def scan_and_freeze(unit: UnitOfWork) -> int:
        await scan(unit)
        mongod.freeze()
        return await scan(unit)

    try:
        with pytest.raises(PyMongoError) as failed:
            await asyncio.wait_for(context.once("scan", "key-00000001", {}, int, scan_and_freeze), HANGING)
    finally:
        mongod.thaw()
    assert is_away(failed.value)

    async def asked_again() -> int:
        while True:
            with suppress(*AWAY):
                return await context.once("scan", "key-00000001", {}, int, scan)

    assert await asyncio.wait_for(asked_again(), HANGING) == 1


async def test_who_waits_for_a_stream_whose_writer_hangs_is_told_that_the_hub_is_busy(
    context: Context,
) -> None:
    writing, ended = asyncio.Event(), asyncio.Event()

    async def hang(unit: UnitOfWork) -> None:
        writing.set()
        await ended.wait()

    hanging = asyncio.create_task(context.transaction(hang, streams=["lane:liantang-1"]))
    await writing.wait()
    with pytest.raises(Refusal) as refused:
        await asyncio.wait_for(
            context.once("scan", "key-00000002", {}, int, scan, streams=["lane:liantang-1"]), HANGING
        )
    ended.set()
    await hanging
    assert refused.value.code is ProblemCode.BUSY
    assert await context.db["counters"].count_documents({}) == 0
    assert await context.once("scan", "key-00000002", {}, int, scan, streams=["lane:liantang-1"]) == 1


async def test_a_message_that_fails_after_the_commit_leaves_the_reply_as_it_is(context: Context) -> None:
    async def work(unit: UnitOfWork) -> int:
        async def tell() -> None:
            await context.db["counters"].insert_one({"_id": "scans"})

        unit.after_commit(tell)
        return await scan(unit)

    assert await context.once("scan", "key-00000003", {}, int, work) == 1
    assert await context.once("scan", "key-00000003", {}, int, work) == 1


async def test_a_session_whose_transaction_is_still_to_be_ended_is_given_to_nobody_else(
    context: Context,
) -> None:
    used: list[object] = []

    async def scan_in_a_session(unit: UnitOfWork) -> int:
        used.append(unit.session.session_id["id"])
        return await scan(unit)

    async def scan_and_dawdle(unit: UnitOfWork) -> int:
        await scan_in_a_session(unit)
        await asyncio.sleep(
            2 * PATIENCE
        )  # its time passes on this side: the driver asks the server nothing more
        return await scan(unit)

    await context.transaction(scan)
    with pytest.raises(PyMongoError) as failed:
        await context.transaction(scan_and_dawdle)
    assert is_away(failed.value)
    assert await context.transaction(scan_in_a_session) == 2
    assert used[0] not in used[1:]
