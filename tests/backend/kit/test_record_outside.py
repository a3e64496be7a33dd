"""What leaves the hub and what happens meanwhile: exports, copies, strangers, traffic."""

import asyncio
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from pymongo.read_concern import ReadConcern

from backend.kit.record import scan
from backend.kit.record.proof import verify
from backend.kit.record.scan import Scan, Stored
from backend.kit.record.statements import files_of
from core.vouchers.keys import SigningKey
from tests.backend.kit import forging
from tests.backend.kit.forging import OTHER, STREAM, setting
from tests.backend.kit.kept import Kept, stranger_says
from tests.backend.kit.test_record import CHANGED


async def test_a_clock_that_goes_back_leaves_the_log_proven(kept: Kept) -> None:
    kept.clock.advance(-timedelta(hours=3))
    await kept.happen(STREAM)
    await kept.minute()
    found = await kept.verify()
    assert (found.failure, found.events, found.unsigned) == (None, 8, 0)
    assert (await kept.stranger()).startswith("ok 8 events")


async def test_a_log_without_statements_is_proven_by_its_own_hashes_and_says_so(kept: Kept) -> None:
    found = await verify(kept.context.services.database)
    assert (found.failure, found.events, found.statements, found.until) == (None, 7, 0, None)


async def test_one_stream_is_proven_and_exported_by_itself(kept: Kept) -> None:
    await setting(site="elsewhere")(kept.db)
    assert (await kept.verify(OTHER)).failure is None
    assert (await kept.verify(STREAM)).failure == f"lane:test#3: {CHANGED}"
    file = await kept.exported(OTHER)
    assert stranger_says(file).startswith("ok 2 events in 1 streams (only trip:test), 2 signed statements")
    await forging.stream_gone(kept.db)
    assert stranger_says(await kept.exported(OTHER)).startswith("BAD trip:test#2: its head was signed")


async def test_an_export_is_the_same_each_time_and_holds_nobodys_plate(kept: Kept) -> None:
    first = (await kept.exported()).read_bytes()
    assert (await kept.exported()).read_bytes() == first
    assert "粤B12345".encode() not in first
    assert orjson.loads(first.splitlines()[-1]) == {"end": {"events": 7, "statements": 2, "streams": 2}}


async def test_a_stranger_notices_an_export_that_was_cut_or_changed_or_signed_by_another(kept: Kept) -> None:
    file = await kept.exported()
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    assert stranger_says(file) == "BAD the export is not whole"
    file.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert stranger_says(file).endswith("one before it was taken away, moved or put in")
    file.write_bytes(b"".join(lines).replace(b'["lane:test",5', b'["lane:test",6'))
    assert stranger_says(file).endswith("was changed after it was signed, or by another key")
    file.write_bytes(b"".join(lines).replace(b'"site":"test"', b'"site":"elsewhere","site":"test"', 1))
    assert stranger_says(file).startswith("BAD a name that stands twice among ")
    file.write_bytes(b"".join(lines))
    assert stranger_says(file, key=SigningKey.generate()).endswith("or by another key")


async def test_copies_carried_away_convict_who_holds_database_files_and_key(
    kept: Kept, tmp_path: Path
) -> None:
    (file,) = files_of(kept.written)
    copy = tmp_path / "carried-away.jsonl"
    copy.write_bytes(file.read_bytes())
    await forging.recomputed(kept.db)
    kept.writer.close()
    file.unlink()
    await kept.minute()  # signed anew, as if it had always been so
    assert (await kept.verify()).failure is None
    assert (await kept.stranger()).startswith("ok 7 events")
    said = await kept.stranger([copy])
    assert said.startswith("BAD statement 1 of ")
    assert said.endswith("two different ones were signed")


async def test_it_proves_a_log_that_is_being_written(kept: Kept) -> None:
    done = asyncio.Event()

    async def traffic() -> int:
        written = 0
        while not done.is_set():
            written += 1
            await kept.happen(STREAM, OTHER, f"trip:{written}")
            if written % 10 == 0:
                await kept.writer.state(kept.db, kept.clock.now())
        return written

    writing = asyncio.create_task(traffic())
    found = [await kept.verify() for _ in range(20)]
    exports = [await kept.stranger() for _ in range(5)]
    done.set()
    assert [each.failure for each in found] == [None] * 20
    assert [said[:3] for said in exports] == ["ok "] * 5
    assert found[-1].events > found[0].events
    written = await writing
    assert (await kept.verify()).events == 7 + 3 * written


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_pages_of_any_size_give_the_same_proof(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(scan, "PAGE", size)
    await kept.happen("lane:before", "trip:after")
    found = await kept.verify()
    assert (found.failure, found.events, found.streams, found.unsigned) == (None, 9, 4, 2)
    await setting(site="elsewhere")(kept.db)
    assert (await kept.verify()).failure == f"lane:test#3: {CHANGED}"


async def test_a_cursor_that_is_lost_on_the_way_is_opened_again_where_it_stood(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "PAGE", 2)
    admin = kept.db.client.get_database(
        "admin", read_concern=ReadConcern("local")
    )  # $currentOp takes no other
    read: list[str] = []
    lost = 0
    async with kept.db.client.start_session() as session:
        async for item in Scan(kept.db, session).run():
            if not isinstance(item, Stored):
                continue
            read.append(item.row["_id"])
            idle = await admin.aggregate([{"$currentOp": {"idleCursors": True}}])
            cursors = [
                found["cursor"]["cursorId"]
                async for found in idle
                if found["type"] == "idleCursor" and found["ns"] == f"{kept.db.name}.events"
            ]
            if cursors:
                killed = await kept.db.command("killCursors", "events", cursors=cursors)
                lost += len(killed["cursorsKilled"])
    assert lost >= 3
    assert read == [f"lane:test#{seq}" for seq in range(1, 6)] + ["trip:test#1", "trip:test#2"]
