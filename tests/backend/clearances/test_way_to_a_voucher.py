"""The whole way from an order to a voucher that a lane would accept."""

import base64

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.vouchers import service as vouchers
from core.vouchers import codec
from core.vouchers.live import LiveState
from tests.backend.client import Client
from tests.backend.steps import answer, open_link, send_order, start, submit, voucher_of


async def test_an_order_becomes_a_voucher_once_both_agencies_are_clear(
    carrier: Client,
    nobody: Client,
    customs: Client,
    border: Client,
    clock: FixedClock,
    api: Services,
) -> None:
    journey = await start(carrier, nobody, clock)
    submitted = await submit(journey)
    assert submitted["state"] == "SUBMITTED"

    first = await answer(customs, journey.trip_id)
    assert first["trip"]["state"] == "SUBMITTED"
    second = await answer(border, journey.trip_id)

    assert second["trip"]["state"] == "APPROVED"
    assert second["approval"]["byRule"] is True
    assert [reason["rule"] for reason in second["approval"]["reasons"]] == ["AGENCIES_CLEAR"]
    voucher = await voucher_of(journey)
    assert voucher["state"] == "ISSUED"
    text = journey.phone.code(voucher, clock.now())
    verified = codec.verify(text, vouchers.key_set(api.settings), clock.now())
    assert verified.live is LiveState.FRESH
    assert verified.claims.trip_id.hex() == journey.trip_id
    assert [plate.text for plate in verified.claims.plates] == ["粤ZDF15港", "UP2643"]
    assert [container.text for container in verified.claims.containers] == ["CSQU3054383"]
    assert verified.claims.anchor == base64.urlsafe_b64decode(voucher["anchor"] + "==")


async def test_the_log_of_the_trip_tells_the_way_without_naming_anybody(
    carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock, api: Services
) -> None:
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)

    rows = await api.database.collection("events").find({}).sort("at", 1).to_list(None)
    trip_rows = sorted(
        (row for row in rows if row["stream"] == f"trip:{journey.trip_id}"), key=lambda row: int(row["seq"])
    )
    assert [row["kind"] for row in trip_rows] == [
        "trip.submitted",
        "clearance.answered",
        "clearance.answered",
        "voucher.issued",
        "trip.approved",
    ]
    assert {row["site"] for row in rows} == {"liantang"}
    text = str(rows)
    for personal in ("陈大文", "61234567", "DF15", "UP2643", "CSQU3054383"):
        assert personal not in text


async def test_the_same_phone_opens_its_link_again_and_another_is_told_it_was_used(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    sent = await send_order(carrier, clock)
    opened = await open_link(nobody, sent["link"])
    driver = Client(nobody.url, nobody.http, opened["session"]["token"])

    again = await open_link(driver, sent["link"])
    assert again["trip"]["id"] == opened["trip"]["id"]
    assert again["order"]["id"] == sent["order"]["id"]
    assert (await open_link(nobody, sent["link"]))["code"] == "LINK_USED"
