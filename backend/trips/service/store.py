"""Reading trips, and changing one only from the state that was seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.trips import policy, rules, search_keys
from backend.trips.model import Declaration, Trip
from backend.trips.rules import Declared
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal
from core.states import TripState

TRIPS = Trip.Settings.name
ENDED = frozenset(
    {
        TripState.REJECTED,
        TripState.WITHDRAWN,
        TripState.CLEARED,
        TripState.TURNED_BACK,
        TripState.EXPIRED,
    }
)
"""States from which a trip goes nowhere."""
AWAY = (TripState.DRAFT, TripState.SUBMITTED, TripState.UNDER_REVIEW, TripState.APPROVED)
"""States of a trip whose vehicle has not come to a lane."""
LIVE = (
    TripState.SUBMITTED,
    TripState.UNDER_REVIEW,
    TripState.APPROVED,
    TripState.ARRIVED,
    TripState.HELD,
    TripState.DETAINED,
)
"""States in which a trip keeps its vehicle from being declared a second time."""


UNEXAMINED = frozenset({TripState.DRAFT, TripState.WITHDRAWN, TripState.EXPIRED})
"""States in which the declaration may break rules: a draft, or what became of one."""


@dataclass(frozen=True)
class DeclaredTrip:
    """A trip with what its driver declared, in canonical form."""

    trip: Trip
    declared: Declared


def stream_of(trip_id: str) -> str:
    """Return the event stream of a trip, which is also the subject of its vouchers."""
    return f"trip:{trip_id}"


async def find(db: AsyncDatabase[Row], trip_id: str) -> Trip | None:
    """Return the trip as it stands, outside a transaction."""
    row = await db[TRIPS].find_one({"_id": trip_id})
    return Trip.of(row) if row else None


async def find_many(db: AsyncDatabase[Row], trip_ids: Sequence[str]) -> dict[str, Trip]:
    """Return those of these trips that exist, by id."""
    rows = db[TRIPS].find({"_id": {"$in": list(trip_ids)}})
    return {row["_id"]: Trip.of(row) async for row in rows}


async def recent_of_driver(db: AsyncDatabase[Row], driver_id: str, most: int) -> list[Trip]:
    """Return at most so many of the driver's trips, newest first."""
    rows = db[TRIPS].find({"driver_id": driver_id}).sort([("created_at", -1), ("_id", -1)]).limit(most)
    return [Trip.of(row) async for row in rows]


async def current_of_driver(db: AsyncDatabase[Row], driver_id: str) -> Trip | None:
    """Return the driver's newest trip that has not ended, or else his newest one."""
    newest = [("created_at", -1), ("_id", -1)]
    going_on = {"driver_id": driver_id, "state": {"$nin": values(ENDED)}}
    row = await db[TRIPS].find_one(going_on, sort=newest)
    row = row or await db[TRIPS].find_one({"driver_id": driver_id}, sort=newest)
    return Trip.of(row) if row else None


async def load(unit: UnitOfWork, trip_id: str) -> Trip | None:
    """Return the trip as this transaction sees it."""
    row = await unit.db[TRIPS].find_one({"_id": trip_id}, session=unit.session)
    return Trip.of(row) if row else None


async def load_existing(unit: UnitOfWork, trip_id: str) -> Trip:
    """Return the trip. Raises Refusal NOT_FOUND."""
    trip = await load(unit, trip_id)
    if trip is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    return trip


async def load_own(unit: UnitOfWork, trip_id: str) -> Trip:
    """Return the driver's own trip. Raises Refusal NOT_FOUND for any other."""
    trip = await load_existing(unit, trip_id)
    if not policy.is_driver_of(unit.actor, trip):
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    return trip


async def declared(unit: UnitOfWork, trip_id: str) -> DeclaredTrip:
    """Return a submitted trip with its declaration in canonical form.

    Raises:
        Refusal: NOT_FOUND; TRIP_STATE with `state` when it is a draft.
    """
    trip = await load_existing(unit, trip_id)
    return DeclaredTrip(trip, declaration_of(trip))


def declaration_of(trip: Trip) -> Declared:
    """Return the submitted declaration in canonical form. Raises Refusal TRIP_STATE for what may be a draft."""
    if trip.state in UNEXAMINED or trip.submitted_at is None:
        raise Refusal(ProblemCode.TRIP_STATE, args={"state": trip.state.value})
    known = rules.canonical(trip.declaration, trip.submitted_at)
    if known is None:
        raise ValueError(f"trip {trip.id} was submitted with a declaration that lacks what every one has")
    return known


async def used_anchors(unit: UnitOfWork, anchors: Sequence[bytes], trip_id: str) -> bool:
    """Tell whether a voucher was issued for one of the anchors, or another trip has one of them."""
    if await vouchers.used_anchors(unit, anchors):
        return True
    where = {"_id": {"$ne": trip_id}, "anchors": {"$in": list(anchors)}}
    return await unit.db[TRIPS].find_one(where, {"_id": 1}, session=unit.session) is not None


async def change(unit: UnitOfWork, trip_id: str, states: Iterable[TripState], change: Row) -> Trip | None:
    """Apply the change if the trip is still in one of the states; None if it is not."""
    return await change_where(unit, {"_id": trip_id, "state": {"$in": values(states)}}, change)


async def change_where(unit: UnitOfWork, where: Row, change: Row) -> Trip | None:
    """Apply the change to the one trip that matches; a search lists it among the ended ones once its state is one."""
    fields: Row = change.get("$set", {})
    if "state" in fields:
        change = {**change, "$set": {**fields, "search_ended": TripState(fields["state"]) in ENDED}}
    row = await change_if(unit.db[TRIPS], where, change, unit)
    return Trip.of(row) if row else None


def search_fields(trip_id: str, reference: str, declaration: Declaration) -> Row:
    """Return what is stored with a declaration so that the trip is found by it."""
    return {
        "search_keys": search_keys.keys(trip_id, reference, declaration),
        "search_version": search_keys.VERSION,
    }


async def changed(
    unit: UnitOfWork,
    trip_id: str,
    states: Iterable[TripState],
    change_: Row,
    otherwise: ProblemCode = ProblemCode.TRIP_STATE,
) -> Trip:
    """Apply the change. Raises Refusal NOT_FOUND, or `otherwise` with `state` when the trip stands elsewhere."""
    trip = await change(unit, trip_id, states, change_)
    if trip is None:
        present = await load_existing(unit, trip_id)
        raise Refusal(otherwise, args={"state": present.state.value})
    return trip


def values(states: Iterable[TripState]) -> list[str]:
    """Return the states as they are stored."""
    return [state.value for state in states]


def names(trip: Trip) -> dict[str, Any]:
    """Return the ids and the version that each of the trip's events names."""
    ids = {"site": trip.checkpoint_id, "trip_id": trip.id, "version": trip.version}
    return ids | ({"order_id": trip.order_id} if trip.order_id else {})
