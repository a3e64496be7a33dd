"""Work orders: sent by a carrier, opened once by a driver, taken back, expired."""

import asyncio
import json
from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.orders import service
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.steps import (
    CREATE,
    PROBLEM,
    WITHDRAW,
    act,
    contents,
    kinds,
    open_link,
    order_input,
    refused_codes,
    send_order,
    start,
)
from tests.conftest import SignIn

RESEND = f"""mutation($input: OrderKeyInput!) {{ resendWorkOrderLink(input: $input) {{ __typename
  ... on WorkOrderSent {{ link order {{ id state }} }} {PROBLEM} }} }}"""
CANCEL = f"""mutation($input: OrderKeyInput!) {{ cancelWorkOrder(input: $input) {{ __typename
  ... on WorkOrder {{ id state tripId }} {PROBLEM} }} }}"""
DECLINE = CANCEL.replace("cancelWorkOrder", "declineWorkOrder")
ORDER = "query($id: ID!) { workOrder(id: $id) { id state driverPhone } }"
ORDERS = """query($first: Int!, $after: String) { workOrders(first: $first, after: $after) {
  edges { cursor node { reference } } pageInfo { hasNextPage endCursor } } }"""


async def ask(client: Client, mutation: str, order_id: str, key: str | None = None) -> dict[str, object]:
    given: dict[str, object] = await client.ask(
        mutation, input={"idempotencyKey": key or new_key(), "orderId": order_id}
    )
    return given


async def test_a_carrier_sends_an_order_in_canonical_form_and_its_driver_gets_the_link(
    carrier: Client, clock: FixedClock, api: Services
) -> None:
    containers = [{"number": "csqu 305438-3", "seals": ["hs 123456"]}]
    sent = await send_order(carrier, clock, containers=containers)

    assert sent["order"]["state"] == "ASSIGNED"
    assert sent["order"]["driverPhone"] == "+85261234567"
    assert sent["order"]["carrierName"] == "Hengtong Logistics 恒通物流"
    assert sent["order"]["containers"] == [{"number": "CSQU3054383", "seals": ["HS123456"]}]
    last = json.loads(api.settings.messages_path.read_text().splitlines()[-1])
    assert last == {"to": "+85261234567", "link": sent["link"], "language": "en"}
    assert await kinds(api, f"order:{sent['order']['id']}") == ["order.created"]


async def test_the_code_of_a_link_is_stored_nowhere(
    carrier: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    code = sent["link"].rsplit("/", 1)[-1]
    for name in await api.database.db.list_collection_names():
        assert code not in str(await api.database.collection(name).find({}).to_list(None))


async def test_the_same_key_gives_the_same_order_and_link_and_one_message(
    carrier: Client, clock: FixedClock, api: Services
) -> None:
    asked = order_input(clock)
    first = await carrier.ask(CREATE, input=asked)
    messages = api.settings.messages_path.read_text()
    assert await carrier.ask(CREATE, input=asked) == first
    assert api.settings.messages_path.read_text() == messages
    assert await api.database.collection("work_orders").count_documents({}) == 1


async def test_the_same_key_with_another_order_is_refused(carrier: Client, clock: FixedClock) -> None:
    asked = order_input(clock)
    await carrier.ask(CREATE, input=asked)
    again = await carrier.ask(CREATE, input=asked | {"reference": "HT-2"})
    assert (again["code"], again["path"]) == ("KEY_REUSED", ["idempotencyKey"])


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"reference": " "}, "FIELD_REQUIRED", ["reference"]),
        ({"reference": "x" * 41}, "FIELD_TOO_LONG", ["reference"]),
        ({"goodsSummary": "x" * 10_000}, "FIELD_TOO_LONG", ["goodsSummary"]),
        ({"driverName": "<b>"}, "INVALID_INPUT", ["driverName"]),
        ({"driverPhone": "123"}, "PHONE_INVALID", ["driverPhone"]),
        ({"checkpointId": "atlantis"}, "NOT_FOUND", ["checkpointId"]),
        ({"containers": [{"number": "CSQU3054384"}]}, "CONTAINER_CHECK_DIGIT", ["containers", "0", "number"]),
        ({"windowStart": "0001-01-01T00:00:00+14:00"}, "WINDOW_TOO_LONG", ["windowEnd"]),
        ({"windowEnd": "2001-01-01T00:00:00Z"}, "WINDOW_ORDER", ["windowEnd"]),
    ],
)
async def test_a_wrong_field_is_pointed_at_and_nothing_is_stored(
    carrier: Client, clock: FixedClock, api: Services, change: dict[str, object], code: str, path: list[str]
) -> None:
    before = await contents(api)
    refused = await send_order(carrier, clock, **change)
    assert (refused["__typename"], refused["code"], refused["path"]) == ("Problem", code, path)
    assert await contents(api) == before


