"""The life of a voucher: one issued a trip, revoked with a reason, expired, spent once."""

import asyncio
from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Actor, Context, Services
from backend.vouchers import service
from core.problems import ProblemCode, Refusal
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.steps import (
    AMEND,
    PROBLEM,
    REISSUE,
    VOUCHER,
    Answer,
    Journey,
    Phone,
    act,
    contents,
    kinds,
    refused_codes,
    voucher_of,
)
from tests.conftest import SignIn

REVOKE = f"""mutation($input: RevokeVoucherInput!) {{ revokeVoucher(input: $input) {{ __typename
  ... on Voucher {{ id state endedReason }} {PROBLEM} }} }}"""
STATE = "query($id: ID!) { voucher(id: $id) { state } }"


async def revoke(client: Client, voucher_id: str, reason: str = "Driver reported the phone lost") -> Answer:
    asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": reason}
    revoked: Answer = await client.ask(REVOKE, input=asked)
    return revoked


async def test_an_officer_revokes_with_a_reason_and_only_once(
    journey: Journey, officer: Client, api: Services
) -> None:
    voucher = await voucher_of(journey)
    revoked = await revoke(officer, voucher["id"])
    assert (revoked["state"], revoked["endedReason"]) == ("REVOKED", "Driver reported the phone lost")
    assert (await kinds(api, f"trip:{journey.trip_id}"))[-1] == "voucher.revoked"
    before = await contents(api)
    again = await revoke(officer, voucher["id"])
    assert (again["code"], again["args"]) == ("VOUCHER_STATE", [{"name": "state", "value": "REVOKED"}])
    assert (await revoke(officer, "f" * 24))["code"] == "NOT_FOUND"
    assert await contents(api) == before


async def test_a_revocation_without_a_reason_changes_nothing(
    journey: Journey, officer: Client, api: Services
) -> None:
    voucher = await voucher_of(journey)
    before = await contents(api)
    assert (await revoke(officer, voucher["id"], "  "))["code"] == "REASON_MISSING"
    assert (await revoke(officer, voucher["id"], "x" * 501))["code"] == "FIELD_TOO_LONG"
    assert await contents(api) == before


async def test_nobody_but_an_officer_revokes_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    voucher = await voucher_of(journey)
    before = await contents(api)
    for role, code in refused_codes(Role.OFFICER).items():
        refused = await revoke(await sign_in(role), voucher["id"])
        assert (role, refused["code"]) == (role, code)
    assert await contents(api) == before


async def test_the_text_of_a_code_reaches_its_driver_and_nobody_else(
    journey: Journey, officer: Client, sign_in: SignIn
) -> None:
    voucher = await voucher_of(journey)
    assert voucher["partOne"]
    assert await (await sign_in(Role.DRIVER)).ask(VOUCHER, id=voucher["id"]) is None
    assert await officer.ask(STATE, id=voucher["id"]) == {"state": "ISSUED"}
    refused = await officer.raw("query($id: ID!) { voucher(id: $id) { partOne } }", id=voucher["id"])
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_another_phone_takes_the_code_over(journey: Journey, officer: Client) -> None:
    former = await voucher_of(journey)
    other = Phone()
    issued = await act(journey.driver, REISSUE, journey.trip_id, anchors=other.anchors)
    assert (issued["state"], issued["anchor"]) == ("ISSUED", other.anchors[0])
    assert await officer.ask(STATE, id=former["id"]) == {"state": "SUPERSEDED"}
    assert (await voucher_of(journey))["id"] == issued["id"]


async def test_a_code_is_not_issued_again_for_a_used_seed_or_after_a_revocation(
    journey: Journey, officer: Client, api: Services
) -> None:
    voucher = await voucher_of(journey)
    before = await contents(api)
    used = await act(journey.driver, REISSUE, journey.trip_id, anchors=journey.phone.anchors)
    assert used["code"] == "ANCHOR_REUSED"
    wrong = await act(journey.driver, REISSUE, journey.trip_id, anchors=["x"])
    assert wrong["code"] == "ANCHOR_INVALID"
    assert await contents(api) == before
    await revoke(officer, voucher["id"])
    before = await contents(api)
    revoked = await act(journey.driver, REISSUE, journey.trip_id, anchors=Phone().anchors)
    assert (revoked["code"], revoked["args"]) == ("VOUCHER_STATE", [{"name": "state", "value": "REVOKED"}])
    assert await contents(api) == before


async def test_nobody_but_its_driver_has_a_code_issued_again(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(DRIVER="NOT_FOUND").items():
        refused = await act(await sign_in(role), REISSUE, journey.trip_id, anchors=Phone().anchors)
        assert (role, refused["code"]) == (role, code)
    assert await contents(api) == before


async def test_an_amended_trip_has_no_code_to_issue_again(journey: Journey) -> None:
    await act(journey.driver, AMEND, journey.trip_id)
    refused = await act(journey.driver, REISSUE, journey.trip_id, anchors=Phone().anchors)
    assert (refused["code"], refused["args"]) == ("TRIP_NOT_APPROVED", [{"name": "state", "value": "DRAFT"}])


async def test_a_code_is_spent_once_by_whoever_comes_first(journey: Journey, api: Services) -> None:
    voucher = await voucher_of(journey)
    lane = Context(api, Actor(role=Role.LANE_AGENT, id="agent-liantang"))

    async def spend(passage: str) -> str:
        try:
            await lane.transaction(lambda unit: service.spend(unit, voucher["id"], passage))
        except Refusal as refusal:
            return refusal.code
        return "SPENT"

    results = await asyncio.gather(*(spend(f"passage-{number}") for number in range(10)))
    assert sorted(results) == ["CODE_SPENT"] * 9 + ["SPENT"]
    assert await api.database.collection("redemptions").count_documents({}) == 1


async def test_a_voucher_expires_unless_a_passage_holds_it_open(
    journey: Journey, clock: FixedClock, api: Services, system: Context, officer: Client
) -> None:
    voucher = await voucher_of(journey)
    await system.transaction(lambda unit: service.freeze(unit, voucher["id"], "passage-1"))
    clock.advance(timedelta(hours=25))
    assert await service.expire_due(system) == 0
    await system.transaction(lambda unit: service.thaw(unit, voucher["id"], "passage-2"))
    assert await service.expire_due(system) == 0
    await system.transaction(lambda unit: service.thaw(unit, voucher["id"], "passage-1"))
    assert await service.expire_due(system) == 1
    stored = await service.find(api.database.db, voucher["id"])
    assert stored is not None
    assert stored.state == "EXPIRED"
    with pytest.raises(Refusal) as refused:
        await system.transaction(lambda unit: service.spend(unit, voucher["id"], "passage-3"))
    assert refused.value.code is ProblemCode.CODE_EXPIRED


@pytest.mark.parametrize(("end", "code"), [("revoke", "CODE_REVOKED"), ("amend", "CODE_SUPERSEDED")])
async def test_a_code_that_was_taken_back_says_how_at_the_lane(
    journey: Journey, officer: Client, system: Context, end: str, code: str
) -> None:
    voucher = await voucher_of(journey)
    if end == "revoke":
        await revoke(officer, voucher["id"])
    else:
        await act(journey.driver, AMEND, journey.trip_id)
    for use in (service.freeze, service.spend):
        with pytest.raises(Refusal) as refused:
            await system.transaction(lambda unit, use=use: use(unit, voucher["id"], "passage-1"))  # type: ignore[misc]
        assert refused.value.code == code
