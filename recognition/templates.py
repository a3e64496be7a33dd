"""What a number may look like: rows of allowed characters, and what other shapes may be taken for each of them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recognition.alphabet import INDEX, OTHER, SEPARATOR, SYMBOLS

IMPOSSIBLE = np.float32(-1e9)
_KEPT = 256  # templates of declared and read numbers come and go: all of them kept would grow a worker without end

# What a shape is taken for when the place does not allow it, with the price in nats; symmetric, by shape alone.
_LOOKALIKES = {
    "0O": 0.3, "0Q": 1.2, "0D": 1.5, "0U": 2.5, "1I": 0.3, "1L": 1.5, "1T": 2.5, "2Z": 1.0, "4A": 1.5, "5S": 1.0,
    "6G": 1.2, "7T": 2.0, "7Z": 2.5, "8B": 1.0, "8S": 2.0, "3B": 2.0, "OD": 2.0, "OQ": 2.0, "IL": 1.5, "IT": 1.5,
    "VU": 2.0, "VY": 2.0, "QD": 1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Position:
    """One place: the characters allowed there, and at what price any unknown or other shape may stand for them."""

    allowed: str
    unknown: float | None = None
    any_other: float | None = None


@dataclass(frozen=True)
class Template:
    """A row of positions. `stray` is the price of each step of text outside the number."""

    positions: tuple[Position, ...]
    stray: float = 2.5


@lru_cache(_KEPT)
def literal(text: str, stray: float = Template(()).stray) -> Template:
    """The template that allows this very text and nothing else."""
    return Template(tuple(Position(character) for character in text), stray)


@dataclass(frozen=True, eq=False)
class Prices:
    """For each allowed character the symbols that may stand for it and what each costs (characters x choices)."""

    symbols: NDArray[np.int64]
    nats: NDArray[np.float32]


@lru_cache(_KEPT)
def tables(template: Template) -> tuple[NDArray[np.int64], tuple[Prices, ...]]:
    """Allowed symbols (positions x width, padded), and the prices of each position."""
    width = max(len(position.allowed) for position in template.positions)
    allowed = np.full((len(template.positions), width), -1, np.int64)
    for row, position in enumerate(template.positions):
        allowed[row, : len(position.allowed)] = [INDEX[character] for character in position.allowed]
    return allowed, tuple(map(_prices, template.positions))


@lru_cache(_KEPT)
def _prices(position: Position) -> Prices:
    choices = [_choices(position, character) for character in position.allowed]
    most = max(map(len, choices))
    symbols = np.zeros((len(choices), most), np.int64)
    nats = np.full((len(choices), most), -IMPOSSIBLE, np.float32)
    for row, found in enumerate(choices):
        symbols[row, : len(found)], nats[row, : len(found)] = list(found), list(found.values())
    return Prices(symbols, nats)


def _choices(position: Position, character: str) -> dict[int, float]:
    """What may stand for the character in this position: few symbols, so that scoring them is cheap."""
    found: dict[int, float] = {}
    if position.any_other is not None:
        found = dict.fromkeys(range(SEPARATOR + 1, len(SYMBOLS)), position.any_other)
    if position.unknown is not None:
        found[OTHER] = position.unknown
    for pair, price in _LOOKALIKES.items():
        if character in pair:
            seen = INDEX[pair.replace(character, "", 1)]
            found[seen] = min(found.get(seen, price), price)
    for other in position.allowed:
        found.pop(INDEX[other], None)
    return {**found, INDEX[character]: 0.0}
