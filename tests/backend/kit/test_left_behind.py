"""A process that is killed in the middle of a transaction must not hold up those that live."""

import asyncio
import sys
from dataclasses import dataclass
from typing import ClassVar

from pymongo.errors import PyMongoError

from backend.kit.context import Context, UnitOfWork
from backend.kit.database import is_away
from backend.kit.eventlog import Event, verify
from backend.settings import Settings
from core.roles import Role

STREAM = "site:left-behind"
CEILING_SECONDS = 30.0
"""Against hanging; without a limit of its own the server keeps such a transaction for a minute or more."""

DIES_IN_A_TRANSACTION = """
import sys, time
from pymongo import MongoClient
with MongoClient(sys.argv[1]) as client, client.start_session() as session:
    session.start_transaction()
    client[sys.argv[2]]["stream_heads"].update_one({"_id": sys.argv[3]}, {"$inc": {"seq": 1}}, session=session)
    print("written", flush=True)
    time.sleep(600)
"""


@dataclass(frozen=True, kw_only=True)
class GateHeard(Event):
    """A test's event."""

    kind: ClassVar[str] = "test.gate_heard"
    audience: ClassVar[frozenset[Role]] = frozenset({Role.OFFICER})


async def hear(unit: UnitOfWork) -> None:
    """Write one event to the stream."""
    unit.append(GateHeard(site="test"), STREAM)


async def heard(system: Context) -> bool:
    """Write one event, as somebody who asks again while the outcome is unknown."""
    try:
        await system.transaction(hear, streams=[STREAM])
    except PyMongoError as failure:
        if not is_away(failure):
            raise
        return False
    return True


async def test_the_stream_of_a_process_killed_in_a_transaction_is_written_again_soon(
    system: Context, settings: Settings
) -> None:
    await system.transaction(hear, streams=[STREAM])
    words = [sys.executable, "-c", DIES_IN_A_TRANSACTION, settings.mongodb_uri, settings.database, STREAM]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"written\n"
    process.kill()
    await process.wait()
    async with asyncio.timeout(CEILING_SECONDS):
        while not await heard(system):
            pass
    assert await system.db["events"].count_documents({"stream": STREAM}) == 2
    assert (await verify(system.services.database)).failure is None
