"""A task that was told to end ends, also where a library keeps the cancellation to itself."""

import asyncio

import pytest

from core.hub.cancelling import cancellation_kept

PATIENCE = 30.0


async def test_a_task_cancelled_as_its_answer_comes_ends() -> None:
    answered, went_on = asyncio.Event(), asyncio.Event()

    async def asking() -> None:
        with cancellation_kept():
            await asyncio.wait_for(answered.wait(), PATIENCE)
        went_on.set()

    task = asyncio.create_task(asking())
    await asyncio.sleep(0)  # it asks
    await asyncio.sleep(0)  # and the question waits
    answered.set()
    await asyncio.sleep(0)  # the answer is there, and nobody has told the task
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE)
    assert task.cancelled()
    assert not went_on.is_set()


async def test_a_task_that_was_cancelled_before_may_still_ask_its_last_question() -> None:
    asked = asyncio.Event()

    async def asking() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            with cancellation_kept():
                await asyncio.sleep(0)
            asked.set()

    task = asyncio.create_task(asking())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asked.is_set()
