"""Where the bands of verification should lie: every pair of least score and least margin tried on measured claims.

The point taken accepts the most true numbers among those that are safe: within the safety distance of it, score and
margin both, no other vehicle's number is accepted, and of near twins no more than the kind may let through. Of points
that accept as many the middle one is taken, so that it lies close to no edge. Cross-validation takes the point without
a fifth of the images and counts on that fifth what it would have let through.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognition.evaluation.claims import Claim, Label
from recognition.evaluation.counting import Count

SAFETY = 0.5
FOLDS = 5
SCORES = np.arange(-8.0, 0.0, 0.5)
MARGINS = np.arange(0.0, 8.01, 0.25)


@dataclass(frozen=True)
class Point:
    """A pair of thresholds, and what they accept."""

    score: float
    margin: float
    own: Count
    strangers: Count
    twins: Count


@dataclass(frozen=True, eq=False)
class Curve:
    """All claims of one kind, ready to be counted at any thresholds."""

    _claims: tuple[Claim, ...]
    _accepts: NDArray[np.bool_]
    _twin_share: float

    @classmethod
    def of(cls, claims: Iterable[Claim], twin_share: float = 0.0) -> "Curve":
        """Made of claims; what each point of the grid accepts is worked out once.

        Those of the other home are left out: not score and margin tell them, but the plate beside.
        """
        kept = tuple(claim for claim in claims if claim.label is not Label.OTHER_HOME)
        accepts = np.zeros((len(kept), len(SCORES), len(MARGINS)), bool)
        for index, claim in enumerate(kept):
            for fit in claim.fits:
                accepts[index] |= (fit.score >= SCORES)[:, None] & (fit.margin >= MARGINS)[None, :]
        return cls(kept, accepts, twin_share)

    def best(self) -> Point:
        """The point that the method takes."""
        return self._best(np.ones(len(self._claims), bool))

    def crossed(self) -> Point:
        """What the method accepts on images it has not seen; score and margin are the means of the folds' points."""
        folds = np.array([zlib.crc32(claim.image.encode()) % FOLDS for claim in self._claims])
        points = []
        for fold in range(FOLDS):
            taken = self._best(folds != fold)
            points.append(
                self._point(folds == fold, _index(SCORES, taken.score), _index(MARGINS, taken.margin))
            )
        return Point(
            score=float(np.mean([point.score for point in points])),
            margin=float(np.mean([point.margin for point in points])),
            own=sum((point.own for point in points), Count(0, 0)),
            strangers=sum((point.strangers for point in points), Count(0, 0)),
            twins=sum((point.twins for point in points), Count(0, 0)),
        )

    def points(self, score: float) -> tuple[Point, ...]:
        """The curve over the margins at one least score."""
        everyone = np.ones(len(self._claims), bool)
        row = _index(SCORES, score)
        return tuple(self._point(everyone, row, column) for column in range(len(MARGINS)))

    def _best(self, among: NDArray[np.bool_]) -> Point:
        own = self._accepts[self._labelled(Label.OWN) & among].sum(axis=0)
        strangers, twins = (self._labelled(label) & among for label in (Label.STRANGER, Label.TWIN))
        wrong = self._accepts[strangers].any(axis=0)
        wrong |= self._accepts[twins].sum(axis=0) > self._twin_share * twins.sum()
        steps = round(SAFETY / 0.5), round(SAFETY / 0.25)
        safe = np.zeros_like(wrong)
        safe[steps[0] :, steps[1] :] = ~wrong[: -steps[0], : -steps[1]]
        ranked = np.where(safe, own, -1)
        rows, columns = np.nonzero(ranked == ranked.max())
        column = np.sort(columns)[len(columns) // 2]
        row = np.sort(rows[columns == column])[(columns == column).sum() // 2]
        return self._point(among, int(row), int(column))

    def _point(self, among: NDArray[np.bool_], row: int, column: int) -> Point:
        accepted = self._accepts[:, row, column]

        def count(label: Label) -> Count:
            chosen = self._labelled(label) & among
            return Count(int(accepted[chosen].sum()), int(chosen.sum()))

        return Point(
            float(SCORES[row]),
            float(MARGINS[column]),
            count(Label.OWN),
            count(Label.STRANGER),
            count(Label.TWIN),
        )

    def _labelled(self, label: Label) -> NDArray[np.bool_]:
        return np.array([claim.label is label for claim in self._claims], bool)


def _index(grid: NDArray[np.float64], value: float) -> int:
    return int(np.abs(grid - value).argmin())
