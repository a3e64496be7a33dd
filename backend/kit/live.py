"""One change-stream reader a process, fanned out to its subscribers through bounded queues."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import pymongo
from bson.codec_options import DatetimeConversion
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure, PyMongoError

from backend.kit.clock import Clock
from backend.kit.database import Row
from backend.kit.eventlog import StoredEvent

T = TypeVar("T")
logger = logging.getLogger("clearlane.live")

QUEUE_LENGTH = 256  # unbounded, each dead reader cost 17 MB; bounded, 0.5 MB (measured)
BEYOND_RESUMING = frozenset({260, 280, 286})
"""The server cannot go on where we were: a token it does not know (another database was restored), or one older than
its oplog. Asked again with the same token it would say so for ever."""
PIPELINE = [{"$match": {"operationType": "insert", "ns.coll": {"$in": ["events", "signals"]}}}]
RETRY_SECONDS = 0.5
LOOK_MILLISECONDS = 1000


class Gap(Enum):
    """Said in place of an event when some were not delivered: the subscriber must refetch."""

    OVERFLOW = "you were too slow"
    HISTORY_LOST = "the server was away for too long"


@dataclass(frozen=True)
class Signal:
    """A passing word between processes that no log keeps (work waits, a call rings)."""

    topic: str
    payload: Mapping[str, Any]


class Subscription(Generic[T]):
    """One subscriber's queue. Iterating gives items, or a Gap once when some were dropped."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[T | Gap] = asyncio.Queue(maxsize=QUEUE_LENGTH)
        self._gap: Gap | None = None

    def offer(self, item: T) -> None:
        """Queue the item, or note the gap when the queue is full; never waits, never grows."""
        if self._gap is not None:
            return
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self.interrupt(Gap.OVERFLOW)

    def interrupt(self, gap: Gap) -> None:
        """Drop what waits and say that there is a gap."""
        self._gap = gap
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(gap)

    def waiting(self) -> list[T]:
        """Return and remove what waits now, without a gap mark."""
        items: list[T] = []
        while not self._queue.empty():
            item = self._queue.get_nowait()
            if isinstance(item, Gap):
                self._queue.put_nowait(item)
                break
            items.append(item)
        return items

    def __aiter__(self) -> AsyncIterator[T | Gap]:
        return self

    async def __anext__(self) -> T | Gap:
        item = await self._queue.get()
        if isinstance(item, Gap):
            self._gap = None
        return item


class Live:
    """Reads inserts into the log and the signals, and hands each to the subscribers that want it."""

    def __init__(self, db: AsyncDatabase[Row], clock: Clock) -> None:
        self._db = db
        # Whatever a row holds can be read, be it no text or no time of this world: a stream that fails at a row
        # fails at it for ever, and nobody hears anything any more.
        lenient = db.codec_options.with_options(
            unicode_decode_error_handler="replace", datetime_conversion=DatetimeConversion.DATETIME_AUTO
        )
        self._changes = db.with_options(codec_options=lenient)
        self._clock = clock
        self._events: dict[
            Subscription[StoredEvent] | Subscription[StoredEvent | Signal], Callable[[StoredEvent], bool]
        ] = {}
        self._signals: dict[Subscription[Signal] | Subscription[StoredEvent | Signal], str] = {}
        self._token: Mapping[str, Any] | None = None
        self._has_gap = False
        self._open = asyncio.Event()

    async def run(self) -> None:
        """Read for ever; reopen by the token after a fault. Cancel the task to end it."""
        while True:
            try:
                await self._read()
                logger.warning("the database was dropped, opening the change stream anew")
            except OperationFailure as failure:
                if failure.code in BEYOND_RESUMING:
                    self._token = None
                logger.warning("change stream failed (%s), opening it again", failure.code)
            except PyMongoError as failure:
                logger.warning("change stream lost (%s), opening it again", type(failure).__name__)
            _end_when_cancelled()
            # Said once the next stream is open: who refetched before would miss what happens until then.
            self._has_gap = self._has_gap or self._token is None
            await asyncio.sleep(RETRY_SECONDS)

    async def is_open(self) -> None:
        """Return when the reader sees changes; what commits after that is delivered."""
        await self._open.wait()

    @contextlib.contextmanager
    def subscribe(self, wants: Callable[[StoredEvent], bool]) -> Iterator[Subscription[StoredEvent]]:
        """Deliver each event that `wants` accepts from now until the block ends."""
        subscription: Subscription[StoredEvent] = Subscription()
        self._events[subscription] = wants
        try:
            yield subscription
        finally:
            del self._events[subscription]

    @contextlib.contextmanager
    def subscribe_signals(self, topic: str) -> Iterator[Subscription[Signal]]:
        """Deliver each signal of the topic from now until the block ends."""
        subscription: Subscription[Signal] = Subscription()
        self._signals[subscription] = topic
        try:
            yield subscription
        finally:
            del self._signals[subscription]

    @contextlib.contextmanager
    def subscribe_both(
        self, wants: Callable[[StoredEvent], bool], topic: str
    ) -> Iterator[Subscription[StoredEvent | Signal]]:
        """Deliver the events that `wants` accepts and the topic's signals in one queue, as they come."""
        subscription: Subscription[StoredEvent | Signal] = Subscription()
        self._events[subscription] = wants
        self._signals[subscription] = topic
        try:
            yield subscription
        finally:
            del self._events[subscription]
            del self._signals[subscription]

    async def signal(self, topic: str, payload: Mapping[str, Any] | None = None) -> None:
        """Tell every process's subscribers of the topic; call it after the commit it speaks of."""
        await self._db["signals"].insert_one(
            {"topic": topic, "payload": dict(payload or {}), "at": self._clock.now()}
        )

    async def _read(self) -> None:
        async with await self._changes.watch(
            PIPELINE, resume_after=self._token, max_await_time_ms=LOOK_MILLISECONDS
        ) as stream:
            self._token = stream.resume_token  # a stream lost before it gave anything goes on from here
            if self._has_gap:
                self._interrupt_all(Gap.HISTORY_LOST)
                self._has_gap = False
            self._open.set()
            try:
                await self._deliver_all(stream)
            finally:
                self._open.clear()
        self._token = None  # the database was dropped: there is nothing to resume

    async def _deliver_all(self, stream: AsyncChangeStream[Row]) -> None:
        while stream.alive:
            # The driver's deadline would replace the server's LOOK_MILLISECONDS and be over at the same moment: without
            # it the socket's own limit holds, after which the driver resumes the stream at another member.
            with pymongo.timeout(0):
                change = await stream.try_next()
            _end_when_cancelled()
            self._token = stream.resume_token
            if change is not None:
                self._deliver(change)

    def _deliver(self, change: Mapping[str, Any]) -> None:
        row = change["fullDocument"]
        if change["ns"]["coll"] == "signals":
            signal = Signal(row["topic"], row["payload"])
            for listener, topic in list(self._signals.items()):
                if topic == signal.topic:
                    listener.offer(signal)
            return
        event = StoredEvent.readable(row)
        if event is None:
            return
        for subscription, wants in list(self._events.items()):
            if wants(event):
                subscription.offer(event)

    def _interrupt_all(self, gap: Gap) -> None:
        for events in self._events:
            events.interrupt(gap)
        for signals in self._signals:
            signals.interrupt(gap)


def _end_when_cancelled() -> None:
    """Raise the CancelledError that the driver took for a lost connection when it came while it was reading.

    It resumes the stream then, and whoever cancelled the reader waited for ever: a hub that should end, a test.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
