"""Lines of text as readers would see them, made without a model."""

from collections.abc import Mapping, Sequence

import numpy as np

from recognition.alphabet import BLANK, INDEX, OTHER, SYMBOLS
from recognition.values import Box, Line, LogProbabilities

Sign = str | Mapping[str, float]


def steps(signs: Sequence[Sign], sure: float = 0.97) -> LogProbabilities:
    """CTC steps for a row of signs, a blank between each two; a mapping shares one step among several signs."""
    rows = np.full((2 * len(signs) + 1, len(SYMBOLS)), 1e-7, dtype=np.float64)
    rows[::2, BLANK] = 1.0
    for place, sign in enumerate(signs):
        shares = {sign: sure} if isinstance(sign, str) else sign
        for name, share in shares.items():
            rows[2 * place + 1, OTHER if name == "□" else INDEX[name]] = share
    rows /= rows.sum(axis=1, keepdims=True)
    return np.log(rows).astype(np.float32)


def line(*seen: Sequence[Sign], box: Box | None = None) -> Line:
    """A line as two readers see it; one view alone is what both see."""
    views = tuple(steps(signs) for signs in seen)
    return Line(box or Box(0, 0, 100, 20), views if len(views) > 1 else views * 2)
