"""An agency's own system answers for several trips in one message: each by itself, each once."""

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from core.roles import Role
from tests.backend.clearances.asking import ANSWERS
from tests.backend.client import Client, new_key
from tests.backend.steps import Answer, Journey, contents, kinds, refused_codes, start, submit
from tests.conftest import SignIn

HOLD = {"kind": "AT_BAY", "reason": "Seal to be checked"}


@pytest.fixture
async def journeys(carrier: Client, nobody: Client, clock: FixedClock) -> list[Journey]:
    """Two trips whose agencies have been asked."""
    started = []
    for number in range(2):
        journey = await start(carrier, nobody, clock, driverPhone=f"+8526000000{number}")
        await submit(journey, plates=[{"jurisdiction": "HK", "text": f"AB10{number}"}])
        started.append(journey)
    return started


async def answer_all(client: Client, answers: list[Answer], key: str | None = None) -> Answer:
    taken: Answer = await client.ask(ANSWERS, input={"idempotencyKey": key or new_key(), "answers": answers})
    return taken


async def test_each_answer_is_taken_or_refused_by_itself(
    journeys: list[Journey], customs: Client, border: Client, api: Services
) -> None:
    first, second = (journey.trip_id for journey in journeys)
    taken = await answer_all(
        customs,
        [
            {"tripId": first, "state": "CLEAR"},
            {"tripId": "0" * 24, "state": "CLEAR"},
            {"tripId": second, "state": "HOLD", "hold": {"kind": "AT_BAY", "reason": " "}},
        ],
    )
    one, unknown, wrong = taken["results"]
    assert one == {
        "__typename": "ClearanceTaken",
        "tripId": first,
        "tripState": "SUBMITTED",
        "version": 2,
        "clearance": {"agency": "CUSTOMS", "state": "CLEAR"},
    }
    assert (unknown["code"], unknown["path"]) == ("NOT_FOUND", ["answers", "1", "tripId"])
    assert (wrong["code"], wrong["path"]) == ("HOLD_REASON_MISSING", ["answers", "2", "hold", "reason"])
    assert await kinds(api, f"trip:{second}") == ["trip.submitted"]
    approved = await answer_all(border, [{"tripId": first, "state": "CLEAR"}])
    assert approved["results"][0]["tripState"] == "APPROVED"


async def test_a_message_sent_again_is_taken_once_and_answered_alike(
    journeys: list[Journey], customs: Client, api: Services
) -> None:
    key = new_key()
    answers: list[Answer] = [{"tripId": journey.trip_id, "state": "CLEAR"} for journey in journeys]
    first = await answer_all(customs, answers, key)
    stored = await contents(api)
    assert await answer_all(customs, answers, key) == first
    assert await contents(api) == stored
    changed = [answers[0], {**answers[1], "state": "HOLD", "hold": HOLD}]
    results = (await answer_all(customs, changed, key))["results"]
    assert [one.get("code") for one in results] == [None, "KEY_REUSED"]
    assert await contents(api) == stored


@pytest.mark.parametrize("wrong", ["none", "too many", "one trip twice"])
async def test_a_message_that_cannot_be_read_is_refused_whole_and_nothing_changes(
    journeys: list[Journey], customs: Client, api: Services, wrong: str
) -> None:
    clear = {"tripId": journeys[0].trip_id, "state": "CLEAR"}
    answers = {
        "none": [],
        "too many": [clear | {"tripId": f"{number:024x}"} for number in range(21)],
        "one trip twice": [clear, clear],
    }[wrong]
    before = await contents(api)
    refused = await answer_all(customs, answers)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["answers"])
    assert await contents(api) == before


async def test_nobody_but_an_agency_answers_for_several_and_nothing_changes(
    journeys: list[Journey], sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.AGENCY).items():
        refused = await answer_all(await sign_in(role), [{"tripId": journeys[0].trip_id, "state": "CLEAR"}])
        assert (role, refused["code"]) == (role, code)
    assert await contents(api) == before
