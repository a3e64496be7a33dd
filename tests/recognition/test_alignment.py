"""Forcing a number and all its neighbours onto lines at once: the same scores as one by one."""

import numpy as np
import pytest

from recognition.alignment import neighbourhood
from recognition.alphabet import DIGITS, LETTERS, SYMBOLS
from recognition.ctc import HOPELESS, align
from recognition.templates import Position, Template
from recognition.values import LogProbabilities
from tests.recognition.lines import steps

TEMPLATE = Template(7 * (Position(DIGITS + LETTERS),), 2.0)


def blurred(text: str, seed: int) -> LogProbabilities:
    """The text, some noise over every step of it."""
    noise = np.random.default_rng(seed).random((2 * len(text) + 1, len(SYMBOLS))) * 0.3
    rows = np.exp(steps(text)) + noise
    line: LogProbabilities = np.log(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    return line


@pytest.mark.parametrize("text", ["ABC1234", "AAB1123", "XYZ9000"])
def test_each_neighbour_scores_as_if_it_were_aligned_alone(text: str) -> None:
    views = [blurred("ABC1234", 1), blurred("AAB11230", 2), steps("XABC1234"), blurred("Z99", 3)]
    found = neighbourhood(views, TEMPLATE, text)
    for index, view in enumerate(views):
        assert found.own[index] == pytest.approx(max(align(view, TEMPLATE, [text])[0], HOPELESS), abs=1e-3)
        for place, position in enumerate(TEMPLATE.positions):
            others = [text[:place] + sign + text[place + 1 :] for sign in position.allowed]
            alone = np.array(align(view, TEMPLATE, others))
            alone[position.allowed.index(text[place])] = HOPELESS
            changed = found.changed[index, place, : len(others)]
            assert changed == pytest.approx(np.maximum(alone, HOPELESS), abs=1e-3)


@pytest.mark.parametrize("text", ["ABC1234", "BC12345", "AAB1123"])
def test_one_more_sign_at_either_end_scores_as_a_longer_text(text: str) -> None:
    every = Position(DIGITS + LETTERS)
    views = [steps("XABC12345"), blurred("ABC12344", 4), blurred("CBC1234", 5), steps("ABC1234")]
    found = neighbourhood(views, TEMPLATE, text)
    own = TEMPLATE.positions
    for index, view in enumerate(views):
        alone = [HOPELESS]
        for sign in every.allowed:
            alone += align(view, Template((every, *own), 2.0), [sign + text])
            alone += align(view, Template((*own, every), 2.0), [text + sign])
        assert found.longer[index] == pytest.approx(max(alone), abs=1e-3)


def test_a_line_too_short_for_the_number_is_hopeless_for_all() -> None:
    found = neighbourhood([steps("A1")[:3]], TEMPLATE, "ABC1234")
    assert found.own.max() <= HOPELESS
    assert found.changed.max() <= HOPELESS
