"""Imports of work orders in the schema; the file itself comes by POST /imports."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from backend.kit.context import UnitOfWork
from backend.kit.graphql import (
    Edge,
    Info,
    PermissionTable,
    Problem,
    expected_errors,
    page_info,
)
from backend.kit.paging import page
from backend.orders import policy
from backend.orders.imports import model, service
from backend.orders.imports.columns import COLUMNS
from backend.orders.imports.model import RowState
from backend.orders.schema import KEY
from backend.orders.schema_import_types import (
    ImportColumn,
    ImportRow,
    ImportRowConnection,
    ImportRowCorrected,
    OrderImport,
    OrderImportConnection,
)
from core.problems import ProblemCode, Refusal
from core.roles import Role

CARRIER = frozenset({Role.CARRIER})


@strawberry.input(description="Names an import.")
class OrderImportKeyInput:
    """Which import."""

    idempotency_key: str = strawberry.field(description=KEY)
    import_id: strawberry.ID


@strawberry.input(description="Has the rows of an import become orders.")
class StartOrderImportInput:
    """Which import, and whether wrong rows may be left out."""

    idempotency_key: str = strawberry.field(description=KEY)
    import_id: strawberry.ID
    only_good: bool = strawberry.field(
        default=False,
        description="False: all or nothing. True: the wrong rows are left out, the others imported",
    )


@strawberry.input(description="The new text of one cell.")
class ImportCellInput:
    """A cell."""

    column: str = strawberry.field(description="A name of importColumns")
    text: str


@strawberry.input(description="Corrects cells of one row.")
class CorrectImportRowInput:
    """A row and its cells."""

    idempotency_key: str = strawberry.field(description=KEY)
    import_id: strawberry.ID
    number: int
    cells: list[ImportCellInput] = strawberry.field(
        description="Only those that change; all others stay as they are"
    )

    def texts(self) -> dict[str, str]:
        """Return the texts by column."""
        return {cell.column: cell.text for cell in self.cells}


OrderImportResult = Annotated[
    OrderImport | Problem,
    strawberry.union("OrderImportResult", description="The import as it now stands, or why not."),
]
CorrectImportRowResult = Annotated[
    ImportRowCorrected | Problem,
    strawberry.union("CorrectImportRowResult", description="The row as it now stands, or why not."),
]


@dataclass(frozen=True)
class _Asked:
    import_id: str
    only_good: bool


async def _shown(info: Info, import_id: str) -> OrderImport:
    job = await service.find(info.context.db, info.context.actor, import_id)
    if job is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["importId"])
    return OrderImport.of(job)


@strawberry.type
class Query:
    """Root fields about imports."""

    @strawberry.field(description="The columns of a file of work orders, in the order of the template")
    def import_columns(self) -> list[ImportColumn]:
        """Return them."""
        return [ImportColumn.of(column) for column in COLUMNS]

    @strawberry.field(description="The carrier's own imports of the last seven days, newest first")
    async def order_imports(
        self, info: Info, first: int = 10, after: str | None = None
    ) -> OrderImportConnection:
        """Return a page of them."""
        where = {"carrier_id": policy.carrier_id(info.context.actor)}
        sort = [("created_at", -1), ("_id", -1)]
        found = await page(info.context.db[service.IMPORTS], where, sort, first=first, after=after)
        nodes = [OrderImport.of(model.OrderImport.of(row)) for row in found.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
        return OrderImportConnection(edges=edges, page_info=page_info(found))

    @strawberry.field(description="An import of yours, null for any other")
    async def order_import(self, info: Info, id: strawberry.ID) -> OrderImport | None:  # noqa: A002 - the schema's word
        """Return it."""
        job = await service.find(info.context.db, info.context.actor, str(id))
        return OrderImport.of(job) if job else None

    @strawberry.field(
        description="Rows of an import of yours in one state, in the file's order; null for any other"
    )
    async def import_rows(  # long: paging has five arguments of its own
        self,
        info: Info,
        import_id: strawberry.ID,
        state: RowState = RowState.WRONG,
        first: int = 20,
        after: str | None = None,
    ) -> ImportRowConnection | None:
        """Return a page of them."""
        job = await service.find(info.context.db, info.context.actor, str(import_id))
        if job is None:
            return None
        where = {"import_id": job.id, "state": state.value}
        sort = [("number", 1), ("_id", 1)]
        found = await page(info.context.db[service.ROWS], where, sort, first=first, after=after)
        nodes = [ImportRow.of(model.ImportRow.of(row)) for row in found.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
        return ImportRowConnection(edges=edges, page_info=page_info(found))


@strawberry.type
class Mutation:
    """Root mutations about imports."""

    @strawberry.mutation(
        description="Have the rows of a checked import become orders: all of them, or with onlyGood those without an "
        "error. From the answer IMPORTING on this cannot be undone, and every link goes out once its order exists. "
        "Where the check is too old the answer is CHECKING: ask again once it is CHECKED. Refused: IMPORT_HAS_ERRORS, "
        "IMPORT_NOTHING_NEW, IMPORT_STATE, IMPORT_UNDER_WAY, NOT_FOUND."
    )
    @expected_errors
    async def start_order_import(self, info: Info, input: StartOrderImportInput) -> OrderImportResult:  # noqa: A002
        """Start it."""
        asked = _Asked(str(input.import_id), input.only_good)

        async def start(unit: UnitOfWork) -> str:
            return (await service.start(unit, asked.import_id, only_good=asked.only_good)).id

        key = input.idempotency_key
        return await _shown(info, await info.context.once("startOrderImport", key, asked, str, start))

    @strawberry.mutation(
        description="End an import before any of its orders exists; its rows are deleted. Refused: IMPORT_STATE, "
        "NOT_FOUND."
    )
    @expected_errors
    async def cancel_order_import(self, info: Info, input: OrderImportKeyInput) -> OrderImportResult:  # noqa: A002
        """Cancel it."""
        import_id = str(input.import_id)

        async def cancel(unit: UnitOfWork) -> str:
            return (await service.cancel(unit, import_id)).id

        key = input.idempotency_key
        return await _shown(info, await info.context.once("cancelOrderImport", key, import_id, str, cancel))

    @strawberry.mutation(
        description="Put other texts into cells of one row of a checked import; the row is examined again at once, all "
        "others stay as they were found. Refused: IMPORT_STATE, INVALID_INPUT (column), NOT_FOUND (import, number)."
    )
    @expected_errors
    async def correct_import_row(self, info: Info, input: CorrectImportRowInput) -> CorrectImportRowResult:  # noqa: A002
        """Correct it."""
        import_id, number, texts = str(input.import_id), input.number, input.texts()

        async def correct(unit: UnitOfWork) -> str:
            return (await service.correct(unit, import_id, number, texts)).id

        payload = {"import": import_id, "number": number, "cells": texts}
        await info.context.once("correctImportRow", input.idempotency_key, payload, str, correct)
        row = await service.find_row(info.context.db, import_id, number)
        if row is None:  # cancelled since the first answer under this key
            raise Refusal(ProblemCode.NOT_FOUND, path=["number"])
        return ImportRowCorrected(row=ImportRow.of(row), order_import=await _shown(info, import_id))


PERMISSIONS: PermissionTable = {
    "Query.importColumns": CARRIER,
    "Query.orderImports": CARRIER,
    "Query.orderImport": CARRIER,
    "Query.importRows": CARRIER,
    "Mutation.startOrderImport": CARRIER,
    "Mutation.cancelOrderImport": CARRIER,
    "Mutation.correctImportRow": CARRIER,
    "ColumnText": {"language label meaning": CARRIER},
    "ImportColumn": {"name needed example texts": CARRIER},
    "OrderImport": {
        "id fileName state encoding separator ignoredColumns rows checked good wrong known created told onlyGood "
        "sameAs createdAt startedAt endedAt": CARRIER
    },
    "OrderImportConnection": {"edges pageInfo": CARRIER},
    "OrderImportEdge": {"cursor node": CARRIER},
    "CellFailure": {"column code message args": CARRIER},
    "ImportCell": {"column text": CARRIER},
    "ImportRow": {"number state cells failures orderId": CARRIER},
    "ImportRowConnection": {"edges pageInfo": CARRIER},
    "ImportRowEdge": {"cursor node": CARRIER},
    "ImportRowCorrected": {"row orderImport": CARRIER},
}
