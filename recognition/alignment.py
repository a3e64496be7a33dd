"""Forced alignment of one number, and of every number one character away from it, exactly and in one go.

The paths of a number and of its neighbours are the same before and after the changed character. So one pass forward
and one backward over the CTC steps give what lies around each place, and a third the best path through every other
character there: three passes for some hundred and forty neighbours, over all readers' views of all lines at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.alphabet import DIGITS, INDEX, LETTERS
from recognition.ctc import HOPELESS, Weights, free_score, weights
from recognition.templates import IMPOSSIBLE, Template
from recognition.values import LogProbabilities

Scores = NDArray[np.float32]

_SIGNS = np.array([INDEX[sign] for sign in DIGITS + LETTERS])


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Scores (log-likelihood ratios, 0 at best) of a text on each view, and of its neighbours.

    `own` is views; `changed` is views x places x allowed characters of the template, the character of the text itself
    HOPELESS among them; `longer` is views: the best text with one more digit or letter before or after it.
    """

    own: Scores
    changed: Scores
    longer: Scores


def neighbourhood(views: Sequence[LogProbabilities], template: Template, text: str) -> Neighbourhood:
    """The text and all texts the template allows that differ from it in one place, forced onto each view."""
    columns = np.array(
        [place.allowed.index(sign) for place, sign in zip(template.positions, text, strict=True)]
    )
    batch = _batch([weights(view, template) for view in views])
    ways = _Ways(template, text, batch, columns)
    free = np.array([free_score(view) for view in views], np.float32)
    own, changed = ways.own() - free, ways.changed() - free[:, None, None]
    changed[:, np.arange(len(columns)), columns] = HOPELESS
    longer = ways.longer(_beside(views)) - free
    return Neighbourhood(*(np.clip(scores, HOPELESS, 0.0) for scores in (own, changed, longer)))


def _beside(views: Sequence[LogProbabilities]) -> Scores:
    """How likely each step of each view is each digit and letter; steps x views x signs."""
    signs = np.full((max(map(len, views)), len(views), len(_SIGNS)), IMPOSSIBLE, np.float32)
    for index, view in enumerate(views):
        signs[: len(view), index] = view[:, _SIGNS]
    return signs


def _batch(views: Sequence[Weights]) -> Weights:
    """All views side by side, steps first; shorter ones are filled with steps no path can take."""
    most = max(len(view.gap) for view in views)
    places, width = views[0].emitted.shape[1:]
    emitted = np.full((most, len(views), places, width), IMPOSSIBLE, np.float32)
    gap, before, rest = (np.full((most + 1, len(views)), IMPOSSIBLE, np.float32) for _ in range(3))
    for index, view in enumerate(views):
        steps = len(view.gap)
        emitted[:steps, index] = view.emitted
        gap[:steps, index], rest[:steps, index] = view.gap, view.rest
        before[: steps + 1, index] = view.before
    return Weights(emitted, gap, before, rest)


