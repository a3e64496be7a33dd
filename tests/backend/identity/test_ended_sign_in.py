"""An open socket hears nothing more once the sign-in it came with has ended."""

from datetime import timedelta

import pytest

from backend.identity import service as identity
from backend.kit.clock import FixedClock
from backend.kit.context import Context
from core.roles import Role
from tests.backend.client import Client, Listener, new_key
from tests.backend.orders.test_orders import RESEND
from tests.backend.steps import open_link, start
from tests.conftest import SignIn

EVENTS = """subscription { checkpointEvents(checkpointId: "liantang") { __typename } }"""
LANE_FEED = """subscription { laneFeed(laneId: "liantang-1") { __typename } }"""
TRIP = """subscription($id: ID!) { tripEvents(tripId: $id) { __typename } }"""


async def test_a_socket_is_closed_when_its_person_signs_out_and_nobody_elses(
    officer: Client, sign_in: SignIn
) -> None:
    colleague = await sign_in(Role.OFFICER, "officer-2")
    async with (
        officer.listen(EVENTS, "checkpointEvents") as listener,
        colleague.listen(EVENTS, "checkpointEvents") as other,
    ):
        await listener.next()
        await other.next()
        await officer.ask("mutation { signOut { ok } }")
        code = await listener.closed()
        still = await colleague.ask("{ viewer { id } }")
        stays = await other.is_open()

    assert (code, stays) == (4403, True)
    assert still["id"] == "officer-2"


async def test_every_socket_of_an_account_is_closed_when_all_its_sign_ins_end(
    sign_in: SignIn, system: Context
) -> None:
    first, second = await sign_in(Role.OFFICER, "officer-1"), await sign_in(Role.OFFICER, "officer-1")
    async with (
        first.listen(EVENTS, "checkpointEvents") as one,
        second.listen(EVENTS, "checkpointEvents") as two,
    ):
        await one.next()
        await two.next()
        await system.transaction(lambda unit: identity.end_sessions_of(unit, "officer-1"))
        codes = [await one.closed(), await two.closed()]

    assert codes == [4403, 4403]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LANE_AGENT])
async def test_a_socket_is_closed_when_its_sign_in_has_run_out(
    sign_in: SignIn, clock: FixedClock, role: Role
) -> None:
    client = await sign_in(role, lanes=("liantang-1",))
    feed = EVENTS if role is Role.OFFICER else LANE_FEED
    async with client.listen(feed, "checkpointEvents" if role is Role.OFFICER else "laneFeed") as listener:
        await listener.next()
        clock.advance(timedelta(hours=13))
        code = await listener.closed()

    assert code == 4403


async def test_a_socket_without_a_subscription_is_closed_too(officer: Client) -> None:
    async with officer.connected() as socket:
        listener = Listener(socket, "", "")
        await officer.ask("mutation { signOut { ok } }")
        code = await listener.closed()

    assert code == 4403


ACCOUNTS: dict[str, dict[str, str]] = {
    "no account": {},
    "another role": {"role": Role.AGENCY.value, "agency": "CUSTOMS"},
    "another organisation": {"organisation": "elsewhere"},
}


@pytest.mark.parametrize("change", list(ACCOUNTS))
async def test_an_officer_whose_account_is_changed_or_gone_hears_and_asks_nothing_more(
    officer: Client, sign_in: SignIn, system: Context, change: str
) -> None:
    colleague = await sign_in(Role.OFFICER, "officer-2")
    async with (
        officer.listen(EVENTS, "checkpointEvents") as listener,
        colleague.listen(EVENTS, "checkpointEvents") as other,
    ):
        await listener.next()
        await other.next()
        if ACCOUNTS[change]:
            await system.db["accounts"].update_one({"_id": "officer-1"}, {"$set": ACCOUNTS[change]})
        else:
            await system.db["accounts"].delete_one({"_id": "officer-1"})
        code = await listener.closed()
        stays = await other.is_open()
    viewer = await officer.raw("{ viewer { id } }")

    assert (code, stays) == (4403, True)
    assert viewer == {"data": {"viewer": None}}


@pytest.mark.parametrize("change", [{"lanes": ["liantang-2"]}, {"revoked_at": "now"}, {"role": "WORKER"}])
async def test_a_device_that_is_revoked_or_moved_to_another_lane_hears_and_does_nothing_more(
    sign_in: SignIn, system: Context, change: dict[str, object]
) -> None:
    agent = await sign_in(Role.LANE_AGENT, "agent-1", lanes=("liantang-1",))
    device = {"_id": "agent-1", "role": "LANE_AGENT", "public_key": "", "lanes": ["liantang-1"]}
    await system.db["devices"].insert_one({**device, "revoked_at": None})
    async with agent.listen(LANE_FEED, "laneFeed") as listener:
        await listener.next()
        open_before = await listener.is_open()
        when = {"revoked_at": system.clock.now()} if "revoked_at" in change else change
        await system.db["devices"].update_one({"_id": "agent-1"}, {"$set": when})
        code = await listener.closed()
    async with agent.http.get(f"{agent.url}/captures/none", headers=agent.headers) as response:
        status = response.status

    assert (open_before, code) == (True, 4403)
    assert status == 401


async def test_the_phone_whose_trip_another_phone_took_over_hears_nothing_more(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    async with (
        journey.driver.listen(TRIP, "tripEvents", id=journey.trip_id) as phone,
        carrier.listen(TRIP, "tripEvents", id=journey.trip_id) as office,
    ):
        await phone.next()
        await office.next()
        again = await carrier.ask(RESEND, input={"idempotencyKey": new_key(), "orderId": journey.order_id})
        opened = await open_link(nobody, again["link"])
        code = await phone.closed()
        stays = await office.is_open()
    other = Client(nobody.url, nobody.http, opened["session"]["token"])
    async with other.listen(TRIP, "tripEvents", id=journey.trip_id) as listener:
        ready = await listener.next()

    assert (code, stays, ready["__typename"]) == (4403, True, "Ready")
