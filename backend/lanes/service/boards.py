"""The board: each lane and bay of a checkpoint with the vehicle that stands there now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit import eventlog
from backend.kit.database import Row
from backend.lanes.model import Passage
from backend.lanes.service import presence, reading
from backend.sites import service as sites
from backend.sites.model import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Card:
    """One row: a lane, a bay, or a vehicle on its way from the one to the other; no passage where nobody stands."""

    lane_id: str | None
    bay_id: str | None
    open: bool
    passage: Passage | None
    agent_seen_at: datetime | None


@dataclass(frozen=True)
class Board:
    """All rows, with the positions of the streams that move them: read before the rows, so nothing is missed."""

    checkpoint: Checkpoint
    lanes: tuple[Card, ...]
    bays: tuple[Card, ...]
    positions: Mapping[str, int]


async def board(db: AsyncDatabase[Row], checkpoint_id: str) -> Board:
    """Return the checkpoint's board as it stands. Raises Refusal NOT_FOUND."""
    checkpoint = await sites.checkpoint(checkpoint_id)
    positions = await eventlog.positions(db, streams_of_board(checkpoint))
    standing = await reading.standing(
        db, [lane.id for lane in checkpoint.lanes], [bay.id for bay in checkpoint.bays]
    )
    seen = await presence.agents_seen(db, [lane.id for lane in checkpoint.lanes])
    lanes = tuple(
        _lane_card(lane.id, lane.open, standing.get(lane.id), seen.get(lane.id)) for lane in checkpoint.lanes
    )
    return Board(
        checkpoint,
        lanes,
        tuple(_bay_card(bay.id, standing.get(bay.id)) for bay in checkpoint.bays),
        positions,
    )


async def card_of_lane(db: AsyncDatabase[Row], checkpoint_id: str, lane_id: str) -> Card:
    """Return the lane's row as it stands. Raises Refusal NOT_FOUND."""
    checkpoint = await sites.checkpoint(checkpoint_id)
    lane = checkpoint.lane(lane_id)
    standing = await reading.standing(db, [lane_id], [])
    seen = await presence.agents_seen(db, [lane_id])
    return _lane_card(lane_id, lane is not None and lane.open, standing.get(lane_id), seen.get(lane_id))


async def card_of_bay(db: AsyncDatabase[Row], bay_id: str) -> Card:
    """Return the bay's row as it stands."""
    standing = await reading.standing(db, [], [bay_id])
    return _bay_card(bay_id, standing.get(bay_id))


def streams_of_board(checkpoint: Checkpoint) -> list[str]:
    """Return the streams whose events change the board: its lanes', and the checkpoint's own for its bays."""
    return [*(f"lane:{lane.id}" for lane in checkpoint.lanes), f"site:{checkpoint.id}"]


def since(card: Card) -> datetime | None:
    """Return since when the vehicle is where the row shows it."""
    if card.passage is None:
        return None
    ids = {card.lane_id, card.bay_id}
    places = [place for place in card.passage.places if place.id in ids]
    return places[-1].since if places else card.passage.opened_at


def _lane_card(lane_id: str, is_open: bool, passage: Passage | None, seen_at: datetime | None) -> Card:
    bay_id = passage.occupied_bay if passage is not None else None
    return Card(lane_id=lane_id, bay_id=bay_id, open=is_open, passage=passage, agent_seen_at=seen_at)


def _bay_card(bay_id: str, passage: Passage | None) -> Card:
    lane_id = passage.occupied_lane if passage is not None else None
    return Card(lane_id=lane_id, bay_id=bay_id, open=True, passage=passage, agent_seen_at=None)
