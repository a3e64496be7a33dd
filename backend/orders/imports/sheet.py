"""The bytes of a file become rows of cells: its encoding and its separator are found by the columns it names."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from backend.orders.imports.columns import COMMENT, NEEDED, NOTES, named
from core.problems import ProblemCode, Refusal

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 5_000
LONGEST_FIRST_ROW = 4_096
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")
_SEPARATORS = ",;\t"


class Encoding(StrEnum):
    """How the characters of a file are written; a mark at its beginning decides, else the columns it names."""

    UTF_8 = "UTF_8"
    UTF_16 = "UTF_16"
    GB18030 = "GB18030"
    BIG5 = "BIG5"


# what spreadsheets call Big5 is Microsoft's code page 950; with the characters of Hong Kong it is Big5-HKSCS
_CODECS = {
    Encoding.UTF_8: "utf-8-sig",
    Encoding.UTF_16: "utf-16",
    Encoding.GB18030: "gb18030",
    Encoding.BIG5: "big5hkscs",
}


@dataclass(frozen=True)
class SheetRow:
    """One row below the first: its number as a spreadsheet counts, its cells by column."""

    number: int
    cells: dict[str, str]
    is_too_long: bool


@dataclass(frozen=True)
class Sheet:
    """A file as it was read."""

    encoding: Encoding
    separator: str
    ignored: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class _Reading:
    encoding: Encoding
    separator: str
    text: str

    def records(self) -> Iterator[list[str]]:
        """Yield the records. Raises Refusal IMPORT_BROKEN with the row's number."""
        reader = self._reader(self.text)
        number = 0
        try:
            while (record := next(reader, None)) is not None:
                number += 1
                yield record
        except csv.Error as error:
            raise Refusal(ProblemCode.IMPORT_BROKEN, args={"row": str(number + 1)}) from error

    def known_columns(self) -> int:
        """Return how many columns the first row names under this reading."""
        try:
            for record in self._reader(self.text[:LONGEST_FIRST_ROW]):
                if _holds_something(record):
                    return len({name for cell in record if (name := named(cell))})
        except csv.Error:
            return 0
        return 0

    def _reader(self, text: str) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, strict=True)


def read(body: bytes, encoding: Encoding | None = None) -> Sheet:
    """Read a file; `encoding` is what somebody who sees wrong characters has chosen.

    Raises:
        Refusal: IMPORT_NOT_CSV, IMPORT_ENCODING, IMPORT_COLUMNS with `columns`, IMPORT_BROKEN with `row`,
            IMPORT_EMPTY, IMPORT_TOO_MANY_ROWS with `limit`.
    """
    if body.startswith(_SPREADSHEETS) or (b"\0" in body and not _is_utf_16(body)):
        raise Refusal(ProblemCode.IMPORT_NOT_CSV)
    reading = _best(body, encoding)
    records = enumerate(reading.records(), start=1)
    header = next((record for _, record in records if _holds_something(record)), None)
    if header is None:
        raise Refusal(ProblemCode.IMPORT_EMPTY)
    columns = _columns(header)
    rows: list[SheetRow] = []
    for number, record in records:
        if not _holds_something(record):
            continue
        if len(rows) == MOST_ROWS:
            raise Refusal(ProblemCode.IMPORT_TOO_MANY_ROWS, args={"limit": str(MOST_ROWS)})
        rows.append(_row(number, record, columns))
    if not rows:
        raise Refusal(ProblemCode.IMPORT_EMPTY)
    ignored = tuple(
        cell.strip() for cell, name in zip(header, columns, strict=True) if name is None and cell.strip()
    )
    return Sheet(reading.encoding, reading.separator, ignored, tuple(rows))


def _is_utf_16(body: bytes) -> bool:
    return body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _best(body: bytes, chosen: Encoding | None) -> _Reading:
    """Return the reading under which the first row names most columns. Raises Refusal IMPORT_ENCODING.

    Where none is better, the earlier one counts: bytes that are UTF-8 are hardly ever anything else by chance.
    """
    if chosen is not None:
        encodings: tuple[Encoding, ...] = (chosen,)
    elif _is_utf_16(body):
        encodings = (Encoding.UTF_16,)
    elif body.startswith(codecs.BOM_UTF8):
        encodings = (Encoding.UTF_8,)
    else:
        encodings = _likely(body)
    texts = [(encoding, text) for encoding in encodings if (text := _decoded(body, encoding)) is not None]
    if not texts:
        raise Refusal(ProblemCode.IMPORT_ENCODING)
    readings = [_Reading(encoding, separator, text) for encoding, text in texts for separator in _SEPARATORS]
    return max(readings, key=_Reading.known_columns)


def _decoded(body: bytes, encoding: Encoding) -> str | None:
    try:
        return body.decode(_CODECS[encoding])
    except UnicodeDecodeError:
        return None


def _likely(body: bytes) -> tuple[Encoding, ...]:
    """Return the encodings to try, of GB18030 and Big5 the one in which more of the characters are everyday ones.

    Nearly every text in the one is also some text in the other. But everyday characters lie in the first level of
    either set (GB 2312: B0-D7, second byte from A1; Big5: A4-C6), and a text read wrongly falls outside half the time.
    """
    pairs = _pairs(body)
    mainland = sum(0xB0 <= first <= 0xD7 and second >= 0xA1 for first, second in pairs)
    taiwan = sum(0xA4 <= first <= 0xC6 for first, second in pairs)
    others = (Encoding.GB18030, Encoding.BIG5) if mainland >= taiwan else (Encoding.BIG5, Encoding.GB18030)
    return (Encoding.UTF_8, *others)


def _pairs(body: bytes) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    rest = iter(body)
    for byte in rest:
        if byte >= 0x81:
            pairs.append((byte, next(rest, 0)))
    return pairs


def _holds_something(record: list[str]) -> bool:
    """Tell whether the record is a row: not blank, not a comment, not Excel's own line about the separator."""
    if not any(cell.strip() for cell in record):
        return False
    first = record[0].strip()
    return not first.startswith(COMMENT) and not first.lower().startswith("sep=")


def _columns(header: list[str]) -> list[str | None]:
    """Return which column each cell of the first row names. Raises Refusal IMPORT_COLUMNS with those missing."""
    found: list[str | None] = []
    for cell in header:
        name = named(cell)
        found.append(name if name not in found else None)
    missing = [column.name for column in NEEDED if column.name not in found]
    if missing:
        raise Refusal(ProblemCode.IMPORT_COLUMNS, args={"columns": ", ".join(missing)})
    return found


def _row(number: int, record: list[str], columns: list[str | None]) -> SheetRow:
    cells = {
        name: cell
        for name, cell in zip(columns, record, strict=False)
        if name is not None and name not in NOTES
    }
    return SheetRow(number, cells, any(cell.strip() for cell in record[len(columns) :]))
