"""What a cell means, and what is said of one that means nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.orders.imports import answers
from backend.orders.imports.cells import Checked, Places, check
from backend.orders.model import DeclaredContainer
from backend.sites.model import Bay, Checkpoint, Lane
from core.vouchers.claims import Direction
from core.words import Language

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
PORT = Checkpoint.model_construct(
    id="liantang",
    number=1,
    names={Language.EN: "Liantang Port", Language.ZH_HANS: "莲塘口岸", Language.ZH_HANT: "蓮塘口岸"},
    time_zone="Asia/Hong_Kong",
    lanes=list[Lane](),
    bays=list[Bay](),
)
SOUND = {
    "reference": " HT-1 ",
    "direction": "southbound",
    "checkpoint": "liantang",
    "goods": "Household goods",
    "container1": "csqu 305438-3",
    "seals1": "hs-123456",
    "arrival_from": "2026-11-25 14:30",
    "arrival_until": "2026-11-25 18:30",
    "driver_name": "陈大文",
    "driver_phone": "138 1234 5678",
}


def examined(**changes: str) -> Checked:
    return check(SOUND | changes, Places.of([PORT]), NOW)


def said(**changes: str) -> list[tuple[str, str, dict[str, str]]]:
    return [(each.column, each.code.value, dict(each.args)) for each in examined(**changes).failures]


def test_a_sound_row_becomes_the_order_in_canonical_form() -> None:
    found = examined(seals1="HS123456; HS123457、HS123458")
    assert found.failures == ()
    order = found.order
    assert (order.reference, order.direction, order.checkpoint_id) == (
        "HT-1",
        Direction.SOUTHBOUND,
        "liantang",
    )
    assert order.containers == (
        DeclaredContainer(number="CSQU3054383", seals=("HS123456", "HS123457", "HS123458")),
    )
    assert order.window_start == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert order.window_end == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
    assert order.driver_phone == "+8613812345678"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25 14:30",
        "2026/11/25 14:30:00",
        "2026.11.25  14:30",
        "2026-11-25T06:30Z",
        "2026-11-25T14:30:00+08:00",
    ],
)
def test_a_time_is_the_checkpoints_unless_it_says_its_own(text: str) -> None:
    assert examined(arrival_from=text).order.window_start == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("place", ["LIANTANG", "Liantang Port", "莲塘口岸", "蓮塘口岸"])
@pytest.mark.parametrize(
    ("word", "direction"), [("Northbound", "NORTHBOUND"), ("北行", "NORTHBOUND"), ("南行", "SOUTHBOUND")]
)
def test_checkpoint_and_direction_are_known_by_their_names(place: str, word: str, direction: str) -> None:
    found = examined(checkpoint=place, direction=word)
    assert (found.failures, found.order.checkpoint_id, found.order.direction) == ((), "liantang", direction)


def test_an_empty_vehicle_has_no_container_and_the_second_columns_keep_their_names() -> None:
    assert examined(container1="", seals1="").order.containers == ()
    assert said(container1="", seals1="", container2="CSQU3054384", seals2="!") == [
        ("seals2", "SEAL_FORMAT", {"text": "!"}),
        ("container2", "CONTAINER_CHECK_DIGIT", {"text": "CSQU3054384", "expected": "3"}),
    ]


@pytest.mark.parametrize(
    ("column", "text", "code", "args"),
    [
        ("reference", "", "FIELD_REQUIRED", {}),
        ("reference", '="0123"', "CELL_FORMULA", {"text": '="0123"'}),
        ("reference", "2.02611E+11", "CELL_ROUNDED", {"text": "2.02611E+11"}),
        ("goods", "=1+1", "CELL_FORMULA", {"text": "=1+1"}),
        ("driver_phone", "4.43E+10", "CELL_ROUNDED", {"text": "4.43E+10"}),
        ("driver_phone", "8,61381E+12", "CELL_ROUNDED", {"text": "8,61381E+12"}),
        ("driver_phone", '="13812345678"', "CELL_FORMULA", {"text": '="13812345678"'}),
        ("driver_phone", "", "CONTACT_MISSING", {}),
        ("driver_phone", "123", "PHONE_INVALID", {}),
        ("driver_name", "<b>", "INVALID_INPUT", {}),
        ("goods", "x" * 301, "FIELD_TOO_LONG", {"limit": "300"}),
        ("direction", "sideways", "CELL_DIRECTION", {"text": "sideways"}),
        ("direction", "", "DIRECTION_MISSING", {}),
        ("checkpoint", "Atlantis", "CELL_CHECKPOINT", {"text": "Atlantis", "known": "liantang"}),
        ("checkpoint", "", "FIELD_REQUIRED", {}),
        ("container1", "CSQU3054384", "CONTAINER_CHECK_DIGIT", {"text": "CSQU3054384", "expected": "3"}),
        ("container1", "", "SEAL_WITHOUT_CONTAINER", {"text": "HS123456"}),
        ("seals1", "HS123456 HS123456", "SEAL_DUPLICATE", {"text": "HS123456"}),
        ("arrival_from", "", "WINDOW_MISSING", {}),
        ("arrival_from", "25/11/2026 14:30", "CELL_TIME", {"text": "25/11/2026 14:30"}),
        ("arrival_from", "2026-02-30 14:30", "CELL_TIME", {"text": "2026-02-30 14:30"}),
        ("arrival_from", "46351.604", "CELL_TIME", {"text": "46351.604"}),
        ("arrival_until", "2026-11-25 14:00", "WINDOW_ORDER", {}),
        ("arrival_until", "2026-11-27 14:00", "WINDOW_TOO_LONG", {}),
    ],
)
def test_a_wrong_cell_is_told_once_with_its_value(
    column: str, text: str, code: str, args: dict[str, str]
) -> None:
    assert said(**{column: text}) == [(column, code, args)]


def test_every_wrong_cell_of_a_row_is_told_not_only_the_first() -> None:
    told = said(reference="", goods="=A1", driver_phone="4E+10", arrival_from="soon", container1="X")
    assert sorted(column for column, _, _ in told) == [
        "arrival_from", "container1", "driver_phone", "goods", "reference",
    ]  # fmt: skip


def test_a_window_that_is_over_is_told() -> None:
    late = check(SOUND, Places.of([PORT]), NOW + timedelta(days=1))
    assert [(each.column, each.code.value) for each in late.failures] == [("arrival_until", "WINDOW_PAST")]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "+852 SUM(1)"])
def test_what_a_spreadsheet_would_execute_goes_out_guarded_and_comes_back_as_it_was(text: str) -> None:
    assert answers.guarded(text) == f"'{text}"
    assert said(goods=answers.guarded(text)) == said(goods=text)


@pytest.mark.parametrize("text", ["", "+852 6123-4567", "plain", "-"])
def test_other_cells_go_out_as_they_are(text: str) -> None:
    assert answers.guarded(text) == text
