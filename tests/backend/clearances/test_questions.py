"""Ask and answer: who asks a driver, what waits for the answer, and who hears of it."""

from datetime import timedelta

import pytest

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from tests.backend.clearances.asking import AT_HOME, WAITING, ask, reply, take_back
from tests.backend.client import Client
from tests.backend.steps import (
    AMEND,
    APPROVE,
    REJECT,
    TRIP_QUERY,
    WITHDRAW,
    Journey,
    act,
    answer,
    contents,
    kinds,
    refused_codes,
)
from tests.conftest import SignIn

QUESTIONS = (
    "query($id: ID!) { tripReview(tripId: $id) { questions { id askedBy agency state text answer } } }"
)
TOLD = """subscription($id: ID!) { tripEvents(tripId: $id) { __typename
  ... on TripEventMessage { event { kind facts { name value } } } } }"""


async def state_of(journey: Journey) -> str:
    trip = await journey.driver.ask(TRIP_QUERY, id=journey.trip_id)
    return str(trip["state"])


async def test_an_officer_asks_the_driver_answers_and_the_desk_reads_it(
    under_review: Journey, officer: Client, customs: Client
) -> None:
    asked = await ask(officer, under_review.trip_id, "  Who packed the cartons? ")
    assert asked == {
        "__typename": "Question",
        "id": "q1",
        "agency": None,
        "text": "Who packed the cartons?",
        "state": "OPEN",
        "answer": None,
    }
    assert (await under_review.driver.ask(AT_HOME))["questions"][0]["text"] == "Who packed the cartons?"
    answered = await reply(under_review.driver, under_review.trip_id)
    assert (answered["state"], answered["answer"]) == ("ANSWERED", "The shipper.")
    assert await state_of(under_review) == "UNDER_REVIEW"
    for reader in (officer, customs):
        read = await reader.ask(QUESTIONS, id=under_review.trip_id)
        assert read["questions"] == [
            {
                "id": "q1",
                "askedBy": "Officer Wong 黃",
                "agency": None,
                "state": "ANSWERED",
                "text": "Who packed the cartons?",
                "answer": "The shipper.",
            }
        ]


async def test_while_a_question_is_open_no_rule_decides_and_the_answer_lets_it(
    journey: Journey, customs: Client, border: Client
) -> None:
    assert (await ask(border, journey.trip_id))["agency"] == "BORDER_INSPECTION"
    await answer(customs, journey.trip_id)
    held = await answer(border, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "Faces"})
    assert held["trip"]["state"] == "SUBMITTED"
    await reply(journey.driver, journey.trip_id)
    assert await state_of(journey) == "APPROVED"


async def test_no_officer_approves_past_an_open_question_and_nothing_changes(
    under_review: Journey, officer: Client, api: Services
) -> None:
    await ask(officer, under_review.trip_id)
    before = await contents(api)
    assert (await act(officer, APPROVE, under_review.trip_id))["code"] == "QUESTION_OPEN"
    assert await contents(api) == before
    assert (await take_back(officer, under_review.trip_id))["state"] == "WITHDRAWN"
    assert (await act(officer, APPROVE, under_review.trip_id))["trip"]["state"] == "APPROVED"


async def test_an_agency_does_not_clear_past_its_own_question(
    journey: Journey, customs: Client, border: Client, api: Services
) -> None:
    await ask(customs, journey.trip_id)
    before = await contents(api)
    assert (await answer(customs, journey.trip_id))["code"] == "QUESTION_OPEN"
    assert await contents(api) == before
    assert (await answer(border, journey.trip_id))["__typename"] == "TripReview"


async def test_an_agency_that_waits_for_its_driver_is_not_silent_and_has_its_time_anew(
    journey: Journey, customs: Client, border: Client, clock: FixedClock, system: Context
) -> None:
    await answer(border, journey.trip_id)
    await ask(customs, journey.trip_id)
    await ask(customs, journey.trip_id, "And who sealed it?")
    clock.advance(timedelta(seconds=300))
    assert await service.silence_due(system) == 0
    await reply(journey.driver, journey.trip_id)
    clock.advance(timedelta(seconds=300))
    assert await service.silence_due(system) == 0
    await reply(journey.driver, journey.trip_id, "q2")
    clock.advance(timedelta(seconds=29))
    assert await service.silence_due(system) == 0
    clock.advance(timedelta(seconds=2))
    assert await service.silence_due(system) == 1
    assert await state_of(journey) == "UNDER_REVIEW"


async def test_nobody_but_officers_and_agencies_asks_or_withdraws_and_nothing_changes(
    under_review: Journey, officer: Client, sign_in: SignIn, api: Services
) -> None:
    await ask(officer, under_review.trip_id)
    before = await contents(api)
    for role, code in refused_codes(Role.OFFICER, Role.AGENCY).items():
        somebody = await sign_in(role)
        asked = await ask(somebody, under_review.trip_id)
        withdrawn = await take_back(somebody, under_review.trip_id)
        assert (role, asked["code"], withdrawn["code"]) == (role, code, code)
    assert await contents(api) == before


async def test_nobody_but_the_trips_own_driver_answers_and_nothing_changes(
    under_review: Journey, officer: Client, sign_in: SignIn, api: Services
) -> None:
    await ask(officer, under_review.trip_id)
    before = await contents(api)
    for role, code in refused_codes(DRIVER="NOT_FOUND").items():
        answered = await reply(await sign_in(role), under_review.trip_id)
        assert (role, answered["code"]) == (role, code)
    assert await contents(api) == before


