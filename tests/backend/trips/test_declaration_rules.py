"""The rules of a declaration, each with its code, its field and its values."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.orders.model import DeclaredContainer
from backend.orders.rules import Findings
from backend.trips import rules
from backend.trips.model import Declaration, DeclaredPlate
from core.identifiers.plates import Jurisdiction
from core.vouchers.claims import Direction
from core.words import Language

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CN, HK, MO = Jurisdiction.CN, Jurisdiction.HK, Jurisdiction.MO
SOUND = Declaration(
    driver_name="陈大文",
    driver_phone="+85261234567",
    direction=Direction.SOUTHBOUND,
    plates=(
        DeclaredPlate(jurisdiction=CN, text="粤Z·DF15港"),
        DeclaredPlate(jurisdiction=HK, text="up 2643"),
    ),
    containers=(DeclaredContainer(number="CSQU 305438 3", seals=("HS123456",)),),
    crew=1,
    fever_free=True,
    goods_summary="Household goods",
    window_start=NOW,
    window_end=NOW + timedelta(hours=6),
    language=Language.ZH_HANS,
)


def plates(*stated: tuple[Jurisdiction, str]) -> tuple[DeclaredPlate, ...]:
    return tuple(DeclaredPlate(jurisdiction=jurisdiction, text=text) for jurisdiction, text in stated)


def failures(**changes: object) -> list[tuple[str, tuple[str, ...]]]:
    examination = rules.examine(SOUND.model_copy(update=changes), NOW)
    assert (examination.declared is None) == bool(examination.failures)
    return [(failure.code.value, failure.path) for failure in examination.failures]


def test_a_sound_declaration_is_returned_in_canonical_form() -> None:
    declared = rules.examine(SOUND, NOW).declared
    assert declared is not None
    assert declared.vehicles == ("CN:粤ZDF15港", "HK:UP2643")
    assert [number.text for number in declared.container_numbers] == ["CSQU3054383"]
    assert rules.examine(declared.declaration(), NOW).declared == declared


def test_an_empty_declaration_names_every_missing_field_at_once() -> None:
    found = rules.examine(Declaration(), NOW).failures
    assert {(failure.code.value, failure.path[1]) for failure in found} == {
        ("FIELD_REQUIRED", "driverName"),
        ("CONTACT_MISSING", "driverPhone"),
        ("FIELD_REQUIRED", "plates"),
        ("WINDOW_MISSING", "windowStart"),
        ("CREW_INVALID", "crew"),
        ("HEALTH_MISSING", "feverFree"),
        ("DIRECTION_MISSING", "direction"),
    }
    assert all(failure.path[0] == "declaration" for failure in found)


@pytest.mark.parametrize(
    ("stated", "code", "index"),
    [
        (plates((CN, "粤B12I45"), (HK, "UP2643")), "PLATE_INVALID", "0"),
        (plates((CN, "粤B12345"), (HK, "粤B12345")), "PLATE_INVALID", "1"),
        (plates((CN, "粤B12345"), (CN, "粤B·12345")), "PLATE_DUPLICATE", "1"),
        (
            plates(
                (CN, "粤ZDF15港"),
            ),
            "PLATE_HOME_MISSING",
            "0",
        ),
        (plates((CN, "粤ZDF15港"), (MO, "MA-12-34")), "PLATE_PAIR_MISMATCH", "0"),
        (plates((CN, "粤ZDF15澳"), (HK, "UP2643")), "PLATE_PAIR_MISMATCH", "0"),
        (plates((CN, "粤B12345"), (CN, "")), "FIELD_REQUIRED", "1"),
    ],
)
def test_a_wrong_plate_is_named_with_its_field(
    stated: tuple[DeclaredPlate, ...], code: str, index: str
) -> None:
    assert failures(plates=stated) == [(code, ("declaration", "plates", index, "text"))]


@pytest.mark.parametrize(
    "stated",
    [
        plates(
            (CN, "粤B12345"),
        ),
        plates((CN, "粤B12345D"), (CN, "粤B1234挂")),
        plates((HK, "UP2643"), (CN, "粵Z DF15港")),
        plates((CN, "粤ZDF15澳"), (MO, "MA-12-34")),
        plates(
            (HK, "9999"),
        ),
    ],
)
def test_a_vehicle_with_one_or_both_plates_is_sound(stated: tuple[DeclaredPlate, ...]) -> None:
    assert failures(plates=stated) == []


def test_a_trailer_does_not_drive_by_itself() -> None:
    assert failures(plates=plates((CN, "粤B1234挂"))) == [("FIELD_REQUIRED", ("declaration", "plates"))]


def test_more_than_four_plates_are_too_many() -> None:
    stated = plates(*((CN, f"粤B1234{digit}") for digit in range(5)))
    assert failures(plates=stated) == [("TOO_MANY", ("declaration", "plates"))]


def test_the_second_container_is_named_by_its_place() -> None:
    stated = (DeclaredContainer(number="CSQU3054383"), DeclaredContainer(number="CSQU3054384"))
    assert failures(containers=stated) == [
        ("CONTAINER_CHECK_DIGIT", ("declaration", "containers", "1", "number"))
    ]


@pytest.mark.parametrize("crew", [None, 0, -1, 10, 2_147_483_647])
def test_a_crew_that_cannot_be_is_refused(crew: int | None) -> None:
    assert failures(crew=crew) == [("CREW_INVALID", ("declaration", "crew"))]


def test_a_fever_is_a_true_answer_and_breaks_no_rule() -> None:
    assert failures(fever_free=False) == []
    assert failures(fever_free=None) == [("HEALTH_MISSING", ("declaration", "feverFree"))]


def test_an_empty_truck_needs_no_goods_and_a_loaded_one_does() -> None:
    assert failures(goods_summary=None, containers=()) == []
    assert failures(goods_summary=" ") == [("FIELD_REQUIRED", ("declaration", "goodsSummary"))]


ANCHORS = [
    "AAAAAAAAAAAAAAAAAAAAAA",
    "AQAAAAAAAAAAAAAAAAAAAA",
    "AgAAAAAAAAAAAAAAAAAAAA",
    "AwAAAAAAAAAAAAAAAAAAAA",
]


@pytest.mark.parametrize(
    ("texts", "paths"),
    [
        (ANCHORS, []),
        ([f"{text}==" for text in ANCHORS], []),
        (ANCHORS[:3], [("anchors",)]),
        ([], [("anchors",)]),
        ([*ANCHORS[:3], ANCHORS[0]], [("anchors", "3")]),
        ([*ANCHORS[:3], "AA"], [("anchors", "3")]),
        (["é", "****", *ANCHORS[:2]], [("anchors", "0"), ("anchors", "1")]),
    ],
)
def test_a_phone_sends_four_different_anchors(texts: list[str], paths: list[tuple[str, ...]]) -> None:
    findings = Findings()
    rules.examine_anchors(findings, texts)
    assert [(failure.code.value, failure.path) for failure in findings.failures] == [
        ("ANCHOR_INVALID", path) for path in paths
    ]


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        (timedelta(0), timedelta(hours=6), -timedelta(minutes=1)),
        (timedelta(hours=1), timedelta(hours=6), -timedelta(minutes=1)),
        (timedelta(hours=5), timedelta(hours=8), timedelta(hours=3)),
        (timedelta(days=3), timedelta(days=4), timedelta(days=3)),
    ],
)
def test_a_code_is_valid_from_two_hours_before_the_window_to_its_end(
    start: timedelta, end: timedelta, begins: timedelta
) -> None:
    lasts = timedelta(hours=24)
    valid = rules.voucher_validity(NOW + start, NOW + end, NOW, lasts)
    assert valid == (NOW + begins, NOW + begins + lasts)
    assert valid[1] >= NOW + end
