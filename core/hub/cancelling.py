"""A cancellation that a library swallowed is raised after all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_kept() -> Iterator[None]:
    """Raise CancelledError at the end when this task was cancelled inside and the block went on as if it was not.

    Until Python 3.12 `asyncio.wait_for`, with which gql connects and asks, gives back a result that is there in
    the very moment of a cancellation, and the cancellation is lost: a listener told to end would listen for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
