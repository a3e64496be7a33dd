"""What agencies and officers say, who may say it, and what follows."""

import asyncio
from datetime import timedelta

import pytest

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.conftest import SignIn
from tests.backend.steps import (
    AMEND,
    APPROVE,
    REJECT,
    REVIEW,
    WITHDRAW,
    Journey,
    act,
    answer,
    contents,
    kinds,
    start,
    submit,
    voucher_of,
)

QUEUE = f"""query($after: String) {{ reviewQueue(checkpointId: "liantang", first: 2, after: $after) {{
  edges {{ node {{ {REVIEW.removeprefix("... on TripReview {").removesuffix("}")} }} }}
  pageInfo {{ hasNextPage endCursor }} }} }}"""
WAITING = "{ clearanceQueue { edges { node { trip { id } } } } }"
HELD_AT_BAY = {"kind": "AT_BAY", "reason": "Seal to be checked", "place": "Bay 2", "visitOrder": 1}
STOPPED = {"kind": "BEFORE_ARRIVAL", "reason": "Licence missing"}


@pytest.fixture
async def journey(carrier: Client, nobody: Client, clock: FixedClock) -> Journey:
    """A trip whose agencies have been asked."""
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    return journey


@pytest.fixture
async def feverish(
    carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock
) -> Journey:
    """A trip that the rules leave to an officer."""
    journey = await start(carrier, nobody, clock)
    await submit(journey, feverFree=False)
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    return journey


async def test_a_fever_puts_the_trip_into_the_officers_queue_with_its_reason(
    feverish: Journey, officer: Client
) -> None:
    (edge,) = (await officer.ask(QUEUE, after=None))["edges"]
    assert edge["node"]["trip"]["id"] == feverish.trip_id
    assert edge["node"]["reviewReasons"] == [
        {"rule": "FEVER_DECLARED", "message": "The driver declares a fever in the vehicle."}
    ]
    assert edge["node"]["approval"] is None


async def test_an_officer_reads_reasons_in_his_own_language(feverish: Journey, sign_in: SignIn) -> None:
    li = await sign_in(Role.OFFICER, "officer-2")
    (edge,) = (await li.ask(QUEUE, after=None))["edges"]
    assert edge["node"]["reviewReasons"][0]["message"] == "司机申报车上有人发热。"


async def test_an_officer_approves_with_a_note_and_a_voucher_is_issued(
    feverish: Journey, officer: Client
) -> None:
    approved = await act(officer, APPROVE, feverish.trip_id, note="Measured again: 36.6")
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
    feverish: Journey, officer: Client, api: Services
) -> None:
    before = await contents(api)
    missing = await act(officer, REJECT, feverish.trip_id, reason="  ")
    assert (missing["code"], missing["path"]) == ("REASON_MISSING", ["reason"])
    assert await contents(api) == before
    assert (await act(officer, REJECT, feverish.trip_id, reason="Come tomorrow"))["trip"][
        "state"
    ] == "REJECTED"
    trip = await feverish.driver.ask(
        "query($id: ID!) { trip(id: $id) { state rejectionReason } }", id=feverish.trip_id
    )
    assert trip == {"state": "REJECTED", "rejectionReason": "Come tomorrow"}


@pytest.mark.parametrize("mutation", [APPROVE, REJECT])
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OFFICER, Role.SYSTEM}])
async def test_nobody_but_an_officer_decides_and_nothing_changes(
    feverish: Journey, sign_in: SignIn, api: Services, mutation: str, role: Role
) -> None:
    somebody = await sign_in(role)
    before = await contents(api)
    more = {"reason": "no"} if mutation == REJECT else {}
    code = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
    assert (await act(somebody, mutation, feverish.trip_id, **more))["code"] == code
    assert await contents(api) == before


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AGENCY, Role.SYSTEM}])
async def test_nobody_but_an_agency_answers_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services, role: Role
) -> None:
    somebody = await sign_in(role)
    before = await contents(api)
    code = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
    assert (await answer(somebody, journey.trip_id))["code"] == code
    assert await contents(api) == before


