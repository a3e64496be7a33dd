"""The list of ended codes: what a lane needs to refuse them without its hub, for its own agent alone."""

import base64
from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.kit.database import Row
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.lanes.steps import REVOKE, Port
from tests.backend.steps import Answer, put_on_paper, voucher_of
from tests.conftest import SignIn

ENDED = "query($since: String) { endedVouchers(since: $since) { version whole revoked superseded spent } }"


def ids(packed: str) -> set[str]:
    """Return the vouchers of a list."""
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    return {raw[at : at + 12].hex() for at in range(0, len(raw), 12)}


async def revoke(port: Port, voucher_id: str) -> None:
    """An officer takes a code back."""
    asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": "reported stolen"}
    assert (await port.officer.ask(REVOKE, input=asked))["state"] == "REVOKED"


async def told(port: Port, since: str | None = None) -> Answer:
    """Return what the agent is told."""
    found: Answer = await port.agent.ask(ENDED, since=since)
    return found


async def test_each_ended_code_is_listed_under_how_it_ended_and_a_good_one_is_not(port: Port) -> None:
    journeys = [await port.approved(f"HK {number}") for number in range(71, 75)]
    revoked, superseded, spent, _good = [(await voucher_of(journey))["id"] for journey in journeys]
    await revoke(port, revoked)
    await put_on_paper(journeys[1], superseded)
    passage_id = await port.opened(journeys[2])
    await port.seen(passage_id)
    assert (await port.release(passage_id))["__typename"] == "PassageReleased"

    found = await told(port)

    assert found["whole"] is True
    lists = [ids(found[name]) for name in ("revoked", "superseded", "spent")]
    assert lists == [{revoked}, {superseded}, {spent}]


async def test_since_a_version_only_what_ended_later_is_told_and_the_last_minute_again(
    port: Port, clock: FixedClock
) -> None:
    first, second, third = [(await voucher_of(await port.approved(f"HK {n}")))["id"] for n in (71, 72, 73)]
    await revoke(port, first)
    clock.advance(timedelta(minutes=2))
    await revoke(port, second)
    version = (await told(port))["version"]
    clock.advance(timedelta(seconds=30))
    await revoke(port, third)

    later = await told(port, version)

    assert (later["whole"], ids(later["revoked"])) == (False, {second, third})
    assert int(later["version"]) - int(version) == 30_000


async def test_what_has_expired_is_not_listed(port: Port, clock: FixedClock, sign_in: SignIn) -> None:
    voucher_id = (await voucher_of(await port.approved()))["id"]
    await revoke(port, voucher_id)
    clock.advance(timedelta(hours=24, minutes=2))
    found = await told(await port.next_shift(sign_in))
    assert [found[name] for name in ("revoked", "superseded", "spent")] == ["", "", ""]


async def test_an_agent_hears_of_its_own_checkpoints_only(port: Port, sign_in: SignIn, api: Services) -> None:
    voucher_id = (await voucher_of(await port.approved()))["id"]
    await revoke(port, voucher_id)
    elsewhere: Row = {"site": "elsewhere"}
    await api.database.collection("vouchers").update_one({"_id": voucher_id}, {"$set": elsewhere})
    assert (await told(port))["revoked"] == ""
    laneless = await sign_in(Role.LANE_AGENT, "agent-other")
    await api.database.collection("vouchers").update_one({"_id": voucher_id}, {"$set": {"site": "liantang"}})
    assert ids((await told(port))["revoked"]) == {voucher_id}
    assert (await laneless.ask(ENDED, since=None))["revoked"] == ""


async def test_nobody_but_a_lane_agent_gets_the_list(sign_in: SignIn, port: Port) -> None:
    for role in Role:
        if role not in {Role.SYSTEM, Role.LANE_AGENT}:
            refused = await (await sign_in(role)).raw(ENDED, since=None)
            told = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
            assert (role, refused["errors"][0]["extensions"]["code"]) == (role, told)


@pytest.mark.parametrize("since", ["", "0", "yesterday", "-123456789012", "12345678901234567890"])
async def test_a_version_that_no_list_has_said_is_refused(agent: Client, since: str) -> None:
    refused = await agent.raw(ENDED, since=since)
    assert refused["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
