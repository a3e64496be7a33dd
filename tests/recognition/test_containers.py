"""Container numbers out of lines: form, check digit, slips."""

import pytest

from core.identifiers.containers import check_digit
from recognition.containers import may_be_container, read_containers
from recognition.values import Box
from tests.recognition.lines import Sign, line, steps


def test_a_number_in_one_line_is_read_with_what_stands_around_it_left_out() -> None:
    [reading] = read_containers([line("CSQU·305438·3·22G1")])
    assert (reading.text, reading.check_digit) == ("CSQU3054383", True)
    assert reading.confidence > 0.3


def test_a_clean_number_is_read_with_confidence() -> None:
    [reading] = read_containers([line("CSQU3054383")])
    assert reading.confidence > 0.95


@pytest.mark.parametrize("wrong", ["CSQU3054384", "CSQU3054373", "CSQX3054383"])
def test_a_clearly_wrong_number_is_not_reported(wrong: str) -> None:
    assert read_containers([line(wrong)]) == ()


def test_a_doubtful_character_is_settled_by_the_check_digit_and_costs_confidence() -> None:
    doubtful: list[Sign] = [*"CSQU305", {"6": 0.6, "4": 0.4}, *"383"]
    [reading] = read_containers([line(doubtful)])
    assert reading.text == "CSQU3054383"
    assert reading.confidence < 0.95


def test_an_unread_check_digit_is_said_so() -> None:
    [reading] = read_containers([line("CSQU305438")])
    assert (reading.text, reading.check_digit) == ("CSQU3054383", False)
    assert reading.confidence < 0.5


def test_letters_and_digits_are_told_by_their_place() -> None:
    [reading] = read_containers([line("C5QU3O54383")])
    assert reading.text == "CSQU3054383"


def test_two_containers_in_view_are_both_read() -> None:
    second = "HLXU102412"
    second += str(check_digit(second))
    readings = read_containers([line("CSQU3054383"), line(second, box=Box(0, 200, 100, 20))])
    assert {reading.text for reading in readings} == {"CSQU3054383", second}


def test_the_cheap_look_lets_numbers_pass_and_words_not() -> None:
    assert may_be_container(steps("CSQU3054383"))
    assert not may_be_container(steps("TARE"))


def test_another_category_is_read_as_it_stands_and_less_surely_and_never_repaired() -> None:
    [found] = read_containers([line("RWWL4564317")])
    assert (found.text, found.check_digit) == ("RWWL4564317", True)
    assert found.confidence < 0.75
    assert read_containers([line("RWWL4564318")]) == ()
