"""Vehicles leave; the barrier says where it stands; a lane tells what it refused by itself."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.lanes import policy, rules
from backend.lanes.events import (
    BarrierClosed,
    BarrierEvent,
    BarrierOpened,
    BarrierOpening,
    BarrierUnknown,
    PassageAbandoned,
    PassageExited,
    PassageLeftLane,
    ScanRefused,
)
from backend.lanes.model import BarrierState, DepartureWay, Passage, PlaceKind
from backend.lanes.service import facts, store
from backend.lanes.service.opening import LANE
from backend.orders.rules import instant
from backend.sites import service as sites
from backend.vouchers import service as vouchers
from core.canonical import millis
from core.passages import PassageState
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import TripState

logger = logging.getLogger("clearlane.lanes")

VOUCHER_ID = re.compile("[0-9a-f]{24}")
MOST_REFUSED = 1_000_000
"""Codes that one entry of the log may stand for: a lane counts those of a minute, or of an outage."""
SILENT_FOR = timedelta(minutes=10)
"""A vehicle in a lane of which nothing was heard for so long is no longer there."""
DECIDED_FOR = timedelta(hours=1)
"""Nor is one at a bay that was released or refused so long ago; who waits there for an officer stays for ever."""

BARRIER_EVENTS: dict[BarrierState, type[BarrierEvent]] = {
    BarrierState.OPENING: BarrierOpening,
    BarrierState.OPENED: BarrierOpened,
    BarrierState.CLOSED: BarrierClosed,
    BarrierState.UNKNOWN: BarrierUnknown,
}


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A vehicle left: from the agent's lane, or, with no lane, from a bay as an officer saw it."""

    passage_id: str
    lane_id: str | None
    way: DepartureWay
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LaneRefusal:
    """Codes that a lane refused by itself for one reason, and when; the voucher's id where it could be read."""

    lane_id: str
    code: ProblemCode
    voucher_id: str | None
    at: datetime
    count: int = 1
    until: datetime | None = None
    """When the last of several was shown."""


async def report_departure(unit: UnitOfWork, departure: Departure) -> Passage:
    """Free the place the vehicle has left. Said twice, it changes nothing more.

    Raises Refusal FORBIDDEN, NOT_FOUND, PASSAGE_NOT_OPEN or PASSAGE_STATE (a vehicle that was not released does not
    leave under the barrier).
    """
    passage = await _of_reporter(unit, departure)
    if departure.way is DepartureWay.BARRIER:
        return await _exited(unit, passage, departure.at)
    if departure.way is DepartureWay.TO_BAY:
        return await _to_bay(unit, passage, departure.at)
    return await _turned_back(unit, passage, departure.at)


async def report_barrier(
    unit: UnitOfWork, passage_id: str, lane_id: str, state: BarrierState, at: datetime
) -> Passage:
    """Keep what the barrier says. Raises Refusal FORBIDDEN or NOT_FOUND."""
    passage = await facts.of_lane(unit, passage_id, lane_id)
    changed = await store.change(unit, passage, {"barrier": state})
    unit.append(BARRIER_EVENTS[state](**facts.names(changed), said_at=millis(instant(at))), f"lane:{lane_id}")
    return changed


async def report_refusal(unit: UnitOfWork, refused: LaneRefusal) -> ProblemCode:
    """Record what a lane refused by itself. Raises Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT."""
    policy.may_run_lane(unit.actor, refused.lane_id)
    if refused.voucher_id is not None and not VOUCHER_ID.fullmatch(refused.voucher_id):
        raise Refusal(ProblemCode.INVALID_INPUT, path=["voucherId"], args={"reason": "24 hex digits"})
    if not 1 <= refused.count <= MOST_REFUSED:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["count"], args={"reason": f"1 to {MOST_REFUSED}"})
    place = await sites.lane(refused.lane_id, unit.session)
    event = ScanRefused(
        site=place.checkpoint.id,
        lane_id=refused.lane_id,
        voucher_id=refused.voucher_id,
        code=refused.code.value,
        found_by=LANE,
        shown_at=millis(instant(refused.at)),
        count=refused.count if refused.count > 1 else None,
        shown_until=millis(instant(refused.until)) if refused.until is not None else None,
    )
    unit.append(event, f"lane:{refused.lane_id}")
    return refused.code


async def abandon_silent(context: Context) -> int:
    """End the visits of vehicles that are no longer where they stood though nobody saw them leave."""
    ended = 0
    ids = {"lane_id": 1, "trip_id": 1, "checkpoint_id": 1}
    for row in (
        await context.db[store.PASSAGES].find(_silent(context.clock.now()), ids).limit(100).to_list(100)
    ):

        async def end(unit: UnitOfWork, passage_id: str = row["_id"]) -> bool:
            found = await store.matching(unit, _silent(unit.now) | {"_id": passage_id})
            for passage in found:
                await _leave_unseen(unit, passage)
            return bool(found)

        streams = [f"lane:{row['lane_id']}", f"trip:{row['trip_id']}", f"site:{row['checkpoint_id']}"]
        try:
            ended += await context.transaction(end, streams=streams)
        except Refusal as refusal:  # one that cannot be ended must not keep the others from it
            logger.warning("passage %s stays where it is: %s", row["_id"], refusal.code.value)
    return ended


