"""The use cases of an import: what its carrier does with it. `service_work` does what takes long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.changes import change_if
from backend.kit.context import Actor, UnitOfWork
from backend.kit.database import Row
from backend.orders import policy
from backend.orders.imports import cells as reading
from backend.orders.imports import service_check
from backend.orders.imports.columns import COLUMNS
from backend.orders.imports.model import (
    ImportFile,
    ImportRow,
    ImportState,
    OrderImport,
    RowState,
    Sender,
    row_id,
)
from backend.orders.imports.sheet import Sheet
from backend.orders.rules import clean
from core.problems import ProblemCode, Refusal

IMPORTS = OrderImport.Settings.name
FILES = ImportFile.Settings.name
ROWS = ImportRow.Settings.name
KEPT = timedelta(days=7)
"""Names and phones of drivers stand in the rows."""
CHECK_HOLDS = timedelta(minutes=15)
MOST_UNFINISHED = 20
DONE = ImportState.DONE.value
UNFINISHED = (ImportState.CHECKING.value, ImportState.CHECKED.value)
NEVER = datetime(2199, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class NewImport:
    """A file that was read without a refusal."""

    file_name: str
    sha256: str
    body: bytes
    sheet: Sheet


async def find(db: AsyncDatabase[Row], actor: Actor, import_id: str) -> OrderImport | None:
    """Return the carrier's own import; None for any other."""
    row = await db[IMPORTS].find_one({"_id": import_id, "carrier_id": policy.carrier_id(actor)})
    return OrderImport.of(row) if row else None


async def find_row(db: AsyncDatabase[Row], import_id: str, number: int) -> ImportRow | None:
    """Return a row of an import as it stands; whose import it is, the caller has asked."""
    row = await db[ROWS].find_one({"_id": row_id(import_id, number)})
    return ImportRow.of(row) if row else None


async def upload(unit: UnitOfWork, new: NewImport) -> OrderImport:
    """Take the file in; its rows are checked from now on. The same file again gives the import that is unfinished.

    Raises:
        Refusal: FORBIDDEN; IMPORTS_UNFINISHED with `limit`.
    """
    policy.may_send(unit.actor)
    carrier_id = policy.carrier_id(unit.actor)
    imports = unit.db[IMPORTS]
    same = {"carrier_id": carrier_id, "sha256": new.sha256}
    unfinished = same | {"state": {"$in": list(UNFINISHED)}, "encoding": new.sheet.encoding.value}
    if (row := await imports.find_one(unfinished, session=unit.session)) is not None:
        return OrderImport.of(row)
    open_ones = {"carrier_id": carrier_id, "state": {"$in": list(UNFINISHED)}}
    if await imports.count_documents(open_ones, session=unit.session) >= MOST_UNFINISHED:
        raise Refusal(ProblemCode.IMPORTS_UNFINISHED, args={"limit": str(MOST_UNFINISHED)})
    done = same | {"state": {"$in": [DONE, ImportState.IMPORTING.value]}}
    earlier = await imports.find_one(done, sort=[("created_at", -1)], session=unit.session)
    job = _job(unit, new, carrier_id, same_as=earlier["_id"] if earlier else None)
    await imports.insert_one(job.model_dump(by_alias=True, exclude={"revision_id"}), session=unit.session)
    await unit.db[FILES].insert_one({"_id": job.id, "body": new.body}, session=unit.session)
    return job


def _job(unit: UnitOfWork, new: NewImport, carrier_id: str, same_as: str | None) -> OrderImport:
    actor, sheet = unit.actor, new.sheet
    return OrderImport(
        id=str(ObjectId()),
        carrier_id=carrier_id,
        sender=Sender(id=actor.id, name=actor.name, organisation=actor.organisation, language=actor.language),
        file_name=new.file_name,
        sha256=new.sha256,
        encoding=sheet.encoding,
        separator=sheet.separator,
        ignored=sheet.ignored,
        same_as=same_as,
        rows=len(sheet.rows),
        good_until=NEVER,
        checked_since=unit.now,
        created_at=unit.now,
        expires_at=unit.now + KEPT,
        busy_until=unit.now,
        turn_at=unit.now,
    )


async def start(unit: UnitOfWork, import_id: str, *, only_good: bool) -> OrderImport:
    """Decide that the rows become orders: the one write after which all of them do, and before which none has.

    A check that may have been overtaken (by time, or by another import) is made again instead: the answer is CHECKING.

    Raises:
        Refusal: NOT_FOUND; IMPORT_STATE with `state`; IMPORT_HAS_ERRORS with `number`; IMPORT_NOTHING_NEW;
            IMPORT_UNDER_WAY.
    """
    job = await _owned(unit, import_id, ImportState.CHECKED)
    running = {"carrier_id": job.carrier_id, "state": ImportState.IMPORTING.value}
    if await unit.db[IMPORTS].find_one(running, {"_id": 1}, session=unit.session) is not None:
        raise Refusal(ProblemCode.IMPORT_UNDER_WAY)
    if await _is_overtaken(unit, job):
        return await _check_again(unit, job)
    if job.wrong and not only_good:
        raise Refusal(ProblemCode.IMPORT_HAS_ERRORS, args={"number": str(job.wrong)})
    if not job.good:
        raise Refusal(ProblemCode.IMPORT_NOTHING_NEW)
    values = {
        "state": ImportState.IMPORTING.value,
        "only_good": only_good,
        "started_at": unit.now,
        "turn_at": unit.now,
        "expires_at": unit.now + KEPT,
    }
    return await _change(unit, job, {"$set": values})


