"""Reading and changing the one clearances document of a trip; every change raises its version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from backend.clearances import rules
from backend.clearances.model import Clearances
from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from core.passages import ClearanceFact
from core.problems import ProblemCode, Refusal
from core.states import InspectionNeed

CLEARANCES = Clearances.Settings.name


@dataclass(frozen=True)
class ClearancesSnapshot:
    """What a lane's decision needs of the clearances, and the version it was taken at."""

    version: int
    clearances: tuple[ClearanceFact, ...]
    inspection: InspectionNeed


def snapshot_of(document: Clearances) -> ClearancesSnapshot:
    """Return what a lane's decision needs of the document."""
    facts = tuple(
        ClearanceFact(item.agency, item.state, item.hold.kind if item.hold else None)
        for item in document.items
    )
    return ClearancesSnapshot(document.version, facts, rules.inspection_need(document.items))


async def find(
    db: AsyncDatabase[Row], trip_id: str, session: AsyncClientSession | None = None
) -> Clearances | None:
    """Return the trip's clearances as they stand, None before its first submission."""
    row = await db[CLEARANCES].find_one({"_id": trip_id}, session=session)
    return Clearances.of(row) if row else None


async def find_many(db: AsyncDatabase[Row], trip_ids: Sequence[str]) -> dict[str, Clearances]:
    """Return the clearances of those of these trips that have any, by trip id."""
    rows = db[CLEARANCES].find({"_id": {"$in": list(trip_ids)}})
    return {row["_id"]: Clearances.of(row) async for row in rows}


async def snapshot(
    db: AsyncDatabase[Row], trip_id: str, session: AsyncClientSession | None = None
) -> ClearancesSnapshot | None:
    """Return what a lane needs to know, without deciding on it."""
    document = await find(db, trip_id, session)
    return snapshot_of(document) if document else None


async def freeze_for_release(
    unit: UnitOfWork, trip_id: str, version: int | None = None
) -> ClearancesSnapshot:
    """Raise the version and return the verdicts as they stand: a hold of the same moment conflicts with the release.

    Raises:
        Refusal: NOT_FOUND; CONFLICT when they are no longer at `version`, where one is given.
    """
    document = await load(unit, trip_id)
    if version is not None and document.version != version:
        raise Refusal(ProblemCode.CONFLICT)
    return snapshot_of(await change(unit, document, {}))


async def load(unit: UnitOfWork, trip_id: str) -> Clearances:
    """Return the clearances as this transaction sees them. Raises Refusal NOT_FOUND."""
    document = await find(unit.db, trip_id, unit.session)
    if document is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    return document


async def change(unit: UnitOfWork, document: Clearances, values: dict[str, Any]) -> Clearances:
    """Set the values and raise the version. Raises Refusal CONFLICT when somebody was quicker."""
    where = {"_id": document.id, "version": document.version}
    update = {"$inc": {"version": 1}} | ({"$set": values} if values else {})
    row = await change_if(unit.db[CLEARANCES], where, update, unit)
    if row is None:
        raise Refusal(ProblemCode.CONFLICT)
    return Clearances.of(row)


async def open_round(unit: UnitOfWork, document: Clearances) -> None:
    """Store a new round of clearances in place of an earlier one of the same trip."""
    earlier = await find(unit.db, document.id, unit.session)
    version = earlier.version + 1 if earlier else 1
    row = document.model_dump(by_alias=True, mode="python", exclude={"revision_id"})
    row |= {"version": version, "items": [plain(item) for item in document.items]}
    await unit.db[CLEARANCES].replace_one({"_id": document.id}, row, upsert=True, session=unit.session)


def plain(value: Any) -> Row:
    """Return a value of the model as it is stored: enums as text, times as times."""
    row: Row = value.model_dump(mode="json")
    times = {name: getattr(value, name) for name in ("deadline", "answered_at", "at") if name in row}
    return row | times
