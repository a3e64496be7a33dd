"""Container and seal numbers."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identifiers.containers import ContainerNumber, check_digit, parse_container
from core.identifiers.seals import parse_seal
from core.problems import ProblemCode, Refusal
from core.vectors import containers as vectors

# ISO 6346, annex A, written out: letters count from 10 and leave out 11, 22 and 33.
VALUES = dict(zip(string.digits, range(10), strict=True)) | dict(
    zip(
        string.ascii_uppercase,
        [n for n in range(10, 39) if n not in (11, 22, 33)],
        strict=True,
    )
)
FIRST_TEN = st.builds(
    lambda owner, category, serial: f"{owner}{category}{serial:06d}",
    st.text(string.ascii_uppercase, min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    st.integers(0, 999_999),
)


@pytest.mark.parametrize(("text", "canonical", "display"), vectors.ACCEPTED)
def test_a_container_number_is_read_as_people_write_it(text: str, canonical: str, display: str) -> None:
    container = parse_container(text)
    assert (container.text, container.display()) == (canonical, display)


@pytest.mark.parametrize(("text", "problem", "expected"), vectors.REFUSED)
def test_a_wrong_container_number_is_refused_with_the_digit_expected(
    text: str, problem: ProblemCode, expected: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        parse_container(text)
    assert refused.value.code is problem
    assert refused.value.args.get("expected") == expected
    assert refused.value.args["text"] == text


@given(FIRST_TEN)
def test_the_check_digit_is_that_of_the_standard(first_ten: str) -> None:
    total = sum(VALUES[sign] * 2**place for place, sign in enumerate(first_ten))
    assert check_digit(first_ten) == total % 11 % 10


@given(FIRST_TEN, st.integers(0, 9))
def test_of_ten_last_digits_one_is_accepted(first_ten: str, digit: int) -> None:
    if digit == check_digit(first_ten):
        container = parse_container(f"{first_ten}{digit}")
        assert container.owner + container.category + container.serial == first_ten
        assert container.check_digit == digit
        return
    with pytest.raises(Refusal) as refused:
        parse_container(f"{first_ten}{digit}")
    assert refused.value.code is ProblemCode.CONTAINER_CHECK_DIGIT
    assert refused.value.args["expected"] == str(check_digit(first_ten))


@given(FIRST_TEN)
def test_what_is_displayed_reads_back_as_the_same_container(first_ten: str) -> None:
    container = ContainerNumber(f"{first_ten}{check_digit(first_ten)}")
    assert parse_container(container.display().lower()) == container


@given(st.text(max_size=30))
def test_any_text_is_a_container_number_or_a_clear_refusal(text: str) -> None:
    try:
        found: ContainerNumber | ProblemCode = parse_container(text)
    except Refusal as refusal:
        found = refusal.code
    if isinstance(found, ContainerNumber):
        assert len(found.text) == 11
    else:
        assert found in (ProblemCode.CONTAINER_FORMAT, ProblemCode.CONTAINER_CHECK_DIGIT)


@pytest.mark.parametrize("text", ["CSQU3054384", "csqu3054383", "CSQU 305438 3", ""])
def test_a_container_number_outside_its_canonical_form_cannot_be_made(text: str) -> None:
    with pytest.raises(ValueError, match="is not a container number"):
        ContainerNumber(text)


@pytest.mark.parametrize("text", ["CSQU30543", "CSQU3054383", "csqu305438"])
def test_a_check_digit_needs_four_letters_and_six_digits(text: str) -> None:
    with pytest.raises(ValueError, match="four capital letters and six digits"):
        check_digit(text)


@pytest.mark.parametrize(
    ("text", "seal"), [("hk 123-456", "HK123456"), ("1234", "1234"), ("ＡＢ１２", "AB12")]
)
def test_a_seal_number_is_read_as_people_write_it(text: str, seal: str) -> None:
    assert parse_seal(text) == seal


@pytest.mark.parametrize("text", ["", "123", "SEAL", "A" * 15 + "1", "封条1234", "AB_12"])
def test_what_is_no_seal_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_seal(text)
    assert refused.value.code is ProblemCode.SEAL_FORMAT
    assert refused.value.args == {"text": text}
