"""Live delivery goes on over an election, and does not wait for a server that hangs."""

import asyncio
from contextlib import suppress

from backend.kit.context import Context, Services, system_context
from backend.kit.eventlog import StoredEvent, positions
from backend.kit.live import Subscription
from tests.backend.kit.test_eventlog import STREAM, write_five
from tests.drills.replica_set import WAIT_SECONDS, ReplicaSet
from tests.drills.test_unsure_replies import AWAY

WITHIN_SECONDS = 20.0
"""A ceiling: the driver gives a server that hangs up after 30 s only."""


async def written(context: Context) -> None:
    """Write five events, some of them again where the outcome stayed unknown."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with suppress(*AWAY):
                return await write_five(context)


async def heard_until(subscription: Subscription[StoredEvent], last: int) -> list[int]:
    """Return the numbers of what is heard up to this one. Fails on a gap."""
    heard: list[int] = []
    async with asyncio.timeout(WITHIN_SECONDS):
        while last not in heard:
            event = await anext(subscription)
            assert isinstance(event, StoredEvent)
            heard.append(event.seq)
    return heard


async def last_of(context: Context) -> int:
    """Return the number of the stream's last event."""
    return (await positions(context.db, [STREAM]))[STREAM]


async def test_what_is_written_after_the_primary_fell_silent_is_heard_once(
    replica_set: ReplicaSet, services: Services
) -> None:
    context = system_context(services, "tests")
    reading = asyncio.create_task(services.live.run())
    await services.live.is_open()
    primary = await asyncio.to_thread(replica_set.primary)
    with services.live.subscribe(lambda event: event.stream == STREAM) as subscription:
        await written(context)
        heard = await heard_until(subscription, await last_of(context))
        replica_set.hide(primary)
        await asyncio.to_thread(replica_set.step_up, primary)
        await written(context)
        heard += await heard_until(subscription, await last_of(context))
        replica_set.heal()
        await asyncio.to_thread(replica_set.standing)
        await written(context)
        heard += await heard_until(subscription, await last_of(context))
    reading.cancel()
    await asyncio.wait({reading})
    assert len(heard) >= 3 * 5
    assert heard == list(range(1, len(heard) + 1))
