"""What travels with an event: made once for each event, however many screens listen."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from backend.kit.context import Context
from backend.kit.eventlog import StoredEvent
from backend.kit.live import Live
from backend.lanes import service as lanes
from backend.lanes.service import Card

T = TypeVar("T")
Key = tuple[object, ...]
KEPT = 512  # rows of the log for which some slower screen may still ask


class Kept:
    """What was made lately for rows of the log, of one process. It is made after its row: at least as new."""

    def __init__(self) -> None:
        self._made: OrderedDict[Key, asyncio.Task[Any]] = OrderedDict()

    def task(self, key: Key, making: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Return what makes it, begun now if nobody has asked before. What failed is made anew for the next one."""
        task = self._made.get(key)
        if task is None:
            task = self._made[key] = asyncio.create_task(making())
            task.add_done_callback(lambda done: self._forget_failed(key, done))
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return task

    def _forget_failed(self, key: Key, task: asyncio.Task[Any]) -> None:
        if (task.cancelled() or task.exception() is not None) and self._made.get(key) is task:
            del self._made[key]


_OF_PROCESS: WeakKeyDictionary[Live, Kept] = WeakKeyDictionary()


async def once(
    context: Context, event: StoredEvent, make: Callable[[Context, StoredEvent], Coroutine[Any, Any, T]]
) -> T:
    """Return what `make` makes of the event; the same object for whoever asks with the same `make`."""
    kept = _OF_PROCESS.get(context.live) or _OF_PROCESS.setdefault(context.live, Kept())
    key = (
        make,
        event.stream,
        event.event_id,
    )  # not its number: that comes again after a database was dropped
    task = kept.task(key, lambda: make(context, event))
    return await asyncio.shield(task)  # one screen that leaves must not take it from the others


async def card_of(context: Context, event: StoredEvent) -> Card | None:
    """Return the board's row of the lane or bay that the event speaks of, None where it speaks of neither."""
    place, _, place_id = event.stream.partition(":")
    bay_id = event.ids.get("bay_id")
    if place == "lane":
        return await lanes.card_of_lane(context.db, event.site, place_id)
    if place == "site" and bay_id is not None:
        return await lanes.card_of_bay(context.db, bay_id)
    return None
