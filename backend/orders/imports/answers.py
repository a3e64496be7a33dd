"""What an import gives back as a file: the template, and the wrong rows with what is wrong."""

import csv
import io
from collections.abc import Iterable, Sequence

from backend.orders.imports.columns import COLUMNS, COMMENT, TEMPLATE, Column
from backend.orders.imports.model import ImportRow
from core.problems import ProblemCode, sentence
from core.words import Language, WordList, render

_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for the encoding of its own country
_PHONE_SIGNS = frozenset("+0123456789 -().")


def template(language: Language) -> str:
    """Return the first row to begin with, and below it what belongs into each column, in three languages."""
    notes = [[column.meaning(each) for column in TEMPLATE] for each in Language]
    example = [column.example for column in TEMPLATE]
    example[0] = f"{render(WordList.COLUMNS, 'example', {}, language)}: {example[0]}"
    comments = [[f"{COMMENT} {first}", *rest] for first, *rest in (*notes, example)]
    return _written([[column.label(language) for column in TEMPLATE], *comments])


def errors(rows: Iterable[ImportRow], language: Language) -> str:
    """Return the rows with what is wrong in each. Corrected, the file can be sent as it is."""
    held = list(rows)
    used = [column for column in COLUMNS if column.needed or any(row.cells.get(column.name) for row in held)]
    head = [column.label(language) for column in used]
    notes = [render(WordList.COLUMNS, name, {}, language) for name in ("row", "errors")]
    lines = [
        [
            *(guarded(row.cells.get(column.name, "")) for column in used),
            str(row.number),
            _told(row, used, language),
        ]
        for row in held
    ]
    return _written([[*head, *notes], *lines])


def _told(row: ImportRow, columns: Sequence[Column], language: Language) -> str:
    labels = {column.name: column.label(language) for column in columns}
    said = [
        (labels.get(failure.column), sentence(ProblemCode(failure.code), failure.args, language))
        for failure in row.failures
    ]
    return "\n".join(f"{label}: {text}" if label else text for label, text in said)


def guarded(text: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula; a phone number stays as it is."""
    if text[:1] in "=+-@\t\r" and text and not set(text) <= _PHONE_SIGNS:
        return f"'{text}"
    return text


def _written(lines: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return _MARK + out.getvalue()
