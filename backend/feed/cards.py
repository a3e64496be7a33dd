"""The board row that travels with an event: fetched once for each event, however many screens listen."""

import asyncio
from collections import OrderedDict
from weakref import WeakKeyDictionary

from backend.kit.context import Context
from backend.kit.eventlog import StoredEvent
from backend.kit.live import Live
from backend.lanes import service as lanes
from backend.lanes.service import Card

KEPT = 512  # events whose row some slower screen may still ask for


class Cards:
    """Rows by event, of one process. A row is fetched after its event, so it is at least as new."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, asyncio.Task[Card | None]] = OrderedDict()

    async def of(self, context: Context, event: StoredEvent) -> Card | None:
        """Return the row of the lane or bay that the event speaks of, None where it speaks of neither."""
        task = self._rows.get(event.event_id)
        if task is None:
            task = asyncio.create_task(_fetch(context, event))
            self._rows[event.event_id] = task
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        return await asyncio.shield(task)  # one screen that leaves must not take the row from the others


_OF_PROCESS: WeakKeyDictionary[Live, Cards] = WeakKeyDictionary()


def cards_of(live: Live) -> Cards:
    """Return the rows that belong to this process's reader."""
    return _OF_PROCESS.setdefault(live, Cards())


async def _fetch(context: Context, event: StoredEvent) -> Card | None:
    place, _, place_id = event.stream.partition(":")
    bay_id = event.ids.get("bay_id")
    if place == "lane":
        return await lanes.card_of_lane(context.db, event.site, place_id)
    if place == "site" and bay_id is not None:
        return await lanes.card_of_bay(context.db, bay_id)
    return None
