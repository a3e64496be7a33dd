"""Signed heads outside the database: what changed, every minute, in a chain of their own for each process."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bson import DatetimeMS

from backend.kit.context import Context, UnitOfWork
from backend.kit.record.heads import HeadsWriter
from backend.kit.record.statements import Reading, Statement, StatementFailure
from core.vouchers.keys import KeySet, SigningKey
from tests.backend.kit.test_once import ScanTried

KEY = SigningKey.from_seed(b"k" * 32)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[HeadsWriter]:
    """A process's writer on empty files."""
    made = HeadsWriter(tmp_path, KEY)
    yield made
    made.close()


async def happen(context: Context, *streams: str) -> None:
    """Write one event to each of these streams."""

    async def work(unit: UnitOfWork) -> None:
        unit.append(ScanTried(site="test", result="seen"), *streams)

    await context.transaction(work, streams=streams)


async def state(writer: HeadsWriter, context: Context) -> int:
    """Have the writer's minute come."""
    return await writer.state(context.db, context.clock.now())


def read(writer: HeadsWriter, key: SigningKey = KEY) -> list[Statement]:
    """Read the writer's statements back, proving them."""
    assert writer.folder is not None
    return list(Reading(writer.folder, KeySet.of(key)).statements())


def file_of(writer: HeadsWriter) -> Path:
    """The one file of the writer."""
    assert writer.folder is not None
    (path,) = writer.folder.glob("*.jsonl")
    return path


def stated(writer: HeadsWriter) -> list[list[tuple[str, int]]]:
    """What each statement says of which stream."""
    return [[(head.stream, head.seq) for head in statement.heads] for statement in read(writer)]


async def test_each_statement_holds_the_streams_that_changed_since_the_one_before(
    system: Context, writer: HeadsWriter
) -> None:
    await happen(system, "lane:a", "lane:b")
    await state(writer, system)
    await happen(system, "lane:b")
    await state(writer, system)
    await state(writer, system)
    assert stated(writer) == [[("lane:a", 1), ("lane:b", 1)], [("lane:b", 2)], []]
    head = await system.db["stream_heads"].find_one({"_id": "lane:b"})
    assert head is not None
    assert read(writer)[1].heads[0].hash == head["hash"]


async def test_the_next_process_continues_the_chain_and_leaves_nothing_out(
    system: Context, writer: HeadsWriter, tmp_path: Path
) -> None:
    await happen(system, "lane:a")
    await state(writer, system)
    folder = writer.folder
    writer.close()
    await happen(system, "lane:b")
    following = HeadsWriter(tmp_path, KEY)
    await state(following, system)
    assert following.folder == folder
    assert [statement.number for statement in read(following)] == [1, 2]
    assert ("lane:b", 1) in stated(following)[1]
    following.close()


async def test_two_processes_keep_two_chains_and_each_states_everything(
    system: Context, writer: HeadsWriter, tmp_path: Path
) -> None:
    other = HeadsWriter(tmp_path, KEY)
    await happen(system, "lane:a")
    await state(writer, system)
    await state(other, system)
    assert writer.folder != other.folder
    assert stated(writer) == stated(other) == [[("lane:a", 1)]]
    other.close()


async def test_a_line_cut_off_by_a_crash_is_counted_and_the_chain_goes_on(
    system: Context, writer: HeadsWriter, tmp_path: Path
) -> None:
    await happen(system, "lane:a")
    await state(writer, system)
    path = file_of(writer)
    writer.close()
    path.write_bytes(path.read_bytes() + path.read_bytes()[:200])
    following = HeadsWriter(tmp_path, KEY)
    await state(following, system)
    assert following.folder is not None
    reading = Reading(following.folder, KeySet.of(KEY))
    assert [statement.number for statement in reading.statements()] == [1, 2]
    assert reading.torn == 1
    following.close()


async def test_a_clock_that_goes_back_over_midnight_leaves_the_chain_in_order(
    system: Context, writer: HeadsWriter
) -> None:
    now = system.clock.now()
    for minutes in (0, 24 * 60, -24 * 60, 1):
        await writer.state(system.db, now + timedelta(minutes=minutes))
    assert [statement.number for statement in read(writer)] == [1, 2, 3, 4]
    assert writer.folder is not None
    assert len(list(writer.folder.glob("*.jsonl"))) == 2


