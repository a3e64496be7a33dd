"""What is stored of an import: its file until it is read, its rows, and how far it has come."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from beanie import Document
from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, DESCENDING, IndexModel

from backend.orders.imports.sheet import Encoding


class ImportState(StrEnum):
    """How far an import has come. IMPORTING is the point of no return: from there every chosen row becomes an order."""

    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    IMPORTING = "IMPORTING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class RowState(StrEnum):
    """What became of a row: checked as one of three, then its order exists, then its driver was told."""

    UNREAD = "UNREAD"
    GOOD = "GOOD"
    WRONG = "WRONG"
    KNOWN = "KNOWN"
    CREATED = "CREATED"
    TOLD = "TOLD"


class Sender(BaseModel):
    """In whose name the orders are created."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    organisation: str | None
    language: str


class OrderImport(Document):
    """One file of work orders on its way. `good`, `wrong` and `known` count the checked rows of this `round`."""

    id: str  # type: ignore[assignment]
    carrier_id: str
    sender: Sender
    file_name: str
    sha256: str
    encoding: Encoding
    separator: str
    ignored: tuple[str, ...] = ()
    same_as: str | None = None
    state: ImportState = ImportState.CHECKING
    is_read: bool = False
    only_good: bool = False
    rows: int
    round: int = 1
    good: int = 0
    wrong: int = 0
    known: int = 0
    created: int = 0
    told: int = 0
    good_until: datetime
    checked_since: datetime
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    expires_at: datetime
    busy_until: datetime
    turn_at: datetime

    class Settings:
        """Storage."""

        name = "order_imports"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("carrier_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("state", ASCENDING), ("turn_at", ASCENDING)]),
            IndexModel([("expires_at", ASCENDING)]),
            IndexModel(
                [("carrier_id", ASCENDING)],
                name="one_at_a_time",
                unique=True,
                partialFilterExpression={"state": ImportState.IMPORTING.value},
            ),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "OrderImport":
        """Read a stored row."""
        found: OrderImport = cls.model_validate(row)
        return found

    @property
    def checked(self) -> int:
        """How many rows were checked in this round."""
        return self.good + self.wrong + self.known


class ImportFile(Document):
    """The bytes of a file, until its rows are stored."""

    id: str  # type: ignore[assignment]
    body: bytes

    class Settings:
        """Storage."""

        name = "order_import_files"


class StoredFailure(BaseModel):
    """A wrong cell as stored."""

    model_config = ConfigDict(frozen=True)

    column: str
    code: str
    args: dict[str, str] = {}


class ImportRow(Document):
    """One row of a file. `order` is what its cells mean, once nothing is wrong with them."""

    id: str  # type: ignore[assignment]  # import and number
    import_id: str
    number: int
    cells: dict[str, str]
    is_too_long: bool = False
    reference: str
    round: int = 0
    state: RowState = RowState.UNREAD
    failures: tuple[StoredFailure, ...] = ()
    order: dict[str, Any] | None = None
    order_id: str | None = None

    class Settings:
        """Storage."""

        name = "order_import_rows"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("import_id", ASCENDING), ("state", ASCENDING), ("number", ASCENDING)]),
            IndexModel([("import_id", ASCENDING), ("round", ASCENDING), ("number", ASCENDING)]),
            IndexModel([("import_id", ASCENDING), ("reference", ASCENDING), ("number", ASCENDING)]),
        ]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ImportRow":
        """Read a stored row."""
        found: ImportRow = cls.model_validate(row)
        return found


def row_id(import_id: str, number: int) -> str:
    """Return the id of a row: stored twice by two processes, it is the same one."""
    return f"{import_id}:{number}"


MODELS: list[type[Document]] = [OrderImport, ImportFile, ImportRow]
