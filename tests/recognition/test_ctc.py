"""The decoder under a grammar, held against every path there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition.alphabet import BLANK, INDEX, SYMBOLS
from recognition.ctc import align, ceiling, condensed, decode, greedy, join
from recognition.templates import Position, Template
from recognition.values import LogProbabilities
from tests.recognition.lines import steps

PAIR = Template((Position("AB"), Position("AB1")))


def collapsed(path: tuple[int, ...]) -> str:
    kept = [sign for place, sign in enumerate(path) if place == 0 or path[place - 1] != sign]
    return "".join(SYMBOLS[sign] for sign in kept if sign != BLANK)


def best_by_hand(line: LogProbabilities, texts: list[str]) -> float:
    signs = (BLANK, *(INDEX[sign] for sign in "AB1"))
    scores = [
        sum(float(line[step, sign]) for step, sign in enumerate(path))
        for path in product(signs, repeat=len(line))
        if collapsed(path) in texts
    ]
    return max(scores) - float(line.max(axis=1).sum())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4), min_size=3, max_size=5))
def test_decoding_finds_the_best_of_all_paths(weights: list[list[float]]) -> None:
    rows = np.full((len(weights), len(SYMBOLS)), 1e-9)
    rows[:, [BLANK, *(INDEX[sign] for sign in "AB1")]] = weights
    line = np.log(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    template = Template(PAIR.positions, stray=1e6)
    texts = [first + second for first, second in product("AB", "AB1")]
    found = decode(line, template)
    assert found is not None
    assert found.score == pytest.approx(best_by_hand(line, texts), abs=1e-4)
    assert align(line, template, texts)[texts.index(found.text)] == pytest.approx(found.score, abs=1e-4)
    assert max(align(line, template, texts)) == pytest.approx(found.score, abs=1e-4)


def test_a_repeated_character_needs_a_blank_between() -> None:
    held = steps(["A"]).repeat([1, 3, 1], axis=0)
    template = Template((Position("A"), Position("A")), stray=1e6)
    found = decode(held, template)
    assert found is None or found.score < -10
    assert decode(steps(["A", "A"]), template) is not None


def test_a_shape_stands_for_its_lookalike_only_where_it_is_not_allowed_itself() -> None:
    seen = steps(["O", "O"])
    digits = decode(seen, Template((Position("0123"), Position("0123"))))
    both = decode(seen, Template((Position("0O"), Position("0O"))))
    assert digits is not None
    assert both is not None
    assert digits.text == "00"
    assert digits.score == pytest.approx(-0.6, abs=0.01)
    assert (both.text, both.score) == ("OO", 0.0)


def test_text_outside_the_number_costs_its_price_and_no_more() -> None:
    found = decode(steps(["X", "A", "1", "X", "X"]), Template(PAIR.positions, stray=0.5))
    assert found is not None
    assert found.text == "A1"
    assert found.score == pytest.approx(-1.5, abs=0.01)


def test_steps_of_each_character_are_told() -> None:
    found = decode(steps(["X", "A", "1"]), PAIR)
    assert found is not None
    assert [end > begin and begin in (3, 5) for begin, end in found.steps] == [True, True]


def test_a_line_shorter_than_the_number_gives_nothing() -> None:
    assert decode(steps([]), PAIR) is None


def test_the_cheap_ceiling_is_zero_for_a_perfect_line_and_low_for_another() -> None:
    assert ceiling(steps(["A", "1"]), PAIR) == pytest.approx(0, abs=0.01)
    assert ceiling(steps(["7", "9"]), PAIR) < -10


def test_condensing_changes_neither_text_nor_score() -> None:
    line = steps(["A", "1"]).repeat([4, 1, 6, 1, 9], axis=0)
    short = condensed(line)
    assert len(short) < len(line)
    assert greedy(short) == greedy(line) == "A1"
    before, after = decode(line, PAIR), decode(short, PAIR)
    assert before is not None
    assert after is not None
    assert after.score == pytest.approx(before.score, abs=1e-4)


def test_joined_rows_read_as_one_number_even_with_the_same_sign_at_the_seam() -> None:
    parts = [steps(["A"])[1:2], steps(["A"])[1:2]]
    assert greedy(join(parts)) == "AA"
