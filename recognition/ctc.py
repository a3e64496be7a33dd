"""Decoding CTC steps under a grammar: the exact best path through a template of allowed characters.

A template is a fixed row of positions; each allows some characters. The best path (Viterbi over CTC states, Graves et
al. 2006) is found exactly, with text that does not belong to the number allowed before and after it at a price. Scores
are log-likelihood ratios against the best path without any grammar: 0 says the grammar cost nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recognition.alphabet import BLANK, INDEX, OTHER, SEPARATOR, SYMBOLS
from recognition.values import LogProbabilities

IMPOSSIBLE = np.float32(-1e9)
HOPELESS = -1e6
_STAYED = -1
_FROM_ITSELF, _FROM_GAP = 0, 1
_KEPT = 256  # templates of declared and read numbers come and go: all of them kept would grow a worker without end
_CERTAIN = np.float32(-0.01)
_ORNAMENT = np.float32(3.0)

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


@dataclass(frozen=True)
class Decoded:
    """The best text under a template, its log-likelihood ratio (<= 0) and the CTC steps of each character."""

    text: str
    score: float
    steps: tuple[tuple[int, int], ...]


def greedy(line: LogProbabilities) -> str:
    """The best path without grammar; separators as a middle dot, what is no symbol of ours as a box."""
    best = line.argmax(axis=1)
    kept = best[np.flatnonzero(np.diff(best, prepend=-1))]
    return "".join(SYMBOLS[index] for index in kept if index != BLANK)


def join(parts: Sequence[LogProbabilities]) -> LogProbabilities:
    """Rows or pieces of one number one after the other, with a blank step between them."""
    gap = np.full((1, len(SYMBOLS)), IMPOSSIBLE, dtype=np.float32)
    gap[0, BLANK] = 0
    pieces = [piece for part in parts for piece in (gap, part)]
    return np.concatenate(pieces[1:])


def clarity(line: LogProbabilities) -> float:
    """How sure the characters of the best path are, 0 to 1: the geometric mean of their probabilities."""
    best = line.argmax(axis=1)
    signs = line.max(axis=1)[best > SEPARATOR]
    return float(np.exp(signs.mean())) if len(signs) else 0.0


def condensed(line: LogProbabilities) -> LogProbabilities:
    """The line without repeated steps of certain blank: nothing can be read in them, and decoding takes half."""
    blank = line[:, BLANK] > _CERTAIN
    repeated = blank & np.concatenate(([True], blank[:-1]))
    return line[~repeated] if not repeated.all() else line[:1]


def free_score(line: LogProbabilities) -> float:
    """Log-likelihood of the best path without any grammar."""
    return float(line.max(axis=1).sum())


@lru_cache(_KEPT)
def literal(text: str, stray: float = Template(()).stray) -> Template:
    """The template that allows this very text and nothing else."""
    return Template(tuple(Position(character) for character in text), stray)


def ceiling(line: LogProbabilities, template: Template) -> float:
    """A cheap estimate of the best score the template can reach here: each character at its best step anywhere."""
    peaks = line.max(axis=0)
    reached = sum(float((peaks[price.symbols] - price.nats).max()) for price in _tables(template)[1])
    surplus = len(greedy(line).replace("·", "")) - len(template.positions)
    return reached - template.stray * max(surplus, 0)


def decode(line: LogProbabilities, template: Template, least: float = HOPELESS) -> Decoded | None:
    """The best text the template allows on this line (steps x symbols); None where none scores `least`."""
    if len(line) < len(template.positions):
        return None
    allowed, _ = _tables(template)
    found = weights(line, template)
    lattice = _Lattice(allowed, len(line))
    lattice.run(found)
    ends = np.maximum(lattice.on[:, -1].max(axis=1), lattice.after[:, -1]) + found.rest
    last = int(ends.argmax())
    score = float(ends[last]) - free_score(line)
    if score < least:
        return None
    chosen, spans = lattice.trace(last)
    return Decoded("".join(SYMBOLS[symbol] for symbol in chosen), min(0.0, score), spans)


def align(line: LogProbabilities, template: Template, texts: Sequence[str]) -> list[float]:
    """The score of each of these texts, forced onto the line; each must be one the template allows."""
    if len(line) < len(template.positions) or not texts:
        return [HOPELESS] * len(texts)
    found = weights(line, template)
    columns = np.array(
        [
            [place.allowed.index(sign) for place, sign in zip(template.positions, text, strict=True)]
            for text in texts
        ]
    )
    emitted = found.emitted[:, np.arange(len(template.positions)), columns]
    signs = np.array([[INDEX[sign] for sign in text] for text in texts])
    straight = np.zeros(signs.shape, np.float32)
    straight[:, 1:][signs[:, 1:] == signs[:, :-1]] = IMPOSSIBLE
    on = np.full(signs.shape, IMPOSSIBLE, np.float32)
    after, best = on.copy(), np.full(len(texts), IMPOSSIBLE, np.float32)
    for step, emission in enumerate(emitted):
        entry = np.maximum(after, on + np.roll(straight, -1, axis=1))
        entry = np.concatenate((np.full((len(texts), 1), found.before[step]), entry[:, :-1]), axis=1)
        after = found.gap[step] + np.maximum(after, on)
        on = emission + np.maximum(on, entry)
        best = np.maximum(best, np.maximum(on[:, -1], after[:, -1]) + found.rest[step])
    return [min(0.0, float(score)) for score in best - free_score(line)]


@dataclass(frozen=True, eq=False)
class Weights:
    """Log-likelihoods of a line under a template.

    `emitted` is steps x positions x allowed characters, `gap` a step between characters; `before` and `rest` are
    the sums of what lies outside the number up to a step, and after it.
    """

    emitted: NDArray[np.float32]
    gap: NDArray[np.float32]
    before: NDArray[np.float32]
    rest: NDArray[np.float32]


def weights(line: LogProbabilities, template: Template) -> Weights:
    allowed, prices = _tables(template)
    emitted = np.full((len(line), *allowed.shape), IMPOSSIBLE, np.float32)
    shared = {id(price): (line[:, price.symbols] - price.nats).max(axis=2) for price in prices}
    for place, price in enumerate(prices):
        emitted[:, place, : len(price.nats)] = shared[id(price)]
    stray = np.maximum(line[:, BLANK], line.max(axis=1) - np.float32(template.stray))
    gap = np.maximum(line[:, BLANK], np.maximum(line[:, SEPARATOR], line[:, OTHER] - _ORNAMENT))
    before = np.concatenate(([np.float32(0)], np.cumsum(stray, dtype=np.float32)))
    return Weights(emitted, gap, before, before[-1] - before[1:])


@dataclass(frozen=True, eq=False)
class _Prices:
    """For each allowed character the symbols that may stand for it and what each costs (characters x choices)."""

    symbols: NDArray[np.int64]
    nats: NDArray[np.float32]


@lru_cache(_KEPT)
def _tables(template: Template) -> tuple[NDArray[np.int64], tuple[_Prices, ...]]:
    """Allowed symbols (positions x width, padded), and the prices of each position."""
    width = max(len(position.allowed) for position in template.positions)
    allowed = np.full((len(template.positions), width), -1, np.int64)
    for row, position in enumerate(template.positions):
        allowed[row, : len(position.allowed)] = [INDEX[character] for character in position.allowed]
    return allowed, tuple(map(_prices, template.positions))


@lru_cache(_KEPT)
def _prices(position: Position) -> _Prices:
    choices = [_choices(position, character) for character in position.allowed]
    most = max(map(len, choices))
    symbols = np.zeros((len(choices), most), np.int64)
    nats = np.full((len(choices), most), -IMPOSSIBLE, np.float32)
    for row, found in enumerate(choices):
        symbols[row, : len(found)], nats[row, : len(found)] = list(found), list(found.values())
    return _Prices(symbols, nats)


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


class _Lattice:
    """Viterbi scores and their origins: on a character, or on the gap after it."""

    def __init__(self, allowed: NDArray[np.int64], steps: int) -> None:
        length, width = allowed.shape
        self.allowed = allowed
        self.on = np.full((steps, length, width), IMPOSSIBLE, np.float32)
        self.after = np.full((steps, length), IMPOSSIBLE, np.float32)
        self._on_from = np.zeros((steps, length, width), np.uint8)
        self._after_from = np.full((steps, length), _STAYED, np.int64)
        self._best = np.zeros((steps, 2, length), np.int64)

    def run(self, weights: Weights) -> None:
        """Fills the lattice, step by step."""
        on, after = self.on[0].copy(), self.after[0].copy()
        for step, emission in enumerate(weights.emitted):
            leaving, column = self._leaving(on, step)
            from_gap = np.concatenate((weights.before[step : step + 1], after[:-1]))[:, None]
            choices = np.stack((on, np.broadcast_to(from_gap, on.shape), leaving))
            self._on_from[step] = choices.argmax(axis=0)
            top = on[np.arange(len(on)), column]
            self._after_from[step] = np.where(top > after, column, _STAYED)
            after = weights.gap[step] + np.maximum(after, top)
            on = emission + choices.max(axis=0)
            self.on[step], self.after[step] = on, after

    def _leaving(self, on: NDArray[np.float32], step: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores of going straight to the next position, and the best column of each position.

        In CTC a character directly after another is a different one: a repeat needs a blank between.
        """
        rows = np.arange(len(on))
        best = on.argmax(axis=1)
        others = on.copy()
        others[rows, best] = IMPOSSIBLE
        second = others.argmax(axis=1)
        self._best[step] = best, second
        repeated = self.allowed[1:] == self.allowed[rows, best][:-1, None]
        leaving = np.full(on.shape, IMPOSSIBLE, np.float32)
        leaving[1:] = np.where(repeated, others[rows, second][:-1, None], on[rows, best][:-1, None])
        return leaving, best

    def trace(self, step: int) -> tuple[list[int], tuple[tuple[int, int], ...]]:
        """Back from the last step of the number: the symbols chosen and the steps of each."""
        position = self.allowed.shape[0] - 1
        column = int(self.on[step, position].argmax())
        if self.after[step, position] > self.on[step, position, column]:
            step, column = self._before_gap(step, position)
        chosen: list[int] = []
        spans: list[tuple[int, int]] = []
        while True:
            end = step + 1
            while self._on_from[step, position, column] == _FROM_ITSELF:
                step -= 1
            chosen.append(int(self.allowed[position, column]))
            spans.append((step, end))
            if position == 0:
                return chosen[::-1], tuple(spans[::-1])
            origin = self._on_from[step, position, column]
            symbol, position, step = chosen[-1], position - 1, step - 1
            if origin == _FROM_GAP:
                step, column = self._before_gap(step, position)
            else:
                best, second = (int(choice) for choice in self._best[step + 1, :, position])
                column = second if self.allowed[position, best] == symbol else best

    def _before_gap(self, step: int, position: int) -> tuple[int, int]:
        while self._after_from[step, position] == _STAYED:
            step -= 1
        return step - 1, int(self._after_from[step, position])
