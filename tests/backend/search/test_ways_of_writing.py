"""A trip is found by whatever somebody has of it, however it is written, and the answer says why."""

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.client import Client
from tests.backend.search.asking import found, reasons
from tests.backend.steps import Journey, answer, save, start, submit, voucher_of


async def approved(journey: Journey, *agencies: Client) -> None:
    """Have the agencies clear the trip."""
    for agency in agencies:
        await answer(agency, journey.trip_id)


CROSS_BORDER = ("PLATE", "粤Z·DF15港")
HONG_KONG = ("PLATE", "UP 2643")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("粤Z·DF15港", CROSS_BORDER),
        ("粵z df15港", CROSS_BORDER),
        ("粤ｚ－ＤＦ１５港", CROSS_BORDER),
        ("粤ZDF15", CROSS_BORDER),
        ("粤Zd", CROSS_BORDER),
        ("ZDF15港", CROSS_BORDER),
        ("df15", CROSS_BORDER),
        ("yue z df15 gang", CROSS_BORDER),
        ("YUEZDF1", CROSS_BORDER),
        ("UP2643", HONG_KONG),
        ("up-26", HONG_KONG),
        ("264", HONG_KONG),
        ("csqu 305438 3", ("CONTAINER", "CSQU3054383")),
        ("CSQU305438", ("CONTAINER", "CSQU3054383")),
        ("csq", ("CONTAINER", "CSQU3054383")),
        ("3054383", ("CONTAINER", "CSQU3054383")),
        ("305438", ("CONTAINER", "CSQU3054383")),
        ("陈大文", ("DRIVER_NAME", "陈大文")),
        ("陳大", ("DRIVER_NAME", "陈大文")),
        ("大文", ("DRIVER_NAME", "陈大文")),
        ("4567", ("DRIVER_PHONE", "+85261234567")),
        ("6123 4567", ("DRIVER_PHONE", "+85261234567")),
        ("+852 6123-4567", ("DRIVER_PHONE", "+85261234567")),
        ("00852 61234567", ("DRIVER_PHONE", "+85261234567")),
        ("ht-2026-0001", ("REFERENCE", "HT-2026-0001")),
        ("HT 2026", ("REFERENCE", "HT-2026-0001")),
        ("0001", ("REFERENCE", "HT-2026-0001")),
    ],
)
async def test_a_trip_is_found_and_says_why(
    officer: Client, journey: Journey, written: str, why: tuple[str, str]
) -> None:
    assert await reasons(officer, written) == [why]


@pytest.mark.parametrize(
    "written",
    [
        "粤ZDF16",
        "UP2644",
        "26",
        "43",
        "CSQU3054384",
        "陈小文",
        "4568",
        "567",
        "HT-2026-0002",
        "zz",
        "😀😀",
        "$gt",
        ".*",
    ],
)
async def test_what_fits_nothing_finds_nothing(officer: Client, journey: Journey, written: str) -> None:
    assert await found(officer, written) == []


async def test_two_characters_are_found_where_they_are_the_whole_plate(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    await submit(journey, plates=[{"jurisdiction": "HK", "text": "88"}])
    assert await reasons(officer, "88") == [("PLATE", "88")]


async def test_a_macao_plate_is_found_in_any_spelling_and_by_its_digits(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    await submit(journey, plates=[{"jurisdiction": "MO", "text": "MA-12-34"}])
    for written in ("ma1234", "MA-12-34", "ma 12", "1234"):
        assert ("PLATE", "MA-12-34") in await reasons(officer, written), written


async def test_a_latin_name_is_found_by_the_beginnings_of_its_words_in_any_order(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock, driverName="João Chan Tai-man 陳大文")
    for written in ("chan tai man", "man chan", "JOAO", "joã", "tai", "陈大文", "陳大文 chan"):
        assert await found(officer, written) == [journey.trip_id], written
    for written in ("chan tai wai", "aochan"):
        assert await found(officer, written) == [], written


async def test_a_draft_is_found_by_what_its_driver_has_typed_and_no_longer_by_what_he_has_changed(
    officer: Client, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    await save(journey, {"plates": [{"jurisdiction": "CN", "text": "粤b·1234"}]})
    assert await reasons(officer, "粤B1234") == [("PLATE", "粤b·1234")]
    await save(journey, {"plates": [{"jurisdiction": "CN", "text": "粤B12345"}]})
    assert await reasons(officer, "粤B12345") == [("PLATE", "粤B·12345")]
    await save(journey, {"plates": [{"jurisdiction": "CN", "text": "粤C99999"}]})
    assert await found(officer, "粤B1234") == []


async def test_a_trip_is_found_by_its_id_and_its_code_by_id_and_by_the_scanned_text(
    officer: Client, journey: Journey, customs: Client, border: Client, clock: FixedClock
) -> None:
    assert await reasons(officer, journey.trip_id) == [("TRIP", journey.trip_id)]
    assert ("TRIP", journey.trip_id) in await reasons(officer, journey.trip_id[:10].upper())
    await approved(journey, customs, border)
    voucher = await voucher_of(journey)
    assert await reasons(officer, voucher["id"]) == [("VOUCHER", voucher["id"])]
    assert await reasons(officer, voucher["id"][:9]) == [("VOUCHER", voucher["id"])]
    assert await reasons(officer, journey.phone.code(voucher, clock.now())) == [("VOUCHER", voucher["id"])]


async def test_a_forged_code_is_said_to_be_forged(
    officer: Client, journey: Journey, customs: Client, border: Client, clock: FixedClock, api: Services
) -> None:
    await approved(journey, customs, border)
    voucher = await voucher_of(journey)
    code = journey.phone.code(voucher, clock.now())
    place = 200
    forged = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
    told = await officer.raw("query($text: String!) { searchTrips(text: $text) { kinds } }", text=forged)
    assert told["data"] is None
    assert [error["extensions"]["code"] for error in told["errors"]] == ["CODE_FORGED"]
    assert await api.database.collection("events").count_documents({"kind": "disclosure.made"}) == 0
