"""One request, one transaction, one effect for each idempotency key."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import pytest

from backend.kit.context import Context, UnitOfWork
from backend.kit.errors import ProblemCode, RecordedRefusal, Refusal
from backend.kit.eventlog import Event, verify
from core.roles import Role

STREAM = "site:test"


@dataclass(frozen=True)
class Counted:
    """How often something was done."""

    times: int


@dataclass(frozen=True, kw_only=True)
class ScanTried(Event):
    """A test's event."""

    kind: ClassVar[str] = "test.scan_tried"
    audience: ClassVar[frozenset[Role]] = frozenset({Role.OFFICER})

    result: str


async def count(unit: UnitOfWork) -> Counted:
    """Do something countable in the unit of work."""
    row = await unit.db["counters"].find_one_and_update(
        {"_id": "scans"}, {"$inc": {"times": 1}}, upsert=True, return_document=True, session=unit.session
    )
    assert row is not None
    unit.append(ScanTried(site="test", result="done"), STREAM)
    return Counted(times=row["times"])


async def times(context: Context) -> int:
    """Return how often it was done."""
    row = await context.db["counters"].find_one({"_id": "scans"})
    return int(row["times"]) if row else 0


async def test_the_same_key_gives_the_first_answer_and_one_effect(system: Context) -> None:
    answers = [await system.once("scan", "key-00000001", {"a": 1}, Counted, count) for _ in range(3)]
    assert answers == [Counted(times=1)] * 3
    assert await times(system) == 1


async def test_the_same_key_at_once_gives_one_effect(system: Context) -> None:
    asked = [
        system.once("scan", "key-00000001", {"a": 1}, Counted, count, streams=[STREAM]) for _ in range(10)
    ]
    assert await asyncio.gather(*asked) == [Counted(times=1)] * 10
    assert await times(system) == 1
    assert await system.db["events"].count_documents({"stream": STREAM}) == 1


async def test_another_input_under_the_same_key_is_refused_and_changes_nothing(system: Context) -> None:
    await system.once("scan", "key-00000001", {"a": 1}, Counted, count)
    with pytest.raises(Refusal) as refused:
        await system.once("scan", "key-00000001", {"a": 2}, Counted, count)
    assert refused.value.code is ProblemCode.KEY_REUSED
    assert await times(system) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
async def test_a_key_of_a_wrong_length_is_refused(system: Context, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await system.once("scan", key, {}, Counted, count)
    assert (refused.value.code, refused.value.path) == (ProblemCode.INVALID_INPUT, ("idempotencyKey",))
    assert await times(system) == 0


async def test_a_recorded_refusal_rolls_back_its_work_and_is_in_the_log_once(system: Context) -> None:
    async def refuse(unit: UnitOfWork) -> Counted:
        await count(unit)
        event = ScanTried(site="test", result="refused")
        raise RecordedRefusal(
            ProblemCode.CODE_SPENT, event=event, streams=[STREAM], args={"at": "lane 2"}, path=["code"]
        )

    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            await system.once("scan", "key-00000002", {}, Counted, refuse, streams=[STREAM])
        assert (refused.value.code, refused.value.args) == (ProblemCode.CODE_SPENT, {"at": "lane 2"})
    assert await times(system) == 0
    results = [row["facts"]["result"] async for row in system.db["events"].find({"stream": STREAM})]
    assert results == ["refused"]


async def test_what_was_asked_for_after_the_commit_happens_once_and_only_then(system: Context) -> None:
    sent: list[int] = []

    async def work(unit: UnitOfWork) -> Counted:
        done = await count(unit)

        async def send() -> None:
            sent.append(await times(system))

        unit.after_commit(send)
        return done

    await system.once("scan", "key-00000003", {}, Counted, work)
    await system.once("scan", "key-00000003", {}, Counted, work)
    assert sent == [1]


async def test_twenty_writers_of_one_stream_leave_no_gap_and_an_unbroken_chain(system: Context) -> None:
    await asyncio.gather(*(system.transaction(count, streams=[STREAM]) for _ in range(20)))
    rows = await system.db["events"].find({"stream": STREAM}).sort("seq", 1).to_list()
    assert [row["seq"] for row in rows] == list(range(1, 21))
    assert (await verify(system.services.database)).failure is None
