"""A carrier holds the links of its own orders; they open nothing of another carrier's, whatever phone it names."""

from backend.kit.clock import FixedClock
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.lanes.steps import Port
from tests.backend.steps import Phone, open_link, send_order, voucher_of
from tests.conftest import SignIn

__all__ = ["agent", "port", "worker"]

HOME = "{ driverHome { trip { id } voucher { partOne } } }"
REISSUE = """mutation($input: ReissueVoucherInput!) { reissueVoucher(input: $input) { __typename
  ... on Problem { code } } }"""
TRIP = "query($id: ID!) { trip(id: $id) { id } }"
VOUCHER = "query($id: ID!) { voucher(id: $id) { id partOne } }"


async def test_a_carrier_who_names_anothers_driver_gets_neither_his_trip_nor_his_code(
    port: Port, sign_in: SignIn, clock: FixedClock
) -> None:
    phone_number = "+852 6999 0001"
    journey = await port.approved(driverPhone=phone_number)
    voucher = await voucher_of(journey)

    rival = await sign_in(Role.CARRIER, "carrier-kwaichung")
    bait = await send_order(rival, clock, driverPhone=phone_number, containers=[])
    opened = await open_link(port.nobody, bait["link"])
    rival_phone = Client(port.nobody.url, port.nobody.http, opened["session"]["token"])

    home = await rival_phone.ask(HOME)
    assert home["trip"]["id"] == opened["trip"]["id"]
    assert await rival_phone.ask(TRIP, id=journey.trip_id) is None
    assert await rival_phone.ask(VOUCHER, id=voucher["id"]) is None
    asked = {"idempotencyKey": new_key(), "tripId": journey.trip_id, "anchors": Phone().anchors}
    assert (await rival_phone.ask(REISSUE, input=asked))["code"] == "NOT_FOUND"
    assert (await voucher_of(journey))["state"] == "ISSUED"