class _Ways:
    """Best scores of what leads to each place of the text, and of what follows it; steps x views x places."""

    def __init__(self, template: Template, text: str, batch: Weights, columns: NDArray[np.int64]) -> None:
        signs = np.array([INDEX[sign] for sign in text])
        width = batch.emitted.shape[3]
        allowed = np.full((len(signs), width), -1)
        for row, place in enumerate(template.positions):
            allowed[row, : len(place.allowed)] = [INDEX[sign] for sign in place.allowed]
        # In CTC a character that follows its like needs a blank between them.
        self._like_last = np.where(allowed[1:] == signs[:-1, None], IMPOSSIBLE, np.float32(0))
        self._like_next = np.where(allowed[:-1] == signs[1:, None], IMPOSSIBLE, np.float32(0))
        self._repeat = np.where(signs[1:] == signs[:-1], IMPOSSIBLE, np.float32(0))
        self._batch = batch
        self._emission = batch.emitted[:, :, np.arange(len(signs)), columns]
        self._on, self._after = self._forward()
        self._then, self._straight, self._first = self._backward()
        self._unlike = [np.where(sign == _SIGNS, IMPOSSIBLE, np.float32(0)) for sign in (signs[0], signs[-1])]

    def own(self) -> Scores:
        """The text's own score on each view."""
        ends = np.maximum(self._on[:, :, -1], self._after[:, :, -1])
        best: Scores = (ends + self._batch.rest[: len(ends)]).max(axis=0)
        return best

    def changed(self) -> Scores:
        """The score of each neighbour, views x places x characters (the text's own character too)."""
        emitted = self._batch.emitted
        on = np.full(emitted.shape[1:], IMPOSSIBLE, np.float32)
        best = on.copy()
        entry, leave = on.copy(), on.copy()
        for step, emission in enumerate(emitted):
            entry[:, 0] = self._batch.before[step][:, None]
            if step:
                last_on, last_gap = self._on[step - 1, :, :-1, None], self._after[step - 1, :, :-1, None]
                entry[:, 1:] = np.maximum(last_gap, last_on + self._like_last)
            on = emission + np.maximum(on, entry)
            leave[:, :-1] = np.maximum(
                self._then[step, :, :-1, None], self._straight[step, :, :, None] + self._like_next
            )
            leave[:, -1] = self._then[step, :, -1, None]
            np.maximum(best, on + leave, out=best)
        return best

    def longer(self, beside: Scores) -> Scores:
        """The best score of the text with one more sign before or after it, on each view."""
        before = np.full(beside.shape[1:], IMPOSSIBLE, np.float32)
        behind, best, lead = before.copy(), before.copy(), self._leads()
        for step, emission in enumerate(beside):
            before = emission + np.maximum(before, self._batch.before[step][:, None])
            straight = self._first[step][:, None] + self._unlike[0]
            np.maximum(best, before + np.maximum(lead[step][:, None], straight), out=best)
            if step:
                entry = np.maximum(
                    self._after[step - 1, :, -1:], self._on[step - 1, :, -1:] + self._unlike[1]
                )
                behind = emission + np.maximum(behind, entry)
                np.maximum(best, behind + self._batch.rest[step][:, None], out=best)
        found: Scores = best.max(axis=1)
        return found

    def _leads(self) -> Scores:
        """What follows a gap before the first character, by the gap's last step; steps x views."""
        leads = np.full(self._first.shape, IMPOSSIBLE, np.float32)
        for step in range(len(leads) - 2, -1, -1):
            leads[step] = self._batch.gap[step + 1] + np.maximum(leads[step + 1], self._first[step + 1])
        return leads

    def _forward(self) -> tuple[Scores, Scores]:
        """Ending at a step on a place's character, or in the gap after it."""
        steps, views, places = self._emission.shape
        on = np.full((steps, views, places), IMPOSSIBLE, np.float32)
        after = on.copy()
        last_on, last_gap = on[0].copy(), after[0].copy()
        entry = on[0].copy()
        for step in range(steps):
            entry[:, 0] = self._batch.before[step]
            entry[:, 1:] = np.maximum(last_gap[:, :-1], last_on[:, :-1] + self._repeat)
            after[step] = self._batch.gap[step][:, None] + np.maximum(last_gap, last_on)
            on[step] = self._emission[step] + np.maximum(last_on, entry)
            last_on, last_gap = on[step], after[step]
        return on, after

    def _backward(self) -> tuple[Scores, Scores, Scores]:
        """After a place's last step: by a gap or the end, whatever was there; straight to the next character; and,
        after whatever stands before the text, straight to its first.
        """
        steps, views, places = self._emission.shape
        then = np.full((steps, views, places), IMPOSSIBLE, np.float32)
        straight = np.full((steps, views, places - 1), IMPOSSIBLE, np.float32)
        first = np.full((steps, views), IMPOSSIBLE, np.float32)
        in_gap = np.full((views, places), IMPOSSIBLE, np.float32)
        on = in_gap.copy()
        for step in range(steps - 1, -1, -1):
            then[step] = self._batch.gap[step + 1][:, None] + in_gap
            then[step, :, -1] = np.maximum(then[step, :, -1], self._batch.rest[step])
            if step + 1 < steps:
                stays = self._emission[step + 1] + on
                straight[step], first[step] = stays[:, 1:], stays[:, 0]
            else:
                stays = np.full_like(on, IMPOSSIBLE)
            in_gap = then[step].copy()
            in_gap[:, :-1] = np.maximum(in_gap[:, :-1], straight[step])
            on = np.maximum(stays, then[step])
            on[:, :-1] = np.maximum(on[:, :-1], straight[step] + self._repeat)
        return then, straight, first
