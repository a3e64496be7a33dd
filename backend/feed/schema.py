"""The subscriptions, and the log as a list."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Annotated

import strawberry

from backend.feed import service
from backend.feed.cards import card_of, once
from backend.feed.patience import patiently
from backend.feed.stream import Missed, Standing
from backend.kit.context import Context
from backend.kit.eventlog import StoredEvent
from backend.kit.graphql import Edge, Info, PageInfo, PermissionTable, page_info
from backend.kit.graphql.permissions import EVERYBODY
from backend.kit.graphql.sharing import OneForAll
from backend.kit.live import Signal
from backend.lanes import service as lanes
from backend.lanes.schema.types import (
    LaneCard,
    Passage,
    StreamPosition,
    optional_id,
    positions_of,
    shown_one,
)
from core.roles import Role


@strawberry.type(description="One fact of an event; never personal data.")
class EventFact:
    """A fact."""

    name: str
    value: str = strawberry.field(
        description="As text; a list as words with spaces between, yes and no as true, false"
    )


@strawberry.type(description="A row of the log: what happened, to whom, in its stream's order.")
class CheckpointEvent:
    """An event."""

    id: strawberry.ID = strawberry.field(description="Rows of one happening in several streams share it")
    stream: str = strawberry.field(description="lane:<id>, trip:<id>, order:<id> or site:<checkpoint>")
    seq: int = strawberry.field(description="Without gap in its stream, from 1")
    kind: str = strawberry.field(description="<domain>.<what>, such as passage.released")
    at: datetime
    actor_role: Role
    trip_id: strawberry.ID | None
    passage_id: strawberry.ID | None
    lane_id: strawberry.ID | None
    bay_id: strawberry.ID | None
    voucher_id: strawberry.ID | None
    order_id: strawberry.ID | None
    capture_id: strawberry.ID | None
    facts: list[EventFact]
    hash: str = strawberry.field(description="SHA-256 over its canonical JSON and its predecessor's hash")

    @classmethod
    def of(cls, event: StoredEvent) -> "CheckpointEvent":
        """Show a row."""
        return cls(
            id=strawberry.ID(event.event_id),
            stream=event.stream,
            seq=event.seq,
            kind=event.kind,
            at=event.at,
            actor_role=event.actor_role,
            trip_id=optional_id(event.ids.get("trip_id")),
            passage_id=optional_id(event.ids.get("passage_id")),
            lane_id=optional_id(event.ids.get("lane_id")),
            bay_id=optional_id(event.ids.get("bay_id")),
            voucher_id=optional_id(event.ids.get("voucher_id")),
            order_id=optional_id(event.ids.get("order_id")),
            capture_id=optional_id(event.ids.get("capture_id")),
            facts=[EventFact(name=name, value=_text(value)) for name, value in sorted(event.facts.items())],
            hash=event.hash,
        )


@strawberry.type(description="A page of the log, newest first.")
class CheckpointEventConnection:
    """A page."""

    edges: list[Edge[CheckpointEvent]]
    page_info: PageInfo


@strawberry.type(
    description="The feed is open and stands at these positions; what you missed and what comes follows."
)
class Ready:
    """The first message, and the one after each Resync."""

    positions: list[StreamPosition]
    at: datetime


@strawberry.type(description="Some events will not come: fetch the present state again. A Ready follows.")
class Resync:
    """A gap, said openly."""

    reason: str


@strawberry.type(
    description="An event of the checkpoint, with the board's row as it stands now where it moves one."
)
class CheckpointEventMessage(OneForAll):
    """An event and its row: officers see one, agencies another, and all officers the same."""

    event: CheckpointEvent
    card: LaneCard | None


@strawberry.type(
    description="A lane's agent is connected; said every ten seconds or so while it is. Passing news, not in the log."
)
class LanePresence:
    """A sign of life."""

    lane_id: strawberry.ID
    agent_seen_at: datetime

    @classmethod
    def of(cls, seen: lanes.AgentSeen) -> "LanePresence":
        """Show it."""
        return cls(lane_id=strawberry.ID(seen.lane_id), agent_seen_at=seen.at)


@strawberry.type(description="An event of the trip.")
class TripEventMessage:
    """An event."""

    event: CheckpointEvent


@strawberry.type(description="An event that concerns the lane, with the passage as it stands now.")
class LaneFeedMessage:
    """An event and its passage."""

    event: CheckpointEvent
    passage: Passage | None = strawberry.field(
        description="Null where the event concerns no passage of this lane"
    )


@strawberry.input(description="A position in an event stream: the number of the last event one knows of.")
class StreamPositionInput:
    """A position."""

    stream: str
    seq: int


CheckpointFeed = Annotated[
    Ready | Resync | CheckpointEventMessage | LanePresence,
    strawberry.union("CheckpointFeed", description="A message of checkpointEvents."),
]
TripFeed = Annotated[
    Ready | Resync | TripEventMessage, strawberry.union("TripFeed", description="A message of tripEvents.")
]
LaneFeed = Annotated[
    Ready | Resync | LaneFeedMessage, strawberry.union("LaneFeed", description="A message of laneFeed.")
]


@strawberry.type
class Query:
    """Root fields about the log."""

    @strawberry.field(
        description="What happened at a checkpoint, newest first, as far as the asker may hear of it"
    )
    async def events(
        self, info: Info, checkpoint_id: strawberry.ID, first: int = 50, after: str | None = None
    ) -> CheckpointEventConnection:
        """Return a page."""
        page = await service.events(info.context, str(checkpoint_id), first, after)
        nodes = [CheckpointEvent.of(StoredEvent.of(row)) for row in page.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)]
        return CheckpointEventConnection(edges=edges, page_info=page_info(page))


@strawberry.type
class Subscription:
    """Root subscriptions."""

    @strawberry.subscription(
        description="What happens at a checkpoint: Ready first, then everything after `after` once and in order. Give "
        "the positions of laneBoard, or those of the last events you saw; a stream you do not name starts at its first "
        "event. Events of trips (for the review queue) and LanePresence come live only and have no position here."
    )
    async def checkpoint_events(
        self, info: Info, checkpoint_id: strawberry.ID, after: list[StreamPositionInput] | None = None
    ) -> AsyncGenerator[CheckpointFeed, None]:
        """Follow a checkpoint."""
        context = info.context
        known = {position.stream: position.seq for position in after} if after is not None else None
        shown = _with_card if context.actor.role is Role.OFFICER else _without_card
        async with aclosing(service.checkpoint(context, str(checkpoint_id), known)) as items:
            async for item in items:
                if isinstance(item, StoredEvent):
                    yield await once(context, item, shown)
                elif isinstance(item, Signal):
                    yield LanePresence.of(lanes.AgentSeen.heard(item.payload))
                else:
                    yield _standing(context, item)

    @strawberry.subscription(
        description="What happens to one trip: Ready first, then every event after number `after`. A driver follows "
        "his own trip, a carrier its orders' trips."
    )
    async def trip_events(
        self, info: Info, trip_id: strawberry.ID, after: int | None = None
    ) -> AsyncGenerator[TripFeed, None]:
        """Follow a trip."""
        context = info.context
        async with aclosing(service.trip(context, str(trip_id), after)) as items:
            async for item in items:
                if isinstance(item, StoredEvent):
                    yield TripEventMessage(event=CheckpointEvent.of(item))
                elif isinstance(item, Standing | Missed):
                    yield _standing(context, item)

    @strawberry.subscription(
        description="What a lane's agent needs to hear: its lane's events after number `after`, officers' decisions "
        "among them, and live what agencies say of the vehicle that stands there, each with the passage as it stands."
    )
    async def lane_feed(
        self, info: Info, lane_id: strawberry.ID, after: int | None = None
    ) -> AsyncGenerator[LaneFeed, None]:
        """Follow a lane."""
        context = info.context
        async with aclosing(service.lane(context, str(lane_id), after)) as items:
            async for item in items:
                if isinstance(item, StoredEvent):
                    passage = await patiently(partial(_passage, context, str(lane_id), item))
                    yield LaneFeedMessage(event=CheckpointEvent.of(item), passage=passage)
                elif isinstance(item, Standing | Missed):
                    yield _standing(context, item)


def _standing(context: Context, item: Standing | Missed) -> Ready | Resync:
    if isinstance(item, Missed):
        return Resync(reason=item.reason)
    return Ready(positions=positions_of(item.positions), at=context.clock.now())


async def _with_card(context: Context, event: StoredEvent) -> CheckpointEventMessage:
    """The board's plates are for officers."""
    card = await patiently(lambda: card_of(context, event))
    shown = LaneCard.of(card) if card is not None else None
    return CheckpointEventMessage(event=CheckpointEvent.of(event), card=shown)


