"""What takes long in an import, in turns: each is bounded, may be done by any process, and may be lost with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from backend.kit.changes import change_if
from backend.kit.context import Actor, Context, UnitOfWork
from backend.kit.database import Row
from backend.orders import messages, service
from backend.orders.imports import service_check, sheet
from backend.orders.imports.cells import reference_of
from backend.orders.imports.model import ImportFile, ImportRow, ImportState, OrderImport, RowState, row_id
from backend.orders.imports.service_check import LONGEST_CELL, NEW_ORDER
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import WorkOrderState

logger = logging.getLogger("clearlane.imports")

IMPORTS = OrderImport.Settings.name
FILES = ImportFile.Settings.name
ROWS = ImportRow.Settings.name
BUSY = timedelta(seconds=20)
"""For so long a process has an import to itself. Only to spare work: two at once would conflict and do no harm."""
ORDERS_AT_ONCE = 100
ROWS_STORED_AT_ONCE = 1_000
DUPLICATE = 11000
WORKING = (ImportState.CHECKING.value, ImportState.IMPORTING.value)


async def turn(context: Context) -> bool:
    """Take the import that has waited longest and bring it one step further; False when none waits."""
    now = context.clock.now()
    row = await context.db[IMPORTS].find_one_and_update(
        {"state": {"$in": list(WORKING)}, "busy_until": {"$lte": now}},
        {"$set": {"busy_until": now + BUSY}},
        sort=[("turn_at", 1)],
    )
    if row is None:
        return False
    job = OrderImport.of(row)
    step = _step_of(job)
    await step(context.acting_as(_carrier(job)), job)
    return True


def _step_of(job: OrderImport) -> Callable[[Context, OrderImport], Awaitable[None]]:
    if job.state is ImportState.CHECKING:
        return _check if job.is_read else _read
    return _create if job.created < job.good else _tell


def _carrier(job: OrderImport) -> Actor:
    sender = job.sender
    return Actor(
        role=Role.CARRIER,
        id=sender.id,
        name=sender.name,
        organisation=sender.organisation,
        language=sender.language,
    )


async def _read(context: Context, job: OrderImport) -> None:
    """Store the rows of the file. Rows that a lost process has stored already are the same ones."""
    stored = await context.db[FILES].find_one({"_id": job.id})
    if stored is None:
        return  # cancelled a moment ago
    read = await asyncio.to_thread(sheet.read, bytes(stored["body"]), job.encoding)
    rows = [_stored(job, row) for row in read.rows]
    for begin in range(0, len(rows), ROWS_STORED_AT_ONCE):
        try:
            await context.db[ROWS].insert_many(rows[begin : begin + ROWS_STORED_AT_ONCE], ordered=False)
        except BulkWriteError as failure:
            if any(error["code"] != DUPLICATE for error in failure.details["writeErrors"]):
                raise

    async def note(unit: UnitOfWork) -> None:
        where = {"_id": job.id, "state": ImportState.CHECKING.value}
        change = {"$set": {"is_read": True, "busy_until": unit.now, "turn_at": unit.now}}
        if await change_if(unit.db[IMPORTS], where, change, unit) is None:
            await unit.db[ROWS].delete_many({"import_id": job.id}, session=unit.session)
        await unit.db[FILES].delete_one({"_id": job.id}, session=unit.session)

    await context.transaction(note)


def _stored(job: OrderImport, row: sheet.SheetRow) -> Row:
    cells = {name: text[:LONGEST_CELL] for name, text in row.cells.items()}
    new = ImportRow(
        id=row_id(job.id, row.number),
        import_id=job.id,
        number=row.number,
        cells=cells,
        is_too_long=row.is_too_long,
        reference=reference_of(cells),
    )
    stored: Row = new.model_dump(by_alias=True, exclude={"revision_id"})
    return stored


async def _check(context: Context, job: OrderImport) -> None:
    async def check(unit: UnitOfWork) -> None:
        present = await _present(unit, job, ImportState.CHECKING)
        if present is not None:
            await service_check.check(unit, present)

    await context.transaction(check)


async def _create(context: Context, job: OrderImport) -> None:
    """Create the orders of the next good rows: orders, rows, count and events in one transaction."""

    async def create(unit: UnitOfWork) -> None:
        if await _present(unit, job, ImportState.IMPORTING) is None:
            return
        rows = await _next(unit, job, RowState.GOOD)
        if not rows:
            return  # another process was quicker
        orders = await service.create_all(
            unit, [NEW_ORDER.validate_python(row.order) for row in rows], job.id
        )
        became = {"state": RowState.CREATED.value, "order": None}
        written = [
            UpdateOne({"_id": row.id}, {"$set": became | {"order_id": order.id}})
            for row, order in zip(rows, orders, strict=True)
        ]
        await unit.db[ROWS].bulk_write(written, session=unit.session)
        await _counted(unit, job, {"created": len(rows)})

    await context.transaction(create)


async def _tell(context: Context, job: OrderImport) -> None:
    """Send the next drivers their links, and only then note it: who is lost in between has a message sent twice."""
    where = {"import_id": job.id, "state": RowState.CREATED.value}
    found = context.db[ROWS].find(where).sort("number", 1).limit(ORDERS_AT_ONCE)
    rows = [ImportRow.of(row) async for row in found]
    mine = {
        "_id": {"$in": [row.order_id for row in rows]},
        "state": WorkOrderState.ASSIGNED.value,
        "link.number": 1,
    }
    try:
        async for order in context.db[service.ORDERS].find(mine):
            await _send(context, order)
    except (
        OSError
    ) as failure:  # the way the messages go is closed; they are due again when the import is free
        logger.warning("links of import %s are not sent yet (%s)", job.id, type(failure).__name__)
        return

    async def note(unit: UnitOfWork) -> None:
        told = {"_id": {"$in": [row.id for row in rows]}, "state": RowState.CREATED.value}
        changed = await unit.db[ROWS].update_many(
            told, {"$set": {"state": RowState.TOLD.value}}, session=unit.session
        )
        await _counted(unit, job, {"told": changed.modified_count})

    await context.transaction(note)


async def _send(context: Context, order: Row) -> None:
    link = service.link_of(context.settings, order["_id"], 1)
    await messages.send_link(context.settings, order["driver_phone"], link, order["language"])


async def _counted(unit: UnitOfWork, job: OrderImport, counts: dict[str, int]) -> None:
    """Count what was done; when all are told, the import is DONE."""
    where = {"_id": job.id, "state": ImportState.IMPORTING.value}
    change = {"$inc": counts, "$set": {"busy_until": unit.now, "turn_at": unit.now}}
    row = await change_if(unit.db[IMPORTS], where, change, unit)
    if row is None:
        raise Refusal(ProblemCode.CONFLICT)
    if row["told"] >= row["good"]:
        done = {"$set": {"state": ImportState.DONE.value, "ended_at": unit.now}}
        await change_if(unit.db[IMPORTS], where, done, unit)


async def _next(unit: UnitOfWork, job: OrderImport, state: RowState) -> list[ImportRow]:
    where = {"import_id": job.id, "state": state.value}
    found = unit.db[ROWS].find(where, session=unit.session).sort("number", 1).limit(ORDERS_AT_ONCE)
    return [ImportRow.of(row) async for row in found]


async def _present(unit: UnitOfWork, job: OrderImport, state: ImportState) -> OrderImport | None:
    row = await unit.db[IMPORTS].find_one({"_id": job.id, "state": state.value}, session=unit.session)
    return OrderImport.of(row) if row else None


async def forget(context: Context) -> int:
    """Delete imports that are over since long, and their rows, which name drivers and their phones."""
    due = {"expires_at": {"$lte": context.clock.now()}, "state": {"$ne": ImportState.IMPORTING.value}}
    rows = await context.db[IMPORTS].find(due, {"_id": 1}).limit(20).to_list(20)
    for row in rows:
        await context.db[ROWS].delete_many({"import_id": row["_id"]})
        await context.db[FILES].delete_one({"_id": row["_id"]})
        await context.db[IMPORTS].delete_one({"_id": row["_id"]})
    return len(rows)
