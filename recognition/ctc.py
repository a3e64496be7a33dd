"""Decoding CTC steps under a grammar: the exact best path through a template of allowed characters.

A template is a fixed row of positions; each allows some characters. The best path (Viterbi over CTC states, Graves et
al. 2006) is found exactly, with text that does not belong to the number allowed before and after it at a price. Scores
are log-likelihood ratios against the best path without any grammar: 0 says the grammar cost nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.alphabet import BLANK, INDEX, OTHER, SEPARATOR, SYMBOLS
from recognition.templates import IMPOSSIBLE, Template, tables
from recognition.values import LogProbabilities

HOPELESS = -1e6
_STAYED = -1
_FROM_ITSELF, _FROM_GAP = 0, 1
_CERTAIN = np.float32(-0.01)
_ORNAMENT = np.float32(3.0)
_LOOSE = np.float32(1.5)
_FEWEST_LOOSE = 3


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
    """Rows or pieces of one number one after the other, with a blank step between them.

    The edge of a plate looks like a sign at either end of a row: where there are several, an end may be left out at
    a lower price than a stray sign elsewhere.
    """
    if len(parts) == 1:
        return parts[0]
    gap = np.full((1, len(SYMBOLS)), IMPOSSIBLE, dtype=np.float32)
    gap[0, BLANK] = 0
    pieces = [piece for part in parts for piece in (gap, _with_loose_ends(part))]
    return np.concatenate(pieces[1:])


def _with_loose_ends(row: LogProbabilities) -> LogProbabilities:
    best = row.argmax(axis=1)
    signs = np.flatnonzero(best != BLANK)
    if len(signs) < _FEWEST_LOOSE:
        return row
    loose = row.copy()
    for end, onwards in ((signs[0], 1), (signs[-1], -1)):
        step = end
        while 0 <= step < len(best) and best[step] == best[end]:
            loose[step, BLANK] = max(loose[step, BLANK], row[step].max() - _LOOSE)
            step += onwards
    return loose


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


def ceiling(line: LogProbabilities, template: Template) -> float:
    """A cheap estimate of the best score the template can reach here: each character at its best step anywhere."""
    peaks = line.max(axis=0)
    reached = sum(float((peaks[price.symbols] - price.nats).max()) for price in tables(template)[1])
    surplus = len(greedy(line).replace("·", "")) - len(template.positions)
    return reached - template.stray * max(surplus, 0)


def decode(line: LogProbabilities, template: Template, least: float = HOPELESS) -> Decoded | None:
    """The best text the template allows on this line (steps x symbols); None where none scores `least`."""
    if len(line) < len(template.positions):
        return None
    allowed, _ = tables(template)
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
    allowed, prices = tables(template)
    emitted = np.full((len(line), *allowed.shape), IMPOSSIBLE, np.float32)
    shared = {id(price): (line[:, price.symbols] - price.nats).max(axis=2) for price in prices}
    for place, price in enumerate(prices):
        emitted[:, place, : len(price.nats)] = shared[id(price)]
    stray = np.maximum(line[:, BLANK], line.max(axis=1) - np.float32(template.stray))
    gap = np.maximum(line[:, BLANK], np.maximum(line[:, SEPARATOR], line[:, OTHER] - _ORNAMENT))
    before = np.concatenate(([np.float32(0)], np.cumsum(stray, dtype=np.float32)))
    return Weights(emitted, gap, before, before[-1] - before[1:])


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
