"""Counts with their uncertainty: shares, 95 % Wilson intervals, edit distances."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964
"""The standard normal distribution's 97.5 % point."""


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    hits: int
    total: int

    def __add__(self, other: "Count") -> "Count":
        return Count(self.hits + other.hits, self.total + other.total)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % (Wilson 1927): honest also at none and at all."""
        if not self.total:
            return 0.0, 1.0
        share, weight = self.hits / self.total, _Z * _Z / self.total
        middle = share + weight / 2
        reach = _Z * sqrt(share * (1 - share) / self.total + weight / (4 * self.total))
        return max(0.0, (middle - reach) / (1 + weight)), min(1.0, (middle + reach) / (1 + weight))

    def __str__(self) -> str:
        if not self.total:
            return "-"
        low, high = (100 * bound for bound in self.interval)
        return f"{self.hits}/{self.total} ({low:.1f}-{high:.1f} %)"


def distance(one: str, other: str) -> int:
    """How many characters must be changed, put in or left out to make one text of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, wanted in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (sign != wanted)),
            )
    return row[-1]


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank); 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
