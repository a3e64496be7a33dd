"""A reply is given when a majority of the members has it, and not a moment before."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from pymongo.errors import ConnectionFailure, ExecutionTimeout

from backend.kit.context import Services, UnitOfWork, system_context
from backend.kit.database import is_away
from tests.backend.client import new_key
from tests.drills.replica_set import WAIT_SECONDS, ReplicaSet, until

AWAY = (ConnectionFailure, ExecutionTimeout)
KEY = "key-00000001"


async def scan(services: Services) -> str:
    """Do, under the same key, what has another reply each time it is done."""

    async def work(unit: UnitOfWork) -> str:
        done = new_key()
        await unit.db["scans"].insert_one({"_id": done}, session=unit.session)
        return done

    return await system_context(services, "tests").once("scan", KEY, {}, str, work)


async def known_reply(services: Services) -> str:
    """Ask under the same key until the outcome is known."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with suppress(*AWAY):
                return await scan(services)


async def replies_of(asked: Iterable[asyncio.Task[str]]) -> set[str]:
    """Return the replies that were given; an unknown outcome is none."""
    given = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(reply, str) or is_away(reply) for reply in given), given
    return {reply for reply in given if isinstance(reply, str)}


async def test_a_reply_that_only_the_cut_off_primary_has_is_not_given(
    replica_set: ReplicaSet, services: Services
) -> None:
    primary = replica_set.primary()
    replica_set.cut_off(primary, from_clients=False)
    asked = [asyncio.create_task(scan(services))]

    def written() -> bool:
        with primary.direct() as client:
            return client[services.settings.database]["replies"].count_documents({}) == 1

    await asyncio.to_thread(until, written, "the write that no other member has")
    given = await replies_of(
        [asyncio.create_task(scan(services))]
    )  # the primary does not know yet that it is none
    await asyncio.to_thread(replica_set.step_up, primary)
    given |= await replies_of(asked)
    replica_set.heal()
    await asyncio.to_thread(replica_set.standing)
    last = await known_reply(services)
    assert given <= {last}
    rows = await services.database.collection("scans").find().to_list()
    assert [row["_id"] for row in rows] == [last]
