"""Follow event streams from a position: first where they stand, then what was missed, then what comes."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from backend.feed.patience import patiently
from backend.kit import eventlog
from backend.kit.context import Context
from backend.kit.eventlog import StoredEvent
from backend.kit.live import Gap, Signal, Subscription

MOST_REPLAYED = 500
"""Events of one stream; whoever is further behind fetches the board again, which costs less."""
AT_A_TIME = 100

Filter = Callable[[StoredEvent], bool]


@dataclass(frozen=True)
class Standing:
    """The streams' last numbers; what follows this message begins there, or with what was missed before it."""

    positions: Mapping[str, int]


@dataclass(frozen=True)
class Missed:
    """Some events will not be delivered: fetch the present state again. A Standing follows."""

    reason: str


Item = Standing | Missed | StoredEvent | Signal
NO_TOPIC = ""


async def follow(
    context: Context,
    streams: Sequence[str],
    after: Mapping[str, int] | None,
    also: Filter | None = None,
    topic: str = NO_TOPIC,
) -> AsyncGenerator[Item, None]:
    """Yield Standing first, then each event of the streams once and in order, for ever.

    With `after`, what follows those positions is replayed from the log; a stream that it does not name from its
    first event. Queue first, then read the log, then drop what the queue has double: nothing is lost between.
    `also` is shown every event as it comes, and chooses those of other streams: they come live only and have no
    position here, as have the signals of `topic`.
    """
    wanted = frozenset(streams)
    with context.live.subscribe_both(
        lambda event: (also is not None and also(event)) or event.stream in wanted, topic
    ) as queue:
        heads = await eventlog.positions(context.db, list(streams))
        yield Standing(heads)
        async for item in _missed(context, heads, after):
            yield item
        async with aclosing(_live(context, queue, wanted, dict(heads))) as items:
            async for item in items:
                yield item


async def _missed(
    context: Context, heads: Mapping[str, int], after: Mapping[str, int] | None
) -> AsyncGenerator[Item, None]:
    """Yield what happened after these positions; nothing for who gives none."""
    if after is None:
        return
    if reason := _beyond_replay(heads, after):
        yield Missed(reason)
        yield Standing(heads)
        return
    for stream, head in heads.items():
        async for event in _between(context, stream, after.get(stream, 0), head):
            yield event


async def _live(
    context: Context,
    queue: Subscription[StoredEvent | Signal],
    wanted: frozenset[str],
    last: dict[str, int],
) -> AsyncGenerator[Item, None]:
    async for item in queue:
        if isinstance(item, Gap):
            yield Missed(item.value)
            last = await patiently(lambda: eventlog.positions(context.db, sorted(wanted)))
            yield Standing(dict(last))
            continue
        if isinstance(item, Signal) or item.stream not in wanted:
            yield item
            continue
        async for event in _between(context, item.stream, last[item.stream], item.seq - 1):
            yield event
        if item.seq > last[item.stream]:
            yield item
            last[item.stream] = item.seq


async def _between(
    context: Context, stream: str, after: int, until: int
) -> AsyncGenerator[StoredEvent, None]:
    """Yield the stream's events numbered after + 1 to until."""
    while after < until:
        most = min(AT_A_TIME, until - after)
        for event in await patiently(partial(eventlog.read, context.db, stream, after, most)):
            yield event
        after += most  # not the last one's number: what cannot be read here is not among them


def _beyond_replay(heads: Mapping[str, int], after: Mapping[str, int]) -> str | None:
    """Return why these positions cannot be resumed, or None when they can."""
    for stream, head in heads.items():
        position = after.get(stream, 0)
        if not 0 <= position <= head:
            return f"there is no position {position} in {stream}"
        if head - position > MOST_REPLAYED:
            return f"{stream} is {head - position} events ahead of you"
    return None
