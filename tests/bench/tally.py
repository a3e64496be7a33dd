"""Adding up what operations cost: the processes' CPU clocks before and after each."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.system import Alone, Used


class Tally:
    """What one kind of operation has used so far."""

    def __init__(self, alone: Alone) -> None:
        self._alone = alone
        self._used = Used()
        self.operations = 0

    @contextmanager
    def counting(self, operations: int = 1) -> Iterator[None]:
        """Count what is used within the block as so many operations."""
        before = self._alone.before()
        yield
        after = self._alone.after()
        self._used = self._used + (after - before)
        self.operations += operations

    @property
    def each(self) -> Used:
        """What one operation used on the average. Raises ZeroDivisionError where there was none."""
        return self._used / self.operations

    def figures(self, unit: str) -> dict[str, tuple[float, str]]:
        """Return the averages as figures."""
        if not self.operations:  # the machine was so slow that nothing came after warming up
            return {"operations": (0.0, "1")}
        return {
            "api_cpu": (self.each.api, unit),
            "database_cpu": (self.each.database, unit),
            "database_requests": (self.each.requests, "1"),
            "operations": (float(self.operations), "1"),
        }
