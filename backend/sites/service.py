"""Looking up checkpoints and lanes, and setting up the demo port."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from backend.kit.errors import ProblemCode, Refusal
from backend.sites.model import Bay, Checkpoint, Lane, StoredPolicy
from core.vouchers.claims import Direction, LaneClass
from core.words import Language


@dataclass(frozen=True)
class PlacedLane:
    """A lane with its checkpoint."""

    checkpoint: Checkpoint
    lane: Lane


async def checkpoints() -> list[Checkpoint]:
    """Return all checkpoints, by number."""
    return await Checkpoint.find_all().sort("number").to_list()


async def checkpoint(checkpoint_id: str, session: AsyncClientSession | None = None) -> Checkpoint:
    """Return the checkpoint. Raises Refusal NOT_FOUND."""
    return await _one({"_id": checkpoint_id}, session)


async def lane(lane_id: str, session: AsyncClientSession | None = None) -> PlacedLane:
    """Return the lane with its checkpoint. Raises Refusal NOT_FOUND."""
    place = await _one({"lanes.id": lane_id}, session)
    found = place.lane(lane_id)
    if found is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return PlacedLane(place, found)


async def _one(where: Mapping[str, Any], session: AsyncClientSession | None) -> Checkpoint:
    row = await Checkpoint.get_pymongo_collection().find_one(where, session=session)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    found: Checkpoint = Checkpoint.model_validate(row)
    return found


def demo_port() -> Checkpoint:
    """Return the demo's checkpoint; call it after beanie knows its models."""
    goods = StoredPolicy(lane_class=LaneClass.GOODS)
    southbound = StoredPolicy(
        lane_class=LaneClass.GOODS, directions=[Direction.SOUTHBOUND], accepts_print=True
    )
    return Checkpoint(
        id="liantang",
        number=1,
        names={
            Language.EN: "Liantang Port",
            Language.ZH_HANS: "莲塘口岸",
            Language.ZH_HANT: "蓮塘口岸",
        },
        time_zone="Asia/Hong_Kong",
        lanes=[
            Lane(id="liantang-1", number=1, policy=goods),
            Lane(id="liantang-2", number=2, policy=goods),
            Lane(id="liantang-3", number=3, policy=southbound),
        ],
        bays=[Bay(id=f"liantang-bay-{number}", number=number) for number in range(1, 5)],
    )


async def set_up_demo() -> None:
    """Store the demo port, unless there is a port of that id already."""
    port = demo_port()
    if await Checkpoint.get(port.id) is None:
        with suppress(DuplicateKeyError):  # another process that starts now was quicker
            await port.insert()
