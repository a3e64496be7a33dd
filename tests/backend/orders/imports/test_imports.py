"""Files of work orders: checked first, then all or nothing, once, whatever happens meanwhile."""

from datetime import timedelta

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.orders import sweeps
from backend.orders.imports import service_work
from backend.orders.imports.service import KEPT
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.orders.imports.files import (
    IMPORTS,
    checked,
    correct,
    fetched,
    file_of,
    imported,
    messages,
    orders,
    rows,
    seen,
    sent,
    sound,
    start,
)
from tests.backend.steps import contents, kinds, open_link, send_order
from tests.conftest import SignIn


async def test_a_sound_file_becomes_orders_whose_drivers_get_their_links(
    carrier: Client, nobody: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    before = len(messages(api))
    job = await checked(carrier, system, file_of(sound(clock, number) for number in range(1, 8)))
    assert (job["state"], job["rows"], job["checked"], job["good"], job["wrong"]) == ("CHECKED", 7, 7, 7, 0)
    assert (await orders(api), len(messages(api))) == (0, before)

    assert (await start(carrier, job["id"]))["state"] == "IMPORTING"
    assert (await orders(api), len(messages(api))) == (0, before)
    await sweeps.import_orders(system)

    done = await seen(carrier, job["id"])
    assert (done["state"], done["created"], done["told"]) == ("DONE", 7, 7)
    assert await orders(api) == 7
    new = messages(api)[before:]
    assert [message["to"] for message in new] == [f"+85261{number:06}" for number in range(1, 8)]
    told = await rows(carrier, job["id"], "TOLD")
    assert await kinds(api, f"order:{told[0]['orderId']}") == ["order.created"]
    opened = await open_link(nobody, new[3]["link"])
    assert opened["order"]["id"] == told[3]["orderId"]


async def test_one_wrong_row_keeps_all_out_until_the_carrier_says_otherwise(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    wrong = {"driver_phone": "4.43E+10", "container1": "CSQU3054384"}
    job = await checked(
        carrier, system, file_of([sound(clock, 1), sound(clock, 2, **wrong), sound(clock, 3)])
    )
    assert (job["state"], job["good"], job["wrong"]) == ("CHECKED", 2, 1)

    refused = await start(carrier, job["id"])
    assert (refused["code"], refused["args"]) == ("IMPORT_HAS_ERRORS", [{"name": "number", "value": "1"}])
    await sweeps.import_orders(system)
    assert (await seen(carrier, job["id"])) == job
    assert await orders(api) == 0

    assert (await start(carrier, job["id"], only_good=True))["onlyGood"] is True
    await sweeps.import_orders(system)
    done = await seen(carrier, job["id"])
    assert (done["state"], done["created"], done["wrong"], await orders(api)) == ("DONE", 2, 1, 2)


async def test_errors_are_told_by_row_and_column_with_the_value_and_as_a_file_in_three_languages(
    carrier: Client, system: Context, clock: FixedClock
) -> None:
    spoilt = sound(clock, 2, driver_phone="4.43E+10", goods='="0123"')
    job = await checked(carrier, system, file_of([sound(clock, 1), spoilt]))
    (row,) = await rows(carrier, job["id"])
    assert (row["number"], row["state"], row["orderId"]) == (3, "WRONG", None)
    assert [(each["column"], each["code"], each["args"]) for each in row["failures"]] == [
        ("goods", "CELL_FORMULA", [{"name": "text", "value": '="0123"'}]),
        ("driver_phone", "CELL_ROUNDED", [{"name": "text", "value": "4.43E+10"}]),
    ]
    assert {"column": "driver_phone", "text": "4.43E+10"} in row["cells"]

    said = {
        "en": "Driver's phone: The spreadsheet",
        "zh-Hans": "司机电话: 表格已把",
        "zh-Hant": "司機電話: 試算表",
    }
    for language, words in said.items():
        status, text = await fetched(carrier, f"/imports/{job['id']}/errors.csv?language={language}")
        assert (status, text[0]) == (200, "\ufeff")
        assert words in text
        assert '\'=""0123""' in text
        assert "HT-00001" not in text
    again = await checked(carrier, system, text.encode().replace(b"4.43E+10", b"+85261234567"))
    (row,) = await rows(carrier, again["id"])
    assert [each["column"] for each in row["failures"]] == ["goods"]


async def test_a_corrected_row_is_checked_at_once_and_what_was_right_is_kept(
    carrier: Client, system: Context, clock: FixedClock
) -> None:
    twice = sound(clock, 3, reference="HT-00001")
    job = await checked(
        carrier, system, file_of([sound(clock, 1), sound(clock, 2, driver_phone="12"), twice])
    )
    assert [row["failures"][0]["code"] for row in await rows(carrier, job["id"])] == [
        "PHONE_INVALID",
        "REFERENCE_TWICE",
    ]

    still = await correct(carrier, job["id"], 3, driver_phone="0123")
    assert (still["row"]["state"], still["row"]["failures"][0]["code"]) == ("WRONG", "PHONE_INVALID")
    key = new_key()
    good = await correct(carrier, job["id"], 3, key, driver_phone="+852 6123 4567")
    assert (good["row"]["state"], good["row"]["failures"]) == ("GOOD", [])
    assert (good["orderImport"]["state"], good["orderImport"]["good"], good["orderImport"]["wrong"]) == (
        "CHECKED", 2, 1,
    )  # fmt: skip
    assert await correct(carrier, job["id"], 3, key, driver_phone="+852 6123 4567") == good

    # the first row takes another reference: the third, which had the same one, is right by that
    freed = await correct(carrier, job["id"], 2, reference="HT-00009")
    assert (freed["orderImport"]["good"], freed["orderImport"]["wrong"]) == (3, 0)
    assert (await start(carrier, job["id"]))["state"] == "IMPORTING"


async def test_the_same_file_again_is_known_row_by_row_and_nothing_is_doubled(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    whole = [sound(clock, number) for number in range(1, 6)]
    body = file_of(whole[:4])
    first = await imported(carrier, system, body)
    clock.advance(timedelta(minutes=1))
    again = await checked(carrier, system, body)
    assert (again["sameAs"], again["known"], again["good"], again["wrong"]) == (first["id"], 4, 0, 0)
    assert (await start(carrier, again["id"]))["code"] == "IMPORT_NOTHING_NEW"

    more = file_of([*whole, whole[3] | {"goods": "Toys"}])
    third = await checked(carrier, system, more)
    assert (third["sameAs"], third["known"], third["good"], third["wrong"]) == (None, 4, 1, 1)
    (row,) = await rows(carrier, third["id"])
    assert row["failures"][0]["code"] == "REFERENCE_TWICE"
    taken = await correct(carrier, third["id"], 5, goods="Bicycles")
    assert taken["row"]["failures"][0]["code"] == "REFERENCE_TAKEN"
    await start(carrier, third["id"], only_good=True)
    await sweeps.import_orders(system)
    assert await orders(api) == 5


async def test_a_known_order_stays_known_when_its_window_is_over(
    carrier: Client, nobody: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    body = file_of([sound(clock, 1)])
    await imported(carrier, system, body)
    assert (await open_link(nobody, messages(api)[-1]["link"]))["order"]["state"] == "ACCEPTED"
    clock.advance(timedelta(hours=7))
    late = await checked(carrier, system, body + file_of([sound(clock, 2)]).split(b"\n", 1)[1])
    assert (late["known"], late["good"], late["wrong"]) == (1, 1, 0)


async def test_the_same_key_or_an_unfinished_same_file_gives_the_same_import(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    body, key = file_of([sound(clock, 1)]), new_key()
    first = await sent(carrier, body, key)
    assert await sent(carrier, body, key) == first
    assert await sent(carrier, body) == first
    assert await api.database.collection("order_imports").count_documents({}) == 1
    status, other = await sent(carrier, file_of([sound(clock, 2)]), key)
    assert (status, other["code"]) == (409, "KEY_REUSED")
    status, answer = await sent(carrier, body, "short")
    assert (status, answer["code"]) == (422, "INVALID_INPUT")


async def test_an_order_sent_by_hand_under_the_same_reference_is_seen_by_the_check(
    carrier: Client, system: Context, clock: FixedClock
) -> None:
    await send_order(carrier, clock, reference="HT-00001")
    job = await checked(carrier, system, file_of([sound(clock, 1)]))
    (row,) = await rows(carrier, job["id"])
    assert [each["code"] for each in row["failures"]] == ["REFERENCE_TAKEN"]


async def test_more_than_twenty_unfinished_imports_are_refused(
    carrier: Client, clock: FixedClock, api: Services
) -> None:
    for number in range(20):
        assert (await sent(carrier, file_of([sound(clock, number)])))[0] == 201
    before = await contents(api)
    status, refused = await sent(carrier, file_of([sound(clock, 99)]))
    assert (status, refused["code"]) == (409, "IMPORTS_UNFINISHED")
    after = await contents(api)
    assert {name: after[name] for name in after if name != "replies"} == {
        name: before[name] for name in before if name != "replies"
    }


async def test_after_seven_days_nothing_of_a_file_is_kept(
    carrier: Client, sign_in: SignIn, system: Context, clock: FixedClock, api: Services
) -> None:
    job = await imported(carrier, system, file_of([sound(clock, 1)]))
    await checked(carrier, system, file_of([sound(clock, 2, goods="")]))
    assert await service_work.forget(system) == 0
    clock.advance(KEPT)
    assert await service_work.forget(system) == 2
    again = await sign_in(Role.CARRIER, "carrier-hengtong")
    assert (await again.ask(IMPORTS, first=10))["edges"] == []
    assert await api.database.collection("order_import_rows").count_documents({}) == 0
    assert await orders(api) == 1
    assert job["state"] == "DONE"
