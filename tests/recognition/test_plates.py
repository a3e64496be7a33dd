"""Plates out of lines: each jurisdiction's grammar, and which one a line fits."""

from dataclasses import replace

import pytest

from core.identifiers.plates import Jurisdiction, parse_plate
from recognition.grounds import Ground
from recognition.plates import may_be_plate, read_plates
from recognition.values import Box
from tests.recognition.lines import line, steps

BESIDE = Box(0, 100, 100, 20)


@pytest.mark.parametrize(
    ("seen", "text", "jurisdiction"),
    [
        ("粤B·12345", "粤B12345", Jurisdiction.CN),
        ("粤BD12345", "粤BD12345", Jurisdiction.CN),
        ("粤B1234挂", "粤B1234挂", Jurisdiction.CN),
        ("皖A3997学", "皖A3997学", Jurisdiction.CN),
        ("粤Z·DF15港", "粤ZDF15港", Jurisdiction.CN),
        ("粤Z·DF15澳", "粤ZDF15澳", Jurisdiction.CN),
        ("UP·2643", "UP2643", Jurisdiction.HK),
        ("MA1234", "MA1234", Jurisdiction.HK),
        ("MA·12·34", "MA1234", Jurisdiction.MO),
        ("M·00·01", "M0001", Jurisdiction.MO),
        ("RK·248AH", "RK248AH", Jurisdiction.OTHER),
    ],
)
def test_a_clear_line_is_read_under_the_grammar_of_its_jurisdiction(
    seen: str, text: str, jurisdiction: Jurisdiction
) -> None:
    best = read_plates([line(seen)])[0]
    assert (best.text, best.jurisdiction) == (text, jurisdiction)
    assert best.confidence > 0.8


def test_an_unresolved_home_character_is_inferred_with_less_confidence() -> None:
    [clear] = read_plates([line("粤ZP419港")])
    [blurred] = read_plates([line("□ZP419□")])
    assert blurred.text == clear.text == "粤ZP419港"
    assert (clear.inferred, blurred.inferred) == ("", "粤港")
    assert blurred.confidence < 0.9 * clear.confidence


def test_the_plate_beside_it_says_whether_the_last_character_is_that_of_macao() -> None:
    readings = read_plates([line("粤ZSB12"), line("MW·41·09", box=BESIDE)])
    assert {reading.text for reading in readings} == {"粤ZSB12澳", "MW4109"}


def test_an_unread_province_beside_a_hong_kong_plate_is_guangdong_on_blue_and_nothing_elsewhere() -> None:
    home = line("FV7042", box=BESIDE)
    blue = replace(line("B595LR"), ground=Ground.BLUE)
    [read] = [plate for plate in read_plates([blue, home]) if plate.jurisdiction is Jurisdiction.CN]
    assert (read.text, read.inferred) == ("粤B595LR", "粤")
    for lines in ([blue], [replace(blue, ground=Ground.WHITE), home]):
        assert "粤B595LR" not in {plate.text for plate in read_plates(lines)}


def test_dark_signs_on_white_are_of_hong_kong_and_light_ones_on_black_are_not() -> None:
    for ground, is_hong_kong in ((Ground.WHITE, True), (Ground.BLACK, False)):
        [read] = read_plates([replace(line("MW4109"), ground=ground)])
        assert (read.jurisdiction is Jurisdiction.HK) is is_hong_kong


def test_a_letter_that_is_a_digit_by_its_place_is_read_as_the_digit() -> None:
    assert read_plates([line("UP26O3")])[0].text == "UP2603"


def test_of_two_readings_over_the_same_spot_only_the_better_stays() -> None:
    readings = read_plates([line("UP2643"), line("UP264")])
    assert [reading.text for reading in readings] == ["UP2643"]


def test_where_readers_differ_the_chinese_one_decides_a_mainland_plate() -> None:
    assert read_plates([line("粤B12348", "粤B1234B")])[0].text == "粤B1234B"


@pytest.mark.parametrize("seen", ["204620", "22G1", "30480KGS", "TAXI", "□□□", ""])
def test_markings_and_words_are_no_plates(seen: str) -> None:
    assert read_plates([line(seen)]) == ()


def test_every_reading_keeps_the_grammar_of_core() -> None:
    seen = ["粤I12345", "IO1234", "粤B1Z34O", "0P2643", "M123456", "粤Z□□□□港"]
    for reading in (reading for text in seen for reading in read_plates([line(text)])):
        assert parse_plate(reading.text, reading.jurisdiction).text == reading.text


def test_the_cheap_look_lets_plates_pass_and_long_text_not() -> None:
    assert may_be_plate(steps("粤B12345"))
    assert not may_be_plate(steps("CONTAINERTERMINAL"))
