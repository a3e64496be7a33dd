"""Taking a submitted trip back: to change it, for good, or because its time is over."""

from datetime import timedelta

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from tests.backend.clearances.asking import STOPPED, WAITING
from tests.backend.client import Client
from tests.backend.steps import (
    AMEND,
    APPROVE,
    WITHDRAW,
    Journey,
    act,
    answer,
    contents,
    kinds,
    refused_codes,
    submit,
    voucher_of,
)
from tests.conftest import SignIn


async def test_amending_supersedes_the_voucher_and_asks_the_agencies_anew(
    journey: Journey, customs: Client, border: Client, officer: Client, api: Services
) -> None:
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    former = await voucher_of(journey)

    amended = await act(journey.driver, AMEND, journey.trip_id)
    assert (amended["state"], amended["version"], amended["voucherId"]) == ("DRAFT", 2, None)
    assert (await customs.ask(WAITING))["edges"] == []
    desk = "query($id: ID!) { tripReview(tripId: $id) { clearances { agency } approval { byRule } } }"
    assert await officer.ask(desk, id=journey.trip_id) == {"clearances": [], "approval": None}
    again = await submit(
        Journey(journey.driver, type(journey.phone)(), journey.order_id, journey.trip_id), crew=2
    )
    assert again["state"] == "SUBMITTED"
    await answer(customs, journey.trip_id)
    approved = await answer(border, journey.trip_id)

    assert approved["trip"]["state"] == "APPROVED"
    states = "query($id: ID!) { voucher(id: $id) { state } }"
    assert await officer.ask(states, id=former["id"]) == {"state": "SUPERSEDED"}
    assert await officer.ask(states, id=approved["voucher"]["id"]) == {"state": "ISSUED"}
    assert (await kinds(api, f"trip:{journey.trip_id}"))[5:7] == ["voucher.superseded", "trip.amended"]


async def test_a_used_phone_chain_is_refused_for_the_next_code_and_the_draft_stays(
    journey: Journey, customs: Client, border: Client
) -> None:
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    await act(journey.driver, AMEND, journey.trip_id)
    refused = await submit(journey, crew=2)
    assert [(failure["code"], failure["path"]) for failure in refused["failures"]] == [
        ("ANCHOR_REUSED", ["anchors"])
    ]
    assert refused["trip"]["declaration"]["crew"] == 2


async def test_a_withdrawn_trip_loses_its_voucher_and_its_place_in_every_queue(
    under_review: Journey, officer: Client, customs: Client, api: Services
) -> None:
    await act(officer, APPROVE, under_review.trip_id)
    voucher = await voucher_of(under_review)
    assert (await act(under_review.driver, WITHDRAW, under_review.trip_id))["state"] == "WITHDRAWN"
    assert await officer.ask("query($id: ID!) { voucher(id: $id) { state } }", id=voucher["id"]) == {
        "state": "REVOKED"
    }
    before = await contents(api)
    for refused in (
        await act(under_review.driver, AMEND, under_review.trip_id),
        await act(under_review.driver, WITHDRAW, under_review.trip_id),
        await answer(customs, under_review.trip_id, "HOLD", hold=STOPPED),
    ):
        assert (refused["code"], refused["args"]) == ("TRIP_STATE", [{"name": "state", "value": "WITHDRAWN"}])
    assert (await act(officer, APPROVE, under_review.trip_id))["code"] == "TRIP_NOT_UNDER_REVIEW"
    assert await contents(api) == before


async def test_nobody_but_its_driver_takes_a_trip_back_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(DRIVER="NOT_FOUND").items():
        somebody = await sign_in(role)
        amended = await act(somebody, AMEND, journey.trip_id)
        withdrawn = await act(somebody, WITHDRAW, journey.trip_id)
        assert (role, amended["code"], withdrawn["code"]) == (role, code, code)
    assert await contents(api) == before


async def test_a_trip_that_never_came_expires_with_its_order(
    journey: Journey, carrier: Client, clock: FixedClock, system: Context, api: Services
) -> None:
    assert await service.expire_due(system) == 0
    clock.advance(timedelta(hours=6, minutes=2))
    assert await service.expire_due(system) == 1
    assert (await kinds(api, f"trip:{journey.trip_id}"))[-1] == "trip.expired"
    order = await carrier.ask("query($id: ID!) { workOrder(id: $id) { state } }", id=journey.order_id)
    assert order == {"state": "EXPIRED"}
