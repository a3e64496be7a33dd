"""What each subscription delivers, before it becomes GraphQL."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

from pymongo.errors import PyMongoError

from backend.feed import policy
from backend.feed.patience import patiently
from backend.feed.stream import Item, Missed, Standing, follow
from backend.kit.context import Context
from backend.kit.database import Row
from backend.kit.eventlog import Event, StoredEvent
from backend.kit.live import Signal
from backend.kit.paging import Page, page
from backend.lanes import service as lanes
from backend.sites import service as sites
from backend.trips import service as trips
from core.problems import ProblemCode, Refusal
from core.roles import Role

logger = logging.getLogger("clearlane.feed")

MOST_STREAMS = 100
LEAVES = ("passage.left_lane", "passage.exited", "passage.abandoned")
KEYS = "voucher.key_revoked"
"""Told once at the checkpoint: a lane fetches the keys again at once."""
DESK = ("trip", "clearance", "question", "voucher")
"""Words of the events that move the review queue; they come live, and READY or RESYNC refetches the queue."""


async def checkpoint(
    context: Context, checkpoint_id: str, after: Mapping[str, int] | None
) -> AsyncGenerator[Item, None]:
    """Follow a checkpoint: its board's streams from `after` on, and live its review queue and its lanes' agents.

    Raises Refusal NOT_FOUND or INVALID_INPUT.
    """
    place = await sites.checkpoint(checkpoint_id)
    streams = lanes.streams_of_board(place)
    if after is not None and len(after) > MOST_STREAMS:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["after"], args={"reason": f"at most {MOST_STREAMS}"})

    def of_desk(event: StoredEvent) -> bool:
        return event.site == checkpoint_id and event.stream.startswith("trip:") and _word(event) in DESK

    async with aclosing(
        follow(context, streams, after, of_desk, lanes.presence_topic(checkpoint_id))
    ) as items:
        async for item in _heard(context, items):
            yield item


async def trip(context: Context, trip_id: str, after: int | None) -> AsyncGenerator[Item, None]:
    """Follow one trip from number `after` on. Raises Refusal NOT_FOUND."""
    policy.may_follow_trip(context.actor, await trips.find(context.db, trip_id))
    stream = f"trip:{trip_id}"
    known = {stream: after} if after is not None else None
    async with aclosing(follow(context, [stream], known)) as items:
        async for item in _heard(context, items):
            yield item


async def lane(context: Context, lane_id: str, after: int | None) -> AsyncGenerator[Item, None]:
    """Follow one lane from number `after` on, with what is said of the trip whose vehicle stands in it, and of keys.

    While its agent listens, the hub notes that it is there. Raises Refusal NOT_FOUND.
    """
    policy.may_follow_lane(context.actor, lane_id)
    place = await sites.lane(lane_id)
    stream = f"lane:{lane_id}"
    known = {stream: after} if after is not None else None
    concerned: set[str] = set()

    def of_vehicle(event: StoredEvent) -> bool:
        trip_id = event.ids.get("trip_id", "")
        if event.stream == stream and event.kind == "passage.opened":
            concerned.add(trip_id)
        if event.stream == stream and event.kind in LEAVES:
            concerned.discard(trip_id)
        if event.kind == KEYS:
            return event.site == place.checkpoint.id
        return (
            event.stream.startswith("trip:")
            and trip_id in concerned
            and _word(event) in {"clearance", "voucher"}
        )

    async with (
        _noted(context, place.checkpoint.id, lane_id),
        aclosing(follow(context, [stream], known, also=of_vehicle)) as items,
    ):
        async for item in _heard(context, items):
            if isinstance(item, Standing):  # now that the queue is open, nobody can come in unseen
                concerned |= await patiently(lambda: lanes.open_trips(context.db, lane_id))
            yield item


async def events(context: Context, checkpoint_id: str, first: int, after: str | None) -> Page:
    """Return a page of what the actor may hear of a checkpoint, newest first; a linked event shows once a stream.

    Raises Refusal NOT_FOUND or INVALID_INPUT.
    """
    await sites.checkpoint(checkpoint_id)
    heard = sorted(kind for kind, event in Event.registry.items() if context.actor.role in event.audience)
    where: Row = {"site": checkpoint_id, "kind": {"$in": heard}}
    return await page(context.db["events"], where, [("at", -1), ("_id", -1)], first=first, after=after)


async def _heard(context: Context, items: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
    async for item in items:
        if isinstance(item, Standing | Missed | Signal) or policy.hears(context.actor, item):
            yield item


@asynccontextmanager
async def _noted(context: Context, checkpoint_id: str, lane_id: str) -> AsyncIterator[None]:
    """Note and tell every few seconds that the lane's agent is connected, for as long as the block lasts."""
    if context.actor.role is not Role.LANE_AGENT:
        yield
        return
    noting = asyncio.create_task(_note_agent(context, checkpoint_id, lane_id))
    try:
        yield
    finally:
        noting.cancel()
        await asyncio.wait({noting})  # nothing is written for a lane after its feed has ended


async def _note_agent(context: Context, checkpoint_id: str, lane_id: str) -> None:
    this = asyncio.current_task()
    while True:
        try:
            seen = await context.transaction(lambda unit: lanes.note_agent(unit, lane_id))
            await context.live.signal(lanes.presence_topic(checkpoint_id), seen.told())
        except PyMongoError as failure:
            logger.warning(
                "lane %s: its agent's presence was not noted (%s)", lane_id, type(failure).__name__
            )
        if this is not None and this.cancelling():
            return  # the driver may swallow a cancellation, with an error of its own or with none; the feed waits
        await asyncio.sleep(lanes.NOTED_EVERY.total_seconds())


def _word(event: StoredEvent) -> str:
    return event.kind.partition(".")[0]