async def test_an_agency_answers_for_itself_alone(journey: Journey, customs: Client, border: Client) -> None:
    assert [edge["node"]["trip"]["id"] for edge in (await customs.ask(WAITING))["edges"]] == [journey.trip_id]
    reviewed = await answer(customs, journey.trip_id)
    assert [(one["agency"], one["state"]) for one in reviewed["clearances"]] == [
        ("CUSTOMS", "CLEAR"),
        ("BORDER_INSPECTION", "PENDING"),
    ]
    assert (await customs.ask(WAITING))["edges"] == []
    assert len((await border.ask(WAITING))["edges"]) == 1


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"state": "PENDING"}, "INVALID_INPUT", ["state"]),
        ({"state": "SILENT"}, "INVALID_INPUT", ["state"]),
        ({"state": "HOLD"}, "HOLD_REASON_MISSING", ["hold", "reason"]),
        (
            {"state": "HOLD", "hold": {"kind": "AT_BAY", "reason": " "}},
            "HOLD_REASON_MISSING",
            ["hold", "reason"],
        ),
        (
            {"state": "HOLD", "hold": {"kind": "AT_BAY", "reason": "x" * 501}},
            "FIELD_TOO_LONG",
            ["hold", "reason"],
        ),
        ({"state": "HOLD", "hold": HELD_AT_BAY | {"visitOrder": 0}}, "INVALID_INPUT", ["hold", "visitOrder"]),
        ({"state": "CLEAR", "hold": HELD_AT_BAY}, "INVALID_INPUT", ["hold"]),
    ],
)
async def test_a_wrong_answer_is_pointed_at_and_nothing_changes(
    journey: Journey, customs: Client, api: Services, given: dict[str, str], code: str, path: list[str]
) -> None:
    before = await contents(api)
    refused = await answer(customs, journey.trip_id, **given)
    assert (refused["code"], refused["path"]) == (code, path)
    assert await contents(api) == before


async def test_the_same_answer_twice_is_refused_and_another_one_replaces_it(
    journey: Journey, customs: Client, api: Services
) -> None:
    await answer(customs, journey.trip_id, "HOLD", hold=STOPPED)
    before = await contents(api)
    assert (await answer(customs, journey.trip_id, "HOLD", hold=STOPPED))["code"] == "CLEARANCE_DECIDED"
    assert await contents(api) == before
    changed = await answer(customs, journey.trip_id)
    assert changed["clearances"][0] == {
        "agency": "CUSTOMS",
        "state": "CLEAR",
        "inspection": "NOT_REQUIRED",
        "hold": None,
    }


async def test_a_hold_at_the_bay_still_brings_a_voucher(
    journey: Journey, customs: Client, border: Client
) -> None:
    await answer(customs, journey.trip_id, "HOLD", hold=HELD_AT_BAY, inspection="REQUIRED")
    approved = await answer(border, journey.trip_id)
    assert approved["trip"]["state"] == "APPROVED"
    assert approved["clearances"][0]["hold"] == HELD_AT_BAY
    assert approved["clearances"][0]["inspection"] == "REQUIRED"
    assert approved["approval"]["reasons"] == [
        {"rule": "HELD_AT_BAY", "message": "Customs will see the vehicle at a bay."}
    ]


async def test_a_hold_before_arrival_keeps_the_trip_until_it_is_lifted(
    journey: Journey, customs: Client, border: Client
) -> None:
    await answer(customs, journey.trip_id, "HOLD", hold=STOPPED)
    assert (await answer(border, journey.trip_id))["trip"]["state"] == "SUBMITTED"
    assert (await answer(customs, journey.trip_id))["trip"]["state"] == "APPROVED"


async def test_an_officer_cannot_approve_past_a_hold_before_arrival(
    feverish: Journey, customs: Client, officer: Client, api: Services
) -> None:
    await answer(customs, feverish.trip_id, "HOLD", hold=STOPPED)
    before = await contents(api)
    refused = await act(officer, APPROVE, feverish.trip_id)
    assert (refused["code"], refused["args"]) == (
        "HOLD_BEFORE_ARRIVAL",
        [{"name": "agency", "value": "CUSTOMS"}],
    )
    assert await contents(api) == before


async def test_a_hold_after_approval_raises_the_version_and_tells_the_lanes(
    journey: Journey, customs: Client, border: Client, api: Services
) -> None:
    await answer(customs, journey.trip_id)
    approved = await answer(border, journey.trip_id)
    held = await answer(customs, journey.trip_id, "HOLD", hold=STOPPED)
    assert held["version"] > approved["version"]
    assert held["trip"]["state"] == "APPROVED"
    last = await api.database.collection("events").find_one(
        {"stream": f"trip:{journey.trip_id}"}, sort=[("seq", -1)]
    )
    assert last is not None
    assert last["kind"] == "clearance.answered"
    assert (last["facts"]["state"], last["facts"]["hold_kind"]) == ("HOLD", "BEFORE_ARRIVAL")
    assert "Licence" not in str(last)
    assert set(last["evidence"]) == {"reason"}


