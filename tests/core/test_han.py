"""Traditional characters become the simplified ones, and nothing else changes."""

import pytest

from core.identifiers.han import is_han, simplified


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("陳大文", "陈大文"),
        ("葉國鋒", "叶国锋"),
        ("鄭嘉欣", "郑嘉欣"),
        ("蘇衛東", "苏卫东"),
        ("粵Z·DF15港", "粤Z·DF15港"),
    ],
)
def test_a_name_in_traditional_characters_is_the_same_as_in_simplified_ones(written: str, plain: str) -> None:
    assert simplified(written) == plain
    assert simplified(plain) == plain


def test_what_is_no_traditional_character_stays() -> None:
    assert simplified("Chan Tai Man +852 港澳挂") == "Chan Tai Man +852 港澳挂"


def test_letters_and_digits_are_no_chinese_characters() -> None:
    assert [is_han(sign) for sign in "陈粤AZ09·"] == [True, True, False, False, False, False, False]
