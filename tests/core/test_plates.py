"""Plates: one canonical form for what people type, paste and cameras read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identifiers.plates import Jurisdiction, Plate, PlateKind, normalise, parse_plate
from core.problems import ProblemCode, Refusal
from core.vectors import plates as vectors

OFFICES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SIGNS = LETTERS + "0123456789"
HONG_KONG_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
SEPARATORS = st.text("  ·.-\u3000\u200b‐–・", max_size=2)


def _signs(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


_office = st.builds(
    str.__add__, st.sampled_from(OFFICES), st.sampled_from(LETTERS.replace("Z", "O"))
)  # 粤Z is kept for the border
MAINLAND = st.one_of(
    st.tuples(_office, _signs(SIGNS, 5), st.just("")),
    st.tuples(_office, _signs(SIGNS, 4), st.sampled_from(["挂", "学", "警", "领", "使"])),
    st.tuples(_office, _signs("0123456789", 5), st.sampled_from("ABCDEFGHJK")),
    st.tuples(st.just("粤Z"), _signs(SIGNS, 4), st.sampled_from("港澳")),
).map("".join)
HONG_KONG = st.builds(
    lambda letters, number: f"{letters}{number}",
    st.text(HONG_KONG_LETTERS, max_size=2),
    st.integers(1, 9999),
)
MACAO = st.builds(
    lambda letters, number: f"{letters}{number:04d}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=2),
    st.integers(0, 9999),
)
PLATES = st.one_of(
    MAINLAND.map(lambda text: Plate(Jurisdiction.CN, text)),
    HONG_KONG.map(lambda text: Plate(Jurisdiction.HK, text)),
    MACAO.map(lambda text: Plate(Jurisdiction.MO, text)),
)


@pytest.mark.parametrize(("text", "place", "canonical", "kind", "display"), vectors.ACCEPTED)
def test_a_plate_is_read_as_people_write_it(
    text: str,
    place: Jurisdiction,
    canonical: str,
    kind: PlateKind,
    display: str,
) -> None:
    plate = parse_plate(text, place)
    assert (plate.text, plate.kind, plate.display()) == (canonical, kind, display)
    assert plate.jurisdiction is place


@pytest.mark.parametrize(("text", "place"), vectors.REFUSED)
def test_what_is_no_plate_of_that_place_is_refused(text: str, place: Jurisdiction) -> None:
    with pytest.raises(Refusal) as refused:
        parse_plate(text, place)
    assert refused.value.code is ProblemCode.PLATE_INVALID
    assert refused.value.args == {"text": text.strip(), "jurisdiction": place.value}


@given(PLATES)
def test_what_is_displayed_reads_back_as_the_same_plate(plate: Plate) -> None:
    assert parse_plate(plate.display(), plate.jurisdiction) == plate


@given(PLATES, st.lists(SEPARATORS, min_size=12, max_size=12))
def test_spaces_dots_hyphens_case_and_width_change_nothing(plate: Plate, separators: list[str]) -> None:
    wide = str.maketrans("ABZ019", "ＡＢＺ０１９")
    written = "".join(a + b for a, b in zip(separators, plate.text.ljust(12), strict=True))
    for text in (written, written.lower(), written.translate(wide), written.replace("粤", "粵")):
        assert parse_plate(text, plate.jurisdiction) == plate


@given(st.text(max_size=30), st.sampled_from(Jurisdiction))
def test_any_text_is_a_plate_in_canonical_form_or_a_clear_refusal(text: str, place: Jurisdiction) -> None:
    try:
        found: Plate | ProblemCode = parse_plate(text, place)
    except Refusal as refusal:
        found = refusal.code
    if isinstance(found, Plate):
        assert normalise(found.text) == found.text
        assert 1 <= len(found.text) <= 12
    else:
        assert found is ProblemCode.PLATE_INVALID


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_hong_kong_and_macao_plates_of_the_same_text_are_two_plates() -> None:
    assert parse_plate("MA 1234", Jurisdiction.HK) != parse_plate("MA-12-34", Jurisdiction.MO)


def test_a_cross_border_plate_names_the_home_it_needs() -> None:
    homes = {
        text: parse_plate(text, Jurisdiction.CN).cross_border_home
        for text in ("粤ZDF15港", "粤ZDF15澳", "粤B12345")
    }
    assert homes == {"粤ZDF15港": Jurisdiction.HK, "粤ZDF15澳": Jurisdiction.MO, "粤B12345": None}


@pytest.mark.parametrize("text", ["粵B12345", "粤b12345", "粤B·12345", "粤B1234O", ""])
def test_a_plate_outside_its_canonical_form_cannot_be_made(text: str) -> None:
    with pytest.raises(ValueError, match="not a plate of CN"):
        Plate(Jurisdiction.CN, text)


def test_a_very_long_text_is_cut_in_its_refusal() -> None:
    with pytest.raises(Refusal) as refused:
        parse_plate("粤" * 100_000, Jurisdiction.CN)
    assert refused.value.args["text"] == "粤" * 40