async def _without_card(_context: Context, event: StoredEvent) -> CheckpointEventMessage:
    return CheckpointEventMessage(event=CheckpointEvent.of(event), card=None)


async def _passage(context: Context, lane_id: str, event: StoredEvent) -> Passage | None:
    passage_id = event.ids.get("passage_id")
    found = await (
        lanes.find(context.db, passage_id) if passage_id is not None else lanes.in_lane(context.db, lane_id)
    )
    return await shown_one(context, found) if found is not None and found.lane_id == lane_id else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


OFFICE = frozenset({Role.OFFICER, Role.AGENCY})
HEARERS = OFFICE | {Role.DRIVER, Role.CARRIER, Role.LANE_AGENT}

PERMISSIONS: PermissionTable = {
    "Query.events": OFFICE,
    "Subscription.checkpointEvents": OFFICE,
    "Subscription.tripEvents": OFFICE | {Role.DRIVER, Role.CARRIER},
    "Subscription.laneFeed": frozenset({Role.LANE_AGENT, Role.OFFICER}),
    "EventFact": {"name value": HEARERS},
    "CheckpointEvent": {
        "id stream seq kind at actorRole tripId passageId laneId bayId voucherId orderId captureId facts hash": HEARERS
    },
    "CheckpointEventEdge": {"cursor node": OFFICE},
    "CheckpointEventConnection": {"edges pageInfo": OFFICE},
    "Ready": {"positions at": EVERYBODY},
    "Resync": {"reason": EVERYBODY},
    "CheckpointEventMessage": {"event card": OFFICE},
    "LanePresence": {"laneId agentSeenAt": OFFICE},
    "TripEventMessage": {"event": HEARERS},
    "LaneFeedMessage": {"event passage": frozenset({Role.LANE_AGENT, Role.OFFICER})},
}