async def test_an_agency_withdraws_its_own_question_only_and_asks_only_where_it_is_concerned(
    journey: Journey, customs: Client, border: Client, officer: Client, sign_in: SignIn, api: Services
) -> None:
    await ask(customs, journey.trip_id)
    before = await contents(api)
    assert (await take_back(border, journey.trip_id))["code"] == "CLEARANCE_NOT_YOURS"
    quarantine = await sign_in(Role.AGENCY, "agency-quarantine")
    assert (await ask(quarantine, journey.trip_id))["code"] == "CLEARANCE_NOT_YOURS"
    assert await contents(api) == before
    assert (await take_back(officer, journey.trip_id))["state"] == "WITHDRAWN"


@pytest.mark.parametrize(
    ("text", "code"), [(" \n", "QUESTION_MISSING"), ("x" * 501, "FIELD_TOO_LONG")], ids=["empty", "long"]
)
async def test_a_wrong_question_is_pointed_at_and_nothing_changes(
    under_review: Journey, officer: Client, api: Services, text: str, code: str
) -> None:
    before = await contents(api)
    refused = await ask(officer, under_review.trip_id, text)
    assert (refused["code"], refused["path"]) == (code, ["text"])
    assert await contents(api) == before


@pytest.mark.parametrize(
    ("text", "code"), [(" ", "ANSWER_MISSING"), ("x" * 501, "FIELD_TOO_LONG")], ids=["empty", "long"]
)
async def test_a_wrong_answer_is_pointed_at_and_the_question_stays_open(
    under_review: Journey, officer: Client, api: Services, text: str, code: str
) -> None:
    await ask(officer, under_review.trip_id)
    before = await contents(api)
    refused = await reply(under_review.driver, under_review.trip_id, text=text)
    assert (refused["code"], refused["path"]) == (code, ["text"])
    unknown = await reply(under_review.driver, under_review.trip_id, "q9")
    assert (unknown["code"], unknown["path"]) == ("NOT_FOUND", ["questionId"])
    assert await contents(api) == before


async def test_a_closed_question_is_neither_answered_nor_withdrawn_again(
    under_review: Journey, officer: Client, api: Services
) -> None:
    await ask(officer, under_review.trip_id)
    await reply(under_review.driver, under_review.trip_id)
    before = await contents(api)
    for refused in (
        await reply(under_review.driver, under_review.trip_id, text="No, the carrier."),
        await take_back(officer, under_review.trip_id),
    ):
        assert (refused["code"], refused["args"]) == (
            "QUESTION_CLOSED",
            [{"name": "state", "value": "ANSWERED"}],
        )
    assert await contents(api) == before


async def test_after_twenty_questions_an_officer_decides_or_calls(
    under_review: Journey, officer: Client, api: Services
) -> None:
    for number in range(20):
        await ask(officer, under_review.trip_id, f"Question {number}?")
    before = await contents(api)
    refused = await ask(officer, under_review.trip_id)
    assert (refused["code"], refused["args"]) == ("QUESTIONS_TOO_MANY", [{"name": "limit", "value": "20"}])
    assert await contents(api) == before


async def test_amending_closes_the_question_and_it_stays_readable_in_the_next_round(
    under_review: Journey, officer: Client, customs: Client
) -> None:
    await ask(officer, under_review.trip_id)
    await act(under_review.driver, AMEND, under_review.trip_id)
    read = await officer.ask(QUESTIONS, id=under_review.trip_id)
    assert [(one["id"], one["state"]) for one in read["questions"]] == [("q1", "AMENDED")]
    assert (await customs.ask(WAITING))["edges"] == []
    refused = await reply(under_review.driver, under_review.trip_id)
    assert refused["code"] == "QUESTION_CLOSED"


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
async def test_a_trips_end_closes_its_open_question(under_review: Journey, officer: Client, end: str) -> None:
    await ask(officer, under_review.trip_id)
    if end == "rejected":
        await act(officer, REJECT, under_review.trip_id, reason="No answer")
    else:
        await act(under_review.driver, WITHDRAW, under_review.trip_id)
    read = await officer.ask(QUESTIONS, id=under_review.trip_id)
    assert [one["state"] for one in read["questions"]] == ["WITHDRAWN"]
    assert (await ask(officer, under_review.trip_id))["code"] == "TRIP_STATE"


async def test_both_sides_hear_of_it_live_without_a_word_of_it_in_the_log(
    under_review: Journey, officer: Client, carrier: Client, api: Services
) -> None:
    async with (
        under_review.driver.listen(TOLD, "tripEvents", id=under_review.trip_id) as driver,
        officer.listen(TOLD, "tripEvents", id=under_review.trip_id) as desk,
    ):
        for listener in (driver, desk):
            assert (await listener.next())["__typename"] == "Ready"
        await ask(officer, under_review.trip_id, "Who packed the cartons?")
        await reply(under_review.driver, under_review.trip_id)
        for listener in (driver, desk):
            for kind in ("question.asked", "question.answered"):
                told = (await listener.next())["event"]
                assert told["kind"] == kind
                assert {"name": "question", "value": "q1"} in told["facts"]
    rows = await api.database.collection("events").find({"kind": {"$regex": "^question"}}).to_list(None)
    assert "cartons" not in str(rows)
    assert "shipper" not in str(rows)
    assert [set(row["evidence"]) for row in rows] == [{"text"}, {"text"}]
    assert (await kinds(api, f"trip:{under_review.trip_id}"))[-2:] == ["question.asked", "question.answered"]
