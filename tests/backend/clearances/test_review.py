"""The officer's desk: the queue, approving and rejecting, and who may."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Actor, Context, Services
from core.roles import Role
from core.states import Agency, ClearanceState
from tests.backend.clearances.asking import QUEUE, STOPPED
from tests.backend.client import Client, new_key
from tests.backend.steps import (
    APPROVE,
    REJECT,
    Journey,
    act,
    answer,
    contents,
    kinds,
    refused_codes,
    start,
    submit,
)
from tests.conftest import SignIn


async def test_a_fever_puts_the_trip_into_the_officers_queue_with_its_reason(
    under_review: Journey, officer: Client
) -> None:
    (edge,) = (await officer.ask(QUEUE, after=None))["edges"]
    assert edge["node"]["trip"]["id"] == under_review.trip_id
    assert edge["node"]["reviewReasons"] == [
        {"rule": "FEVER_DECLARED", "message": "The driver declares a fever in the vehicle."}
    ]
    assert edge["node"]["approval"] is None


async def test_an_officer_reads_reasons_in_his_own_language(under_review: Journey, sign_in: SignIn) -> None:
    li = await sign_in(Role.OFFICER, "officer-2")
    (edge,) = (await li.ask(QUEUE, after=None))["edges"]
    assert edge["node"]["reviewReasons"][0]["message"] == "司机申报车上有人发热。"


async def test_an_officer_approves_with_a_note_and_a_voucher_is_issued(
    under_review: Journey, officer: Client
) -> None:
    approved = await act(officer, APPROVE, under_review.trip_id, note="Measured again: 36.6")
    assert approved["trip"]["state"] == "APPROVED"
    assert approved["approval"] == {
        "byRule": False,
        "decidedBy": "Officer Wong 黃",
        "reasons": [
            {"rule": "OFFICER_NOTE", "message": "An officer has approved the trip: Measured again: 36.6"}
        ],
    }
    assert approved["voucher"] == {"id": approved["trip"]["voucherId"], "state": "ISSUED"}
    assert (await officer.ask(QUEUE, after=None))["edges"] == []


async def test_an_officer_rejects_with_a_reason_and_the_driver_reads_it(
    under_review: Journey, officer: Client, api: Services
) -> None:
    before = await contents(api)
    missing = await act(officer, REJECT, under_review.trip_id, reason="  ")
    assert (missing["code"], missing["path"]) == ("REASON_MISSING", ["reason"])
    long = await act(officer, REJECT, under_review.trip_id, reason="x" * 501)
    assert (long["code"], long["args"]) == ("FIELD_TOO_LONG", [{"name": "limit", "value": "500"}])
    assert await contents(api) == before
    assert (await act(officer, REJECT, under_review.trip_id, reason="Come tomorrow"))["trip"][
        "state"
    ] == "REJECTED"
    trip = await under_review.driver.ask(
        "query($id: ID!) { trip(id: $id) { state rejectionReason } }", id=under_review.trip_id
    )
    assert trip == {"state": "REJECTED", "rejectionReason": "Come tomorrow"}


async def test_nobody_but_an_officer_decides_and_nothing_changes(
    under_review: Journey, sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.OFFICER).items():
        somebody = await sign_in(role)
        approved = await act(somebody, APPROVE, under_review.trip_id)
        rejected = await act(somebody, REJECT, under_review.trip_id, reason="no")
        assert (role, approved["code"], rejected["code"]) == (role, code, code)
    assert await contents(api) == before


async def test_an_officer_cannot_approve_past_a_hold_before_arrival(
    under_review: Journey, customs: Client, officer: Client, api: Services
) -> None:
    await answer(customs, under_review.trip_id, "HOLD", hold=STOPPED)
    before = await contents(api)
    refused = await act(officer, APPROVE, under_review.trip_id)
    assert (refused["code"], refused["args"]) == (
        "HOLD_BEFORE_ARRIVAL",
        [{"name": "agency", "value": "CUSTOMS"}],
    )
    assert await contents(api) == before


async def test_of_five_officers_approving_at_once_one_does_and_four_are_told_so(
    under_review: Journey, officer: Client, api: Services
) -> None:
    answers = await asyncio.gather(*(act(officer, APPROVE, under_review.trip_id) for _ in range(5)))
    found = sorted(str(answer.get("code", answer["__typename"])) for answer in answers)
    assert found == ["TRIP_NOT_UNDER_REVIEW"] * 4 + ["TripReview"]
    assert await api.database.collection("vouchers").count_documents({}) == 1
    assert (await kinds(api, f"trip:{under_review.trip_id}")).count("trip.approved") == 1


async def test_one_key_approves_once_however_often_it_is_sent(
    under_review: Journey, officer: Client, api: Services
) -> None:
    key = new_key()
    answers = await asyncio.gather(*(act(officer, APPROVE, under_review.trip_id, key) for _ in range(5)))
    assert {answer["__typename"] for answer in answers} == {"TripReview"}
    assert await act(officer, APPROVE, under_review.trip_id, key) == answers[0]
    assert await api.database.collection("vouchers").count_documents({}) == 1


async def test_the_review_queue_pages_from_the_longest_waiting_on(
    carrier: Client, nobody: Client, customs: Client, border: Client, officer: Client, clock: FixedClock
) -> None:
    waiting = []
    for number in range(3):
        journey = await start(carrier, nobody, clock, driverPhone=f"+8526000000{number}")
        await submit(journey, feverFree=False, plates=[{"jurisdiction": "HK", "text": f"AB10{number}"}])
        await answer(customs, journey.trip_id)
        await answer(border, journey.trip_id)
        waiting.append(journey.trip_id)
        clock.advance(timedelta(seconds=1))
    first = await officer.ask(QUEUE, after=None)
    second = await officer.ask(QUEUE, after=first["pageInfo"]["endCursor"])
    seen = [edge["node"]["trip"]["id"] for edge in (*first["edges"], *second["edges"])]
    assert seen == waiting
    assert second["pageInfo"]["hasNextPage"] is False


async def test_the_desks_lists_are_read_by_nobody_else(sign_in: SignIn, under_review: Journey) -> None:
    readers = {
        '{ reviewQueue(checkpointId: "liantang") { edges { cursor } } }': {Role.OFFICER},
        "{ clearanceQueue { edges { cursor } } }": {Role.AGENCY},
        '{ trips(checkpointId: "liantang") { edges { cursor } } }': {Role.OFFICER, Role.AGENCY},
        f'{{ tripReview(tripId: "{under_review.trip_id}") {{ version }} }}': {Role.OFFICER, Role.AGENCY},
    }
    for query, allowed in readers.items():
        told = {}
        for role in (role for role in Role if role is not Role.SYSTEM):
            answered = await (await sign_in(role)).raw(query)
            errors = answered.get("errors")
            told[role] = errors[0]["extensions"]["code"] if errors else "READ"
        assert told == dict.fromkeys(allowed, "READ") | refused_codes(*allowed), query


async def test_a_trip_drawn_at_random_goes_to_an_officer(
    carrier: Client, nobody: Client, customs: Client, clock: FixedClock, api: Services
) -> None:
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    await answer(customs, journey.trip_id)
    always = replace(api, settings=api.settings.model_copy(update={"random_review_share": 1000}))
    border = Context(always, Actor(role=Role.AGENCY, id="agency-border", agency=Agency.BORDER_INSPECTION))
    clear = service.Answer(ClearanceState.CLEAR, None, None)
    reviewed = await border.transaction(lambda unit: service.answer(unit, journey.trip_id, clear))
    assert [reason.rule for reason in reviewed.review_reasons] == ["RANDOM_CHECK"]
    assert (await kinds(api, f"trip:{journey.trip_id}"))[-1] == "trip.under_review"
    assert await api.database.collection("vouchers").count_documents({}) == 0
