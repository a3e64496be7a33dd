"""Each test begins with an empty hub, even if a request of the test before it still runs."""

import asyncio

from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.lanes.steps import Port, count
from tests.conftest import ServedHub, empty

__all__ = ["agent", "port", "worker"]

A_WHILE = 0.2  # long enough for an emptying that does not wait


async def test_emptying_waits_for_the_request_under_way(port: Port, api: ServedHub) -> None:
    async with api.database.locks.held(["lane:liantang-1"]):
        asking = asyncio.create_task(port.scan("no code of ours"))
        while not api.under_way:
            assert not asking.done(), "it was answered though its lane was locked"
            await asyncio.sleep(0)
        emptying = asyncio.create_task(empty(api))
        emptied, _ = await asyncio.wait({emptying}, timeout=A_WHILE)
    refused = await asking
    await emptying

    assert not emptied
    assert refused["code"] == "CODE_NOT_OURS"
    assert await count(api, "events") == await count(api, "replies") == 0
