"""Checking the rows of an import, a bounded number in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from pymongo import UpdateOne

from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.orders.imports import cells as reading
from backend.orders.imports.cells import CellFailure, Checked, Places
from backend.orders.imports.model import ImportRow, ImportState, OrderImport, RowState
from backend.orders.model import WorkOrder
from backend.orders.service import ORDERS, NewOrder
from backend.sites import service as sites
from core.problems import ProblemCode
from core.states import WorkOrderState

IMPORTS = OrderImport.Settings.name
ROWS = ImportRow.Settings.name
ROWS_AT_ONCE = 250
LONGEST_CELL = 2_000
"""Longer than anything a rule lets pass; what is cut off is wrong already."""
NEW_ORDER = TypeAdapter(NewOrder)
_STANDING = (WorkOrderState.ASSIGNED, WorkOrderState.ACCEPTED, WorkOrderState.COMPLETED)
"""A reference is free again once its order came to nothing."""


@dataclass(frozen=True)
class Neighbours:
    """What a row's reference is compared with: the orders there are, and the first row of this file to use it."""

    orders: Mapping[str, Sequence[WorkOrder]]
    first_rows: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """What came out for one row."""

    state: RowState
    failures: tuple[CellFailure, ...]
    order: NewOrder | None
    order_id: str | None = None


async def check(unit: UnitOfWork, job: OrderImport) -> OrderImport:
    """Check up to ROWS_AT_ONCE rows that this round has not seen; with the last of them the import is CHECKED."""
    where = {"import_id": job.id, "round": {"$lt": job.round}}
    found = unit.db[ROWS].find(where, session=unit.session).sort("number", 1).limit(ROWS_AT_ONCE)
    rows = [ImportRow.of(row) async for row in found]
    places = Places.of(await sites.checkpoints())
    neighbours = await _neighbours(unit, job, sorted({row.reference for row in rows}))
    verdicts = [_verdict(row, places, neighbours, unit.now) for row in rows]
    if rows:
        written = [_written(row, verdict, job.round) for row, verdict in zip(rows, verdicts, strict=True)]
        await unit.db[ROWS].bulk_write(written, ordered=False, session=unit.session)
    counts = {
        name: sum(verdict.state is RowState[name.upper()] for verdict in verdicts)
        for name in ("good", "wrong", "known")
    }
    ends = [
        verdict.order.window_end for verdict in verdicts if verdict.state is RowState.GOOD and verdict.order
    ]
    is_whole = job.checked + len(rows) >= job.rows
    values: Row = {"turn_at": unit.now, "busy_until": unit.now}
    values |= {"state": ImportState.CHECKED.value} if is_whole else {}
    change = {"$inc": counts, "$set": values, "$min": {"good_until": min([*ends, job.good_until])}}
    changed = await change_if(unit.db[IMPORTS], {"_id": job.id}, change, unit)
    return OrderImport.of(changed or {})


async def _neighbours(unit: UnitOfWork, job: OrderImport, references: Sequence[str]) -> Neighbours:
    states = [state.value for state in _STANDING]
    same = {"carrier_id": job.carrier_id, "reference": {"$in": references}, "state": {"$in": states}}
    orders: dict[str, list[WorkOrder]] = {}
    async for row in unit.db[ORDERS].find(same, session=unit.session):
        orders.setdefault(row["reference"], []).append(WorkOrder.of(row))
    stages = [
        {"$match": {"import_id": job.id, "reference": {"$in": references}}},
        {"$group": {"_id": "$reference", "first": {"$min": "$number"}}},
    ]
    found = await unit.db[ROWS].aggregate(stages, session=unit.session)
    return Neighbours(orders, {row["_id"]: row["first"] async for row in found})


def _verdict(row: ImportRow, places: Places, neighbours: Neighbours, now: datetime) -> Verdict:
    checked = reading.check(row.cells, places, now, is_too_long=row.is_too_long)
    standing = neighbours.orders.get(row.reference, ())
    if reading.is_only_late(checked.failures):
        known = next((order for order in standing if reading.same(order, checked.order)), None)
        if known is not None:
            return Verdict(RowState.KNOWN, (), None, known.id)
    failures = (*checked.failures, *_of_reference(row, checked, standing, neighbours))
    if failures:
        return Verdict(RowState.WRONG, failures, None)
    return Verdict(RowState.GOOD, (), checked.order)


def _of_reference(
    row: ImportRow, checked: Checked, standing: Sequence[WorkOrder], neighbours: Neighbours
) -> list[CellFailure]:
    if any(failure.column == "reference" for failure in checked.failures):
        return []
    shown = row.reference[: reading.LONGEST_SHOWN]
    first = neighbours.first_rows.get(row.reference, row.number)
    if first < row.number:
        args = (("text", shown), ("row", str(first)))
        return [CellFailure("reference", ProblemCode.REFERENCE_TWICE, args)]
    if standing:
        return [CellFailure("reference", ProblemCode.REFERENCE_TAKEN, (("text", shown),))]
    return []


def _written(row: ImportRow, verdict: Verdict, number: int) -> UpdateOne:
    values = {
        "round": number,
        "state": verdict.state.value,
        "failures": [
            {"column": failure.column, "code": failure.code.value, "args": dict(failure.args)}
            for failure in verdict.failures
        ],
        "order": _stored(verdict.order) if verdict.order else None,
        "order_id": verdict.order_id,
    }
    return UpdateOne({"_id": row.id}, {"$set": values})


def _stored(order: NewOrder) -> Row:
    containers = [container.model_dump() for container in order.containers]
    return {**vars(order), "direction": order.direction.value, "containers": containers}