async def test_files_that_cannot_be_written_are_tried_again_and_nothing_is_left_out(
    system: Context, writer: HeadsWriter
) -> None:
    await state(writer, system)
    path = file_of(writer)
    kept = path.rename(path.with_suffix(".away"))
    path.mkdir()  # root may write to anything but a folder
    await happen(system, "lane:a")
    with pytest.raises(IsADirectoryError):
        await state(writer, system)
    path.rmdir()
    kept.rename(path)
    await state(writer, system)
    assert stated(writer) == [[], [("lane:a", 1)]]


@pytest.mark.parametrize(
    "forged",
    [
        {"_id": "lane:forged", "seq": "many"},
        {"_id": "lane:forged", "seq": 2**60, "hash": "0" * 64},
        {"_id": "lane:forged", "seq": 1, "hash": "none"},
        {"_id": 7, "seq": 1, "hash": "0" * 64},
        {"_id": "lane:forged", "seq": 1, "hash": "0" * 64, "changed": DatetimeMS(2**61)},
    ],
)
async def test_a_forged_head_in_the_database_does_not_keep_the_others_from_being_signed(
    system: Context, writer: HeadsWriter, forged: dict[str, object]
) -> None:
    await happen(system, "lane:a")
    await system.db["stream_heads"].insert_one(forged)
    await state(writer, system)
    assert ("lane:a", 1) in stated(writer)[0]


def other_fact(lines: list[bytes]) -> list[bytes]:
    """Change what a statement says, without its key."""
    return [lines[0], lines[1].replace(b'"lane:a",2', b'"lane:a",3'), lines[2]]


def taken_out(lines: list[bytes]) -> list[bytes]:
    """Take a statement out."""
    return [lines[0], lines[2]]


def first_gone(lines: list[bytes]) -> list[bytes]:
    """Take the first statement away."""
    return lines[1:]


def swapped(lines: list[bytes]) -> list[bytes]:
    """Change the order."""
    return [lines[1], lines[0], lines[2]]


def repeated(lines: list[bytes]) -> list[bytes]:
    """Put an old statement in once more."""
    return [*lines, lines[0]]


def foreign_name(lines: list[bytes]) -> list[bytes]:
    """Name a key that cannot be one."""
    return [lines[0], lines[1].replace(KEY.kid.hex().encode(), b"no name!"), lines[2]]


def spaced(lines: list[bytes]) -> list[bytes]:
    """Write the same in another form."""
    return [json.dumps(json.loads(lines[0])).encode(), *lines[1:]]


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (other_fact, "line 2: was changed after it was signed"),
        (taken_out, "line 2: statement 3 follows 1, so one was taken away, moved or put in"),
        (first_gone, "line 1: statement 2 follows nothing, so one was taken away, moved or put in"),
        (swapped, "line 1: statement 2 follows nothing, so one was taken away, moved or put in"),
        (repeated, "line 4: statement 1 follows 3, so one was taken away, moved or put in"),
        (foreign_name, "line 2: is signed by the key no name!, which is not the log's"),
        (spaced, "line 1: is not in canonical form"),
    ],
)
async def test_a_manipulated_file_is_named_by_its_line(
    system: Context, writer: HeadsWriter, forge: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    for _ in range(3):
        await happen(system, "lane:a")
        await state(writer, system)
    path = file_of(writer)
    path.write_bytes(b"\n".join(forge(path.read_bytes().splitlines())) + b"\n")
    with pytest.raises(StatementFailure) as failure:
        read(writer)
    assert str(failure.value).endswith(f"{path.name} {said}")


async def test_a_statement_of_another_key_is_no_statement(system: Context, writer: HeadsWriter) -> None:
    await state(writer, system)
    with pytest.raises(StatementFailure, match=r"is signed by the key .*, which is not the log"):
        read(writer, SigningKey.generate())


async def test_a_file_cut_or_put_back_while_its_process_lives_shows_a_gap(
    system: Context, writer: HeadsWriter
) -> None:
    await state(writer, system)
    older = file_of(writer).read_bytes()
    await state(writer, system)
    file_of(writer).write_bytes(older)
    await state(writer, system)
    with pytest.raises(StatementFailure, match="line 2: statement 3 follows 1"):
        read(writer)