async def test_silent_customs_bring_the_trip_to_an_officer(
    journey: Journey, border: Client, clock: FixedClock, system: Context, officer: Client
) -> None:
    await answer(border, journey.trip_id)
    assert await service.silence_due(system) == 0
    clock.advance(timedelta(seconds=31))
    assert await service.silence_due(system) == 1
    assert await service.silence_due(system) == 0
    (edge,) = (await officer.ask(QUEUE, after=None))["edges"]
    assert [reason["rule"] for reason in edge["node"]["reviewReasons"]] == ["AGENCY_SILENT"]
    assert (
        edge["node"]["reviewReasons"][0]["message"]
        == "Customs did not answer in time; an officer must decide."
    )


async def test_silent_border_inspection_counts_as_clear(
    journey: Journey, customs: Client, clock: FixedClock, system: Context, api: Services
) -> None:
    await answer(customs, journey.trip_id)
    clock.advance(timedelta(seconds=31))
    await service.silence_due(system)
    assert (await voucher_of(journey))["state"] == "ISSUED"
    assert await kinds(api, f"trip:{journey.trip_id}") == [
        "trip.submitted",
        "clearance.answered",
        "clearance.silent",
        "voucher.issued",
        "trip.approved",
    ]


async def test_a_late_answer_of_a_silent_agency_still_counts(
    journey: Journey, customs: Client, clock: FixedClock, system: Context
) -> None:
    clock.advance(timedelta(seconds=31))
    await service.silence_due(system)
    late = await answer(customs, journey.trip_id, "HOLD", hold=STOPPED)
    assert [(one["agency"], one["state"]) for one in late["clearances"]] == [
        ("CUSTOMS", "HOLD"),
        ("BORDER_INSPECTION", "SILENT"),
    ]


async def test_of_five_officers_approving_at_once_one_does_and_four_are_told_so(
    feverish: Journey, officer: Client, api: Services
) -> None:
    answers = await asyncio.gather(*(act(officer, APPROVE, feverish.trip_id) for _ in range(5)))
    found = sorted(answer.get("code", answer["__typename"]) for answer in answers)
    assert found == ["TRIP_NOT_UNDER_REVIEW"] * 4 + ["TripReview"]
    assert await api.database.collection("vouchers").count_documents({}) == 1
    assert (await kinds(api, f"trip:{feverish.trip_id}")).count("trip.approved") == 1


async def test_one_key_approves_once_however_often_it_is_sent(
    feverish: Journey, officer: Client, api: Services
) -> None:
    key = new_key()
    answers = await asyncio.gather(*(act(officer, APPROVE, feverish.trip_id, key) for _ in range(5)))
    assert {answer["__typename"] for answer in answers} == {"TripReview"}
    assert await act(officer, APPROVE, feverish.trip_id, key) == answers[0]
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


async def test_amending_supersedes_the_voucher_and_asks_the_agencies_anew(
    journey: Journey, customs: Client, border: Client, officer: Client, api: Services
) -> None:
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    former = await voucher_of(journey)

    amended = await act(journey.driver, AMEND, journey.trip_id)
    assert (amended["state"], amended["version"], amended["voucherId"]) == ("DRAFT", 2, None)
    assert (await customs.ask(WAITING))["edges"] == []
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
    feverish: Journey, officer: Client, customs: Client, api: Services
) -> None:
    await act(officer, APPROVE, feverish.trip_id)
    voucher = await voucher_of(feverish)
    assert (await act(feverish.driver, WITHDRAW, feverish.trip_id))["state"] == "WITHDRAWN"
    assert await officer.ask("query($id: ID!) { voucher(id: $id) { state } }", id=voucher["id"]) == {
        "state": "REVOKED"
    }
    before = await contents(api)
    for refused in (
        await act(feverish.driver, AMEND, feverish.trip_id),
        await act(feverish.driver, WITHDRAW, feverish.trip_id),
        await answer(customs, feverish.trip_id, "HOLD", hold=STOPPED),
    ):
        assert (refused["code"], refused["args"]) == ("TRIP_STATE", [{"name": "state", "value": "WITHDRAWN"}])
    assert (await act(officer, APPROVE, feverish.trip_id))["code"] == "TRIP_NOT_UNDER_REVIEW"
    assert await contents(api) == before


@pytest.mark.parametrize("mutation", [AMEND, WITHDRAW])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
async def test_nobody_but_its_driver_takes_a_trip_back_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services, mutation: str, role: Role
) -> None:
    somebody = await sign_in(role)
    before = await contents(api)
    codes = {Role.ANONYMOUS: "UNAUTHENTICATED", Role.DRIVER: "NOT_FOUND"}
    assert (await act(somebody, mutation, journey.trip_id))["code"] == codes.get(role, "FORBIDDEN")
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