def _silent(now: datetime) -> Row:
    """Which vehicles are gone: from a lane whoever it was, from a bay only whom nothing keeps there."""
    decided = [PassageState.RELEASED.value, PassageState.REFUSED.value]
    in_lane = {"occupied_lane": {"$type": "string"}, "changed_at": {"$lte": now - SILENT_FOR}}
    at_bay = {"occupied_bay": {"$type": "string"}, "changed_at": {"$lte": now - DECIDED_FOR}}
    return {"$or": [in_lane, {**at_bay, "occupied_lane": None, "state": {"$in": decided}}]}


async def _of_reporter(unit: UnitOfWork, departure: Departure) -> Passage:
    if unit.actor.role is Role.OFFICER:
        return await store.load(unit, departure.passage_id)
    if departure.lane_id is None:
        raise Refusal(ProblemCode.FORBIDDEN, path=["laneId"], args={"needs": Role.OFFICER.value})
    return await facts.of_lane(unit, departure.passage_id, departure.lane_id)


async def _exited(unit: UnitOfWork, passage: Passage, at: datetime) -> Passage:
    if passage.state is PassageState.EXITED:
        return passage
    store.need_state(passage, {PassageState.RELEASED})
    freed = {"occupied_lane": None, "occupied_bay": None, "exited_at": _moment(unit, passage, at)}
    if passage.occupied_lane is not None:
        freed["left_lane_at"] = freed["exited_at"]
    changed = await store.change(unit, passage, {**freed, "state": PassageState.EXITED})
    unit.append(PassageExited(**facts.names(passage)), passage.stream, passage.trip_stream)
    return changed


async def _to_bay(unit: UnitOfWork, passage: Passage, at: datetime) -> Passage:
    if passage.occupied_lane is None:
        return passage
    if passage.place.kind is not PlaceKind.BAY:
        if passage.state is PassageState.RELEASED:
            return await _released_in_vain(unit, passage, at, DepartureWay.TO_BAY)
        raise store.wrong_state(passage)
    changed = await store.change(unit, passage, _off_lane(unit, passage, at))
    await _tell_left_lane(unit, passage, DepartureWay.TO_BAY)
    return changed


async def _turned_back(unit: UnitOfWork, passage: Passage, at: datetime) -> Passage:
    if passage.occupied_lane is None and passage.occupied_bay is None:
        return passage
    freed = {**_off_lane(unit, passage, at), "occupied_bay": None}
    if passage.state is PassageState.RELEASED:
        return await _released_in_vain(unit, passage, at, DepartureWay.TURN_BACK)
    if passage.state is PassageState.REFUSED:
        changed = await store.change(unit, passage, freed)
        await facts.mark_trip(unit, passage, TripState.TURNED_BACK)
        await _tell_left_lane(unit, passage, DepartureWay.TURN_BACK)
        return changed
    store.need_state(passage, rules.UNDECIDED | {PassageState.DIVERTED})
    return await _abandon(unit, passage, freed, DepartureWay.TURN_BACK.value)


async def _released_in_vain(unit: UnitOfWork, passage: Passage, at: datetime, way: DepartureWay) -> Passage:
    """The vehicle did not drive through: its place is free, its code stays spent, and an officer has to look."""
    fault = {**_off_lane(unit, passage, at), "occupied_bay": None, "state": PassageState.FAULT}
    changed = await store.change(unit, passage, fault)
    await _tell_left_lane(unit, passage, way)
    return changed


async def _leave_unseen(unit: UnitOfWork, passage: Passage) -> None:
    now = unit.now
    if passage.place.kind is PlaceKind.BAY and passage.occupied_lane is not None:
        await _to_bay(unit, passage, now)  # whatever was decided there, that is where it is
    elif passage.state is PassageState.RELEASED:
        await _exited(unit, passage, now)
    elif passage.state is PassageState.REFUSED:
        await _turned_back(unit, passage, now)
    else:
        await _abandon(unit, passage, _off_lane(unit, passage, now), "UNSEEN")


async def _abandon(
    unit: UnitOfWork, passage: Passage, freed: dict[str, datetime | None], way: str
) -> Passage:
    changed = await store.change(unit, passage, {**freed, "state": PassageState.ABANDONED})
    await vouchers.thaw(unit, passage.voucher_id, passage.id)
    await facts.mark_trip(unit, passage, TripState.APPROVED)  # it may come again, with the same code
    unit.append(PassageAbandoned(**facts.names(passage), way=way), passage.stream)
    return changed


async def _tell_left_lane(unit: UnitOfWork, passage: Passage, way: DepartureWay) -> None:
    streams = [f"lane:{passage.lane_id}"]
    if passage.stream not in streams and way is not DepartureWay.TO_BAY:
        # the bay is free too: whoever shows it follows the checkpoint's stream
        streams.append(passage.stream)
    unit.append(PassageLeftLane(**facts.names(passage), way=way.value), *streams)


def _off_lane(unit: UnitOfWork, passage: Passage, at: datetime) -> dict[str, datetime | None]:
    left = passage.left_lane_at or _moment(unit, passage, at)
    return {"occupied_lane": None, "left_lane_at": left}


def _moment(unit: UnitOfWork, passage: Passage, at: datetime) -> datetime:
    """The reported moment, if it can be true: not before the opening and not in the future."""
    return min(max(instant(at), passage.opened_at), unit.now)
