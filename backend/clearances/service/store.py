"""Reading and changing the one clearances document of a trip; every change raises its version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from backend.clearances import rules
from backend.clearances.model import Clearance, Clearances, Question, Step
from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from core.passages import ClearanceFact
from core.problems import ProblemCode, Refusal
from core.states import InspectionNeed

CLEARANCES = Clearances.Settings.name
MOST_STEPS = 200
"""Of a trip's steps the last so many are kept: an agency may change its word as often as it likes."""


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


async def change(
    unit: UnitOfWork, document: Clearances, values: Row, steps: Sequence[Step] = ()
) -> Clearances:
    """Set the values, keep the steps and raise the version. Raises Refusal CONFLICT when somebody was quicker."""
    where = {"_id": document.id, "version": document.version}
    update: Row = {"$inc": {"version": 1}}
    if values:
        update["$set"] = values
    if steps:
        kept = {"$each": [plain(step) for step in steps], "$slice": -MOST_STEPS}
        update["$push"] = {"steps": kept}
    row = await change_if(unit.db[CLEARANCES], where, update, unit)
    if row is None:
        raise Refusal(ProblemCode.CONFLICT)
    return Clearances.of(row)


async def put(
    unit: UnitOfWork,
    document: Clearances,
    changed: Sequence[Clearance],
    steps: Sequence[Step],
    more: Row | None = None,
) -> Clearances:
    """Set these verdicts in place of the agencies' former ones, and what else is given. Raises Refusal CONFLICT."""
    by_agency = {item.agency: item for item in (*document.items, *changed)}
    return await change(unit, document, verdicts(tuple(by_agency.values())) | (more or {}), steps)


def verdicts(items: Sequence[Clearance]) -> Row:
    """Return the fields that hold these verdicts: the verdicts, and each agency's place in its queue."""
    desks = {item.agency.value: {"state": item.state.value, "deadline": item.deadline} for item in items}
    return {"items": [plain(item) for item in items], "desks": desks}


async def put_question(
    unit: UnitOfWork, document: Clearances, questions: Sequence[Question], steps: Sequence[Step]
) -> Clearances:
    """Set these questions, new ones and changed ones. Raises Refusal CONFLICT."""
    by_id = {question.id: question for question in (*document.questions, *questions)}
    values = {"questions": [plain(question) for question in by_id.values()]}
    return await change(unit, document, values, steps)


async def open_round(unit: UnitOfWork, document: Clearances, step: Step) -> Clearances:
    """Store a new round of clearances in place of an earlier one of the same trip, whose questions and steps stay."""
    earlier = await find(unit.db, document.id, unit.session)
    if earlier is not None:
        kept = {"version": earlier.version + 1, "questions": earlier.questions, "steps": earlier.steps}
        document = document.model_copy(update=kept)
    row = {
        name: getattr(document, name) for name in ("checkpoint_id", "round", "version", "open", "opened_at")
    }
    row |= verdicts(document.items) | {"_id": document.id, "review_reasons": [], "approval": None}
    row["questions"] = [plain(question) for question in document.questions]
    row["steps"] = [plain(one) for one in (*document.steps, step)][-MOST_STEPS:]
    await unit.db[CLEARANCES].replace_one({"_id": document.id}, row, upsert=True, session=unit.session)
    return Clearances.of(row)


async def close(unit: UnitOfWork, trip_id: str) -> None:
    """Say that nobody answers any more: the vehicle was released, or turned back."""
    gone = {"$set": {"open": False}, "$inc": {"version": 1}}
    await unit.db[CLEARANCES].update_one({"_id": trip_id, "open": True}, gone, session=unit.session)


def plain(value: BaseModel) -> Row:
    """Return a value of the model as it is stored: enums as text, times as times."""
    row: Row = value.model_dump(mode="json")
    return row | {name: held for name, held in value if isinstance(held, datetime)}
