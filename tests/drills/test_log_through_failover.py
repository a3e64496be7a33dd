"""The primary dies while the log is read and signed: nothing is read twice, left out or falsely accused."""

import asyncio
from pathlib import Path

import pytest

from backend.kit.context import system_context
from backend.kit.record import scan
from backend.kit.record.heads import HeadsWriter
from backend.kit.record.proof import Witness, verify
from backend.kit.record.scan import Scan, Stored
from backend.settings import Settings
from core.vouchers.keys import KeySet, SigningKey
from scripts.house.ports import free_port
from tests.backend.kit.test_heads import happen
from tests.drills.conftest import opened
from tests.drills.replica_set import ReplicaSet

KEY = SigningKey.from_seed(b"k" * 32)
STREAMS = ("lane:a", "lane:b", "trip:c")
EVENTS = 4


def primary_dies(replica_set: ReplicaSet) -> None:
    """Kill the primary, wait for another one, and start it again."""
    member = replica_set.primary()
    member.kill()
    replica_set.step_up(member)
    member.start()
    replica_set.standing()


async def test_the_primary_dies_while_the_log_is_read_and_signed(
    replica_set: ReplicaSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "PAGE", 2)
    settings = Settings(mongodb_uri=replica_set.uri, database=f"log_{free_port()}", home=tmp_path)
    services = await opened(settings)
    context = system_context(services, "tests")
    for _ in range(EVENTS):
        await happen(context, *STREAMS)
    writer = HeadsWriter(tmp_path / "heads", KEY)
    await writer.state(context.db, context.clock.now())

    read: list[str] = []
    async with services.database.client.start_session() as session:
        async for item in Scan(services.database.db, session).run():
            if isinstance(item, Stored):
                read.append(item.row["_id"])
            if len(read) == EVENTS + 1:
                await asyncio.to_thread(primary_dies, replica_set)
                read.append("another primary")
    assert read.pop(EVENTS + 1) == "another primary"
    assert read == [f"{stream}#{seq + 1}" for stream in STREAMS for seq in range(EVENTS)]

    await happen(context, *STREAMS)
    await writer.state(context.db, context.clock.now())
    writer.close()
    found = await verify(services.database, Witness(tmp_path / "heads", KeySet.of(KEY)))
    assert (found.failure, found.events, found.statements, found.unsigned) == (None, 15, 2, 0)
    await services.database.close()