async def test_nobody_but_a_carrier_sends_resends_or_cancels_and_nothing_changes(
    sign_in: SignIn, carrier: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    before = await contents(api)
    told = refused_codes(Role.CARRIER)
    for role, code in told.items():
        somebody = await sign_in(role)
        refused = [
            await send_order(somebody, clock),
            await ask(somebody, RESEND, sent["order"]["id"]),
            await ask(somebody, CANCEL, sent["order"]["id"]),
        ]
        assert (role, [one["code"] for one in refused]) == (role, [code] * 3)
    assert await contents(api) == before


async def test_another_carriers_order_looks_as_if_it_did_not_exist(
    sign_in: SignIn, carrier: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    other = await sign_in(Role.CARRIER, "carrier-kwaichung")
    before = await contents(api)
    assert await other.ask(ORDER, id=sent["order"]["id"]) is None
    for order_id in (sent["order"]["id"], "f" * 24, "no id at all"):
        assert (await ask(other, RESEND, order_id))["code"] == "NOT_FOUND"
        assert (await ask(other, CANCEL, order_id))["code"] == "NOT_FOUND"
    assert await contents(api) == before


async def test_a_carrier_pages_through_his_own_orders_newest_first(
    sign_in: SignIn, carrier: Client, clock: FixedClock
) -> None:
    other = await sign_in(Role.CARRIER, "carrier-kwaichung")
    for number in range(5):
        await send_order(carrier, clock, reference=f"HT-{number}")
        await send_order(other, clock, reference=f"KC-{number}")
        clock.advance(timedelta(seconds=1))
    seen: list[str] = []
    after: str | None = None
    for _ in range(3):
        found = await carrier.ask(ORDERS, first=2, after=after)
        seen += [edge["node"]["reference"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert seen == ["HT-4", "HT-3", "HT-2", "HT-1", "HT-0"]
    assert found["pageInfo"]["hasNextPage"] is False


async def test_an_unknown_code_opens_nothing(nobody: Client, api: Services) -> None:
    before = await contents(api)
    for code in ("", "x", "é" * 22, "😀", "A" * 10_000):
        assert (await open_link(nobody, code))["code"] == "LINK_UNKNOWN"
    assert await contents(api) == before


async def test_an_expired_link_says_so(
    carrier: Client, nobody: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    before = await contents(api)
    clock.advance(timedelta(hours=6))
    assert (await open_link(nobody, sent["link"]))["code"] == "LINK_EXPIRED"
    assert await contents(api) == before


async def test_a_new_link_kills_the_old_one(carrier: Client, nobody: Client, clock: FixedClock) -> None:
    sent = await send_order(carrier, clock)
    again = await ask(carrier, RESEND, sent["order"]["id"])
    assert again["link"] != sent["link"]
    assert (await open_link(nobody, sent["link"]))["code"] == "LINK_UNKNOWN"
    assert (await open_link(nobody, str(again["link"])))["__typename"] == "WorkOrderOpened"


async def test_a_new_link_for_a_trip_under_way_moves_it_to_another_phone(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    again = await ask(carrier, RESEND, journey.order_id)
    opened = await open_link(nobody, str(again["link"]))
    assert opened["trip"]["id"] == journey.trip_id
    assert await journey.driver.ask("{ viewer { id } }") is None


async def test_of_ten_phones_opening_one_link_at_once_one_gets_in(
    carrier: Client, nobody: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    answers = await asyncio.gather(*(open_link(nobody, sent["link"]) for _ in range(10)))
    found = sorted(str(answer.get("code", answer["__typename"])) for answer in answers)
    assert found == ["LINK_USED"] * 9 + ["WorkOrderOpened"]
    assert await api.database.collection("trips").count_documents({}) == 1
    assert await kinds(api, f"order:{sent['order']['id']}") == ["order.created", "order.accepted"]


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(
    carrier: Client, nobody: Client, clock: FixedClock, api: Services
) -> None:
    sent = await send_order(carrier, clock)
    key = new_key()
    first = await open_link(nobody, sent["link"], key)
    again = await open_link(nobody, sent["link"], key)
    assert again["trip"]["id"] == first["trip"]["id"]
    assert again["session"]["token"] != first["session"]["token"]
    assert first["session"]["token"] not in str(
        await api.database.collection("replies").find({}).to_list(None)
    )


async def test_a_driver_with_two_orders_is_one_person(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    first = await open_link(nobody, (await send_order(carrier, clock))["link"])
    second = await open_link(nobody, (await send_order(carrier, clock, driverPhone="+852-6123-4567"))["link"])
    other = await open_link(nobody, (await send_order(carrier, clock, driverPhone="+85261234568"))["link"])
    people = [opened["session"]["viewer"]["id"] for opened in (first, second, other)]
    assert people[0] == people[1]
    assert people[2] != people[0]
    assert "61234567" not in people[0]


async def test_a_cancelled_order_takes_its_trip_with_it(
    carrier: Client, nobody: Client, clock: FixedClock, api: Services
) -> None:
    journey = await start(carrier, nobody, clock)
    cancelled = await ask(carrier, CANCEL, journey.order_id)
    assert cancelled["state"] == "CANCELLED"
    trip = await api.database.collection("trips").find_one({"_id": journey.trip_id})
    assert trip is not None
    assert trip["state"] == "WITHDRAWN"
    again = await ask(carrier, CANCEL, journey.order_id)
    assert (again["code"], again["args"]) == ("ORDER_NOT_OPEN", [{"name": "state", "value": "CANCELLED"}])
    assert (await ask(carrier, RESEND, journey.order_id))["code"] == "ORDER_NOT_OPEN"


async def test_a_driver_gives_his_order_back_and_no_other(
    sign_in: SignIn, carrier: Client, nobody: Client, clock: FixedClock, api: Services
) -> None:
    journey = await start(carrier, nobody, clock)
    before = await contents(api)
    assert (await ask(await sign_in(Role.DRIVER), DECLINE, journey.order_id))["code"] == "NOT_FOUND"
    assert await contents(api) == before
    assert (await ask(journey.driver, DECLINE, journey.order_id))["state"] == "DECLINED"
    assert await kinds(api, f"trip:{journey.trip_id}") == ["trip.withdrawn"]


async def test_an_order_nobody_opened_expires_with_its_window(
    carrier: Client, clock: FixedClock, api: Services, system: Context
) -> None:
    sent = await send_order(carrier, clock)
    assert await service.expire_due(system) == 0
    clock.advance(timedelta(hours=6))
    assert await service.expire_due(system) == 1
    assert await service.expire_due(system) == 0
    assert (await carrier.ask(ORDER, id=sent["order"]["id"]))["state"] == "EXPIRED"
    assert await kinds(api, f"order:{sent['order']['id']}") == ["order.created", "order.expired"]


async def test_a_phone_that_was_replaced_cannot_come_back_by_repeating_its_request(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    sent = await send_order(carrier, clock)
    key = new_key()
    assert (await open_link(nobody, sent["link"], key))["__typename"] == "WorkOrderOpened"
    await ask(carrier, RESEND, sent["order"]["id"])
    assert (await open_link(nobody, sent["link"], key))["code"] == "LINK_UNKNOWN"


async def test_a_new_link_after_a_withdrawn_trip_starts_another_one(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    await act(journey.driver, WITHDRAW, journey.trip_id)
    again = await ask(carrier, RESEND, journey.order_id)
    opened = await open_link(nobody, str(again["link"]))
    assert opened["trip"]["id"] != journey.trip_id
    assert opened["trip"]["state"] == "DRAFT"
    assert opened["order"] == {"id": journey.order_id, "state": "ACCEPTED"}
