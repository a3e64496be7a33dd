"""An event loop whose time is counted, not waited for: hours of a lane take a moment, and the same order each time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from concurrent.futures import Future as Worked
from concurrent.futures import wait as wait_for
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Args = TypeVarTuple("Args")

BEGINS = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


class _Skipping(selectors.DefaultSelector):
    """Never waits: what would be waiting is added to the time."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Look, and skip the time until the next timer."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits for something that will never come")
        if not ready and timeout:
            self.skipped += timeout
        return ready


class CountedLoop(asyncio.SelectorEventLoop):
    """Runs what is ready; when nothing is, it is later."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Return the seconds skipped so far."""
        return self._skipping.skipped

    def now(self) -> datetime:
        """Return the wall clock of this night."""
        return BEGINS + timedelta(seconds=self.time())

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Args], T], *args: *Args
    ) -> asyncio.Future[T]:
        """Have the thread do it at once and tell a moment later, so that the order is always the same."""
        assert executor is not None
        done: asyncio.Future[T] = self.create_future()
        worked = executor.submit(func, *args)
        wait_for({worked})
        self.call_soon(_hand_on, worked, done)
        return done


def _hand_on(worked: Worked[T], done: asyncio.Future[T]) -> None:
    error = worked.exception()
    if done.cancelled():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(worked.result())


def run_at_night(work: Callable[[CountedLoop], Coroutine[Any, Any, T]]) -> T:
    """Run something on a loop of its own from its beginning to its end."""
    with asyncio.Runner(loop_factory=CountedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, CountedLoop)
        return runner.run(work(loop))
