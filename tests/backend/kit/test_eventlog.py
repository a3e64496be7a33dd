"""The log proves itself: each kind of tampering is named at its first bad row."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.context import Context, UnitOfWork
from backend.kit.database import connect
from backend.kit.eventlog import StoredEvent, positions, read, row_hash, verify
from core.roles import Role
from tests.backend.kit.test_once import ScanTried

STREAM = "lane:test"
Db = AsyncDatabase[dict[str, Any]]


async def write_five(context: Context) -> None:
    """Write five events."""
    for number in range(5):

        async def work(unit: UnitOfWork, number: int = number) -> None:
            event = ScanTried(site="test", result=f"scan {number}", lane_id="test")
            unit.append(event, STREAM, evidence={"plate": "粤B12345"})

        await context.transaction(work, streams=[STREAM])


async def test_an_untouched_log_verifies_with_its_count(system: Context) -> None:
    await write_five(system)
    found = await verify(system.services.database)
    assert (found.events, found.streams, found.failure) == (5, 1, None)


async def changed_fact(db: Db) -> None:
    """Change what happened."""
    await db["events"].update_one({"seq": 3}, {"$set": {"facts.result": "another"}})


async def changed_time(db: Db) -> None:
    """Change when it happened."""
    row = await db["events"].find_one({"seq": 3})
    assert row is not None
    await db["events"].update_one({"seq": 3}, {"$set": {"at": row["at"] + timedelta(milliseconds=1)}})


async def removed_middle(db: Db) -> None:
    """Take a row away."""
    await db["events"].delete_one({"seq": 3})


async def cut_tail(db: Db) -> None:
    """Take the last row away."""
    await db["events"].delete_one({"seq": 5})


async def rehashed_row(db: Db) -> None:
    """Change a row and give it a hash that fits its content again."""
    row = await db["events"].find_one({"seq": 3})
    assert row is not None
    row["facts"] = {"result": "another"}
    row["hash"] = row_hash(row)
    await db["events"].replace_one({"seq": 3}, row)


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (changed_fact, "lane:test#3"),
        (changed_time, "lane:test#3"),
        (removed_middle, "lane:test#4"),
        (cut_tail, "lane:test#4"),
        (rehashed_row, "lane:test#4"),
    ],
)
async def test_tampering_is_named_at_its_first_bad_row(
    system: Context, tamper: Callable[[Db], Awaitable[None]], place: str
) -> None:
    await write_five(system)
    await tamper(system.db)
    failure = (await verify(system.services.database)).failure
    assert failure is not None
    assert failure.startswith(place)


async def test_personal_values_are_not_in_the_log_and_may_be_erased(system: Context) -> None:
    await write_five(system)
    rows = await system.db["events"].find({}).to_list()
    assert len(rows) == 5
    assert "粤B12345" not in str(rows)
    assert all(len(row["evidence"]["plate"]) == 64 for row in rows)
    assert len({row["evidence"]["plate"] for row in rows}) == 5  # salted: equal plates cannot be linked
    await system.db["event_evidence"].delete_many({})
    assert (await verify(system.services.database)).failure is None


async def test_a_reader_resumes_after_the_number_it_has(system: Context) -> None:
    await write_five(system)
    assert [event.seq for event in await read(system.db, STREAM, 3, 100)] == [4, 5]
    assert await positions(system.db, [STREAM, "lane:empty"]) == {STREAM: 5, "lane:empty": 0}


def test_an_event_of_an_unknown_kind_is_seen_by_nobody(system: Context) -> None:
    event = StoredEvent(
        stream=STREAM,
        seq=1,
        kind="from.the.future",
        at=system.clock.now(),
        actor_role=Role.OFFICER,
        actor_id="x",
        site="test",
        ids={},
        facts={},
        event_id="x",
        hash="x",
    )
    assert event.audience == frozenset()


async def test_events_of_one_transaction_are_chained_in_the_order_they_were_told(system: Context) -> None:
    async def work(unit: UnitOfWork) -> None:
        for number in range(3):
            unit.append(ScanTried(site="test", result=f"scan {number}"), STREAM, "trip:test")

    await system.transaction(work, streams=[STREAM, "trip:test"])
    told = await read(system.db, STREAM, 0, 10)
    assert [event.facts["result"] for event in told] == ["scan 0", "scan 1", "scan 2"]
    linked = await read(system.db, "trip:test", 0, 10)
    assert [event.event_id for event in linked] == [event.event_id for event in told]
    assert (await verify(system.services.database)).failure is None


async def test_two_processes_that_begin_one_stream_at_once_both_write_and_leave_no_gap(
    system: Context,
) -> None:
    other = connect(system.settings.mongodb_uri, system.settings.database)  # so without the first one's locks
    rival = Context(replace(system.services, database=other), system.actor)

    async def work(unit: UnitOfWork) -> None:
        unit.append(ScanTried(site="test", result="seen"), STREAM)

    await asyncio.gather(*(context.transaction(work) for context in (system, rival) * 3))
    await other.close()
    assert await positions(system.db, [STREAM]) == {STREAM: 6}
    assert (await verify(system.services.database)).failure is None
