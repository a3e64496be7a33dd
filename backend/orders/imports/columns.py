"""The columns of a file of work orders: their names, whatever language names them, and what stands in them."""

from dataclasses import dataclass
from functools import cache

from core.vouchers.claims import MAX_CONTAINERS
from core.words import Language, WordList, render

NOTES = ("row", "errors")
"""Columns that our own list of errors adds; whoever sends it back corrected need not take them out."""
COMMENT = "#"
TEMPLATE_CONTAINERS = 2


@dataclass(frozen=True)
class Column:
    """One column. `word` is its name in the list of words, `number` which container it tells of."""

    name: str
    word: str
    example: str
    needed: bool = True
    number: int = 0

    def label(self, language: Language) -> str:
        """Return what the column is called."""
        return render(WordList.COLUMNS, self.word, {"number": str(self.number)}, language)

    def meaning(self, language: Language) -> str:
        """Return what belongs into it."""
        return render(WordList.COLUMNS, f"{self.word}_meaning", {}, language)


def _of_container(number: int) -> tuple[Column, Column]:
    first = number == 1
    return (
        Column(f"container{number}", "container", "CSQU3054383" if first else "", False, number),
        Column(f"seals{number}", "seals", "HS123456 HS123457" if first else "", False, number),
    )


COLUMNS: tuple[Column, ...] = (
    Column("reference", "reference", "HT-2026-0001"),
    Column("direction", "direction", "southbound"),
    Column("checkpoint", "checkpoint", "liantang"),
    Column("goods", "goods", "Household goods, 120 cartons"),
    *(column for number in range(1, MAX_CONTAINERS + 1) for column in _of_container(number)),
    Column("arrival_from", "arrival_from", "2026-11-25 14:30"),
    Column("arrival_until", "arrival_until", "2026-11-25 18:30"),
    Column("driver_name", "driver_name", "陈大文"),
    Column("driver_phone", "driver_phone", "+852 6123 4567"),
)
NEEDED = tuple(column for column in COLUMNS if column.needed)
TEMPLATE = tuple(column for column in COLUMNS if column.number <= TEMPLATE_CONTAINERS)


@cache
def _names() -> dict[str, str]:
    known = {_folded(column.name): column.name for column in COLUMNS}
    for language in Language:
        known |= {_folded(column.label(language)): column.name for column in COLUMNS}
        known |= {_folded(render(WordList.COLUMNS, note, {}, language)): note for note in NOTES}
    return known | {_folded(note): note for note in NOTES}


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def named(text: str) -> str | None:
    """Return the name of the column that a cell of the first row means, in any of the languages; None for none."""
    return _names().get(_folded(text))
