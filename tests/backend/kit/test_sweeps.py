"""What time does: one item that is refused does not keep the others waiting."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect

from backend.kit.context import Context, Services, UnitOfWork
from backend.kit.sweeps import Sweep, each, run_for_ever
from core.problems import ProblemCode, Refusal


async def test_a_refused_item_is_left_and_the_others_are_changed(system: Context) -> None:
    done: list[str] = []

    async def work(_unit: UnitOfWork, item: str) -> bool:
        if item == "second":
            raise Refusal(ProblemCode.CONFLICT)
        done.append(item)
        return item != "fourth"

    items = ["first", "second", "third", "fourth"]
    assert await each(system, items, work, lambda item: f"test:{item}") == 2
    assert done == ["first", "third", "fourth"]


@pytest.mark.parametrize("failure", [Refusal(ProblemCode.BUSY), AutoReconnect("away")])
async def test_a_sweep_that_could_not_run_runs_again_at_its_next_turn(
    api: Services, failure: Exception
) -> None:
    turns: list[str] = []
    again = asyncio.Event()

    async def run(context: Context) -> int:
        turns.append(context.actor.id)
        if len(turns) == 1:
            raise failure
        again.set()
        return 0

    sweeping = asyncio.create_task(run_for_ever(Sweep("tests", 0.01, run), api))
    async with asyncio.timeout(20):
        await again.wait()
    sweeping.cancel()
    await asyncio.wait({sweeping})
    assert sweeping.cancelled()
    assert turns[:2] == ["tests", "tests"]
