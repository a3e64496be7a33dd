"""The types of imports of work orders in the schema; `schema_imports` has the fields."""

from datetime import datetime

import strawberry

from backend.kit.graphql import Edge, PageInfo, ProblemArgument, arguments
from backend.orders.imports import model
from backend.orders.imports.columns import COLUMNS, Column
from backend.orders.imports.model import ImportState, RowState
from backend.orders.imports.sheet import Encoding
from core.problems import ProblemCode, sentence
from core.words import Language

strawberry.enum(
    ImportState,
    name="OrderImportState",
    description="CHECKING: its rows are being examined. CHECKED: it waits for startOrderImport, cancelOrderImport or "
    "corrections. IMPORTING: the chosen rows become orders, all of them, whatever happens meanwhile. DONE: every order "
    "exists and every driver was sent the link. CANCELLED by the carrier before any order existed.",
)
strawberry.enum(
    RowState,
    name="ImportRowState",
    description="UNREAD until checked; GOOD; WRONG with its failures; KNOWN: the same order exists already and is not "
    "created again; CREATED: its order exists; TOLD: its driver was sent the link.",
)
strawberry.enum(
    Encoding,
    name="FileEncoding",
    description="How the characters of a file are written. GB18030 includes GBK.",
)


@strawberry.type(description="What a column is called and means in one language.")
class ColumnText:
    """A column's words."""

    language: Language
    label: str = strawberry.field(description="May stand in the first row in place of the name")
    meaning: str


@strawberry.type(description="A column of a file of work orders.")
class ImportColumn:
    """A column."""

    name: str = strawberry.field(description="As it may stand in the first row, whatever the language")
    needed: bool = strawberry.field(description="Whether the file must have it")
    example: str
    texts: list[ColumnText]

    @classmethod
    def of(cls, column: Column) -> "ImportColumn":
        """Show a column."""
        texts = [
            ColumnText(language=each, label=column.label(each), meaning=column.meaning(each))
            for each in Language
        ]
        return cls(name=column.name, needed=column.needed, example=column.example, texts=texts)


@strawberry.type(description="A file of work orders on its way to become orders. It is kept for seven days.")
class OrderImport:
    """An import."""

    id: strawberry.ID
    file_name: str
    state: ImportState
    encoding: Encoding = strawberry.field(description="As it was recognised, or chosen at the upload")
    separator: str = strawberry.field(description="The character between two cells")
    ignored_columns: list[str] = strawberry.field(
        description="Cells of the first row that name no column: what stands below them is not used"
    )
    rows: int = strawberry.field(description="How many rows hold an order; the first row is none")
    checked: int = strawberry.field(description="How many rows have been examined so far")
    good: int
    wrong: int
    known: int = strawberry.field(
        description="Rows whose order exists already, the same in every field: they are never created twice"
    )
    created: int = strawberry.field(description="How many orders exist so far")
    told: int = strawberry.field(description="How many drivers were sent their link so far")
    only_good: bool = strawberry.field(description="Whether the wrong rows were left out on purpose")
    same_as: strawberry.ID | None = strawberry.field(
        description="An earlier import of the same file, byte for byte"
    )
    created_at: datetime
    started_at: datetime | None = strawberry.field(description="When it was decided that rows become orders")
    ended_at: datetime | None

    @classmethod
    def of(cls, job: model.OrderImport) -> "OrderImport":
        """Show an import."""
        return cls(
            id=strawberry.ID(job.id),
            file_name=job.file_name,
            state=job.state,
            encoding=job.encoding,
            separator=job.separator,
            ignored_columns=list(job.ignored),
            rows=job.rows,
            checked=job.checked,
            good=job.good,
            wrong=job.wrong,
            known=job.known,
            created=job.created,
            told=job.told,
            only_good=job.only_good,
            same_as=strawberry.ID(job.same_as) if job.same_as else None,
            created_at=job.created_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
        )


@strawberry.type(description="A page of imports, newest first.")
class OrderImportConnection:
    """A page."""

    edges: list[Edge[OrderImport]]
    page_info: PageInfo


@strawberry.type(description="What is wrong with one cell, or with the row as a whole.")
class CellFailure:
    """A wrong cell."""

    column: str = strawberry.field(description="Name of the column; empty for the row as a whole")
    code: ProblemCode
    message: str = strawberry.field(description="For people, in English")
    args: list[ProblemArgument]

    @classmethod
    def of(cls, failure: model.StoredFailure) -> "CellFailure":
        """Show a failure."""
        code = ProblemCode(failure.code)
        return cls(
            column=failure.column,
            code=code,
            message=sentence(code, failure.args),
            args=arguments(failure.args),
        )


@strawberry.type(description="The text of one cell as it stands in the file, or as it was corrected.")
class ImportCell:
    """A cell."""

    column: str
    text: str


@strawberry.type(description="One row of the file.")
class ImportRow:
    """A row."""

    number: int = strawberry.field(description="As a spreadsheet counts; the first row, with the names, is 1")
    state: RowState
    cells: list[ImportCell] = strawberry.field(description="In the order of importColumns")
    failures: list[CellFailure]
    order_id: strawberry.ID | None = strawberry.field(
        description="The order it became, or the one it is like"
    )

    @classmethod
    def of(cls, row: model.ImportRow) -> "ImportRow":
        """Show a row."""
        cells = [
            ImportCell(column=column.name, text=row.cells[column.name])
            for column in COLUMNS
            if column.name in row.cells
        ]
        return cls(
            number=row.number,
            state=row.state,
            cells=cells,
            failures=[CellFailure.of(failure) for failure in row.failures],
            order_id=strawberry.ID(row.order_id) if row.order_id else None,
        )


@strawberry.type(description="A page of rows, in the file's order.")
class ImportRowConnection:
    """A page."""

    edges: list[Edge[ImportRow]]
    page_info: PageInfo


@strawberry.type(description="A corrected row as it was found, and the import with its counts.")
class ImportRowCorrected:
    """A corrected row."""

    row: ImportRow
    order_import: OrderImport = strawberry.field(
        description="CHECKING for a moment longer where very many rows share the reference"
    )
