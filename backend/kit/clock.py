"""The time, in whole milliseconds UTC: microseconds do not survive BSON and would break the log's hashes."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, UTC, cut to the millisecond."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class FixedClock(Clock):
    """A clock that a test sets and moves."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move on (or back, with a negative span)."""
        self._now += by