async def _is_overtaken(unit: UnitOfWork, job: OrderImport) -> bool:
    if unit.now >= min(job.good_until, job.checked_since + CHECK_HOLDS):
        return True
    # one that ended since may have created orders which the check did not see
    since = {"carrier_id": job.carrier_id, "state": DONE, "ended_at": {"$gte": job.checked_since}}
    return await unit.db[IMPORTS].find_one(since, {"_id": 1}, session=unit.session) is not None


async def _check_again(unit: UnitOfWork, job: OrderImport) -> OrderImport:
    fresh = {"good": 0, "wrong": 0, "known": 0, "good_until": NEVER, "checked_since": unit.now}
    values = {"state": ImportState.CHECKING.value, "turn_at": unit.now, **fresh}
    return await _change(unit, job, {"$set": values, "$inc": {"round": 1}})


async def cancel(unit: UnitOfWork, import_id: str) -> OrderImport:
    """End an import that has not begun to create orders; its rows are deleted.

    Raises:
        Refusal: NOT_FOUND; IMPORT_STATE with `state`.
    """
    job = await _owned(unit, import_id, ImportState.CHECKING, ImportState.CHECKED)
    await unit.db[ROWS].delete_many({"import_id": job.id}, session=unit.session)
    await unit.db[FILES].delete_one({"_id": job.id}, session=unit.session)
    return await _change(unit, job, {"$set": {"state": ImportState.CANCELLED.value, "ended_at": unit.now}})


async def correct(unit: UnitOfWork, import_id: str, number: int, cells: Mapping[str, str]) -> OrderImport:
    """Put other texts into cells of one row and check it again, with the rows that share its reference.

    Raises:
        Refusal: NOT_FOUND; IMPORT_STATE with `state`; INVALID_INPUT for a column that is none.
    """
    job = await _owned(unit, import_id, ImportState.CHECKED)
    if unknown := set(cells) - {column.name for column in COLUMNS}:
        raise Refusal(ProblemCode.INVALID_INPUT, path=["cells"], args={"reason": min(unknown)})
    rows = unit.db[ROWS]
    found = await rows.find_one({"_id": row_id(job.id, number)}, session=unit.session)
    if found is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["number"])
    row = ImportRow.of(found)
    texts = {column: clean(text)[: service_check.LONGEST_CELL] for column, text in cells.items()}
    changed = row.cells | texts
    reference = reading.reference_of(changed)
    await rows.update_one(
        {"_id": row.id},
        {"$set": {"cells": changed, "reference": reference, "is_too_long": False}},
        session=unit.session,
    )
    concerned = {"import_id": job.id, "reference": {"$in": [row.reference, reference]}}
    counts = await _unchecked(unit, concerned)
    values = {"state": ImportState.CHECKING.value, "turn_at": unit.now}
    change = {"$set": values, "$inc": {name: -count for name, count in counts.items()}}
    return await service_check.check(unit, await _change(unit, job, change))


async def _unchecked(unit: UnitOfWork, where: Row) -> dict[str, int]:
    """Mark the rows as not checked in this round; return how many were good, wrong and known."""
    counts = dict.fromkeys(("good", "wrong", "known"), 0)
    async for row in unit.db[ROWS].find(where, {"state": 1}, session=unit.session):
        counts[RowState(row["state"]).value.lower()] += 1
    await unit.db[ROWS].update_many(where, {"$set": {"round": 0}}, session=unit.session)
    return counts


async def _owned(unit: UnitOfWork, import_id: str, *states: ImportState) -> OrderImport:
    policy.may_send(unit.actor)
    where = {"_id": import_id, "carrier_id": policy.carrier_id(unit.actor)}
    row = await unit.db[IMPORTS].find_one(where, session=unit.session)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["importId"])
    job = OrderImport.of(row)
    if job.state not in states:
        raise Refusal(ProblemCode.IMPORT_STATE, args={"state": job.state.value})
    return job


async def _change(unit: UnitOfWork, job: OrderImport, change: dict[str, Any]) -> OrderImport:
    row = await change_if(unit.db[IMPORTS], {"_id": job.id, "state": job.state.value}, change, unit)
    if row is None:
        raise Refusal(ProblemCode.CONFLICT)
    return OrderImport.of(row)
