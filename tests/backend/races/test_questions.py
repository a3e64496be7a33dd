"""Questions to a driver that come at the same moment as a decision, an answer or the end of a deadline."""

from datetime import timedelta

import pytest

from backend.clearances.sweeps import SWEEPS
from backend.kit.clock import FixedClock
from backend.kit.context import Services, system_context
from tests.backend.clearances.asking import ask, reply, take_back
from tests.backend.lanes.steps import Port, kinds, trip_state
from tests.backend.races.rivals import Rivals, refusal
from tests.backend.steps import APPROVE, Journey, act, answer, start, submit

SILENCE = next(sweep for sweep in SWEEPS if sweep.name == "clearances.silence")


@pytest.fixture
async def asked(port: Port, clock: FixedClock) -> Journey:
    """A trip that its agencies have been asked about."""
    journey = await start(port.carrier, port.nobody, clock)
    await submit(journey)
    return journey


@pytest.fixture
async def under_review(port: Port, clock: FixedClock) -> Journey:
    """A trip that the rules leave to an officer."""
    journey = await start(port.carrier, port.nobody, clock)
    await submit(journey, feverFree=False)
    await answer(port.customs, journey.trip_id)
    await answer(port.border, journey.trip_id)
    return journey


async def test_a_question_that_comes_with_the_approval_stops_it_or_comes_too_late(
    rivals: Rivals, under_review: Journey, api: Services
) -> None:
    raced = await rivals.race(
        lambda place: act(place.port.officer, APPROVE, under_review.trip_id),
        lambda place: ask(place.port.customs, under_review.trip_id),
    )

    clearances = await rivals.row("clearances")
    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_STATE", {"state": "APPROVED"})
        assert (await trip_state(api, under_review), clearances["questions"]) == ("APPROVED", [])
    else:
        assert refusal(raced.held) == ("QUESTION_OPEN", {})
        assert [one["state"] for one in clearances["questions"]] == ["OPEN"]
        assert (await trip_state(api, under_review), clearances["approval"]) == ("UNDER_REVIEW", None)


async def test_an_answer_that_comes_as_the_question_is_withdrawn_counts_or_is_told_so(
    rivals: Rivals, under_review: Journey, port: Port, api: Services
) -> None:
    await ask(port.officer, under_review.trip_id)

    raced = await rivals.race(
        lambda place: reply(place.journey(under_review).driver, under_review.trip_id),
        lambda place: take_back(place.port.officer, under_review.trip_id),
    )

    (question,) = (await rivals.row("clearances"))["questions"]
    lost, state = (raced.other, "ANSWERED") if rivals.held_first else (raced.held, "WITHDRAWN")
    assert refusal(lost) == ("QUESTION_CLOSED", {"state": state})
    assert (question["state"], question["answer"] is not None) == (state, rivals.held_first)
    told = await kinds(api, f"trip:{under_review.trip_id}")
    assert told[-1] == f"question.{state.lower()}"


async def test_an_answer_that_comes_with_the_last_clearance_approves_the_trip_once(
    rivals: Rivals, asked: Journey, port: Port, api: Services
) -> None:
    await answer(port.customs, asked.trip_id)
    await ask(port.officer, asked.trip_id)

    await rivals.race(
        lambda place: reply(place.journey(asked).driver, asked.trip_id),
        lambda place: answer(place.port.border, asked.trip_id),
    )

    told = await kinds(api, f"trip:{asked.trip_id}")
    assert told[-2:] == ["voucher.issued", "trip.approved"]
    assert told.count("trip.approved") == 1
    assert await trip_state(api, asked) == "APPROVED"


async def test_a_question_at_the_deadline_keeps_its_agency_from_being_silent_or_comes_after(
    rivals: Rivals, asked: Journey, port: Port, clock: FixedClock, api: Services
) -> None:
    await answer(port.border, asked.trip_id)
    clock.advance(timedelta(seconds=30))

    raced = await rivals.race(
        lambda place: ask(place.port.customs, asked.trip_id), lambda place: place.sweep(SILENCE)
    )

    clearances = await rivals.row("clearances")
    assert raced.held["state"] == "OPEN"
    if rivals.held_first:
        assert (raced.other, clearances["items"][0]["state"]) == (0, "PENDING")
        assert await trip_state(api, asked) == "SUBMITTED"
    else:
        assert (raced.other, clearances["items"][0]["state"]) == (1, "SILENT")
        assert await trip_state(api, asked) == "UNDER_REVIEW"


async def test_the_inspection_an_officer_chooses_never_overrules_the_agency_that_speaks_beside_him(
    rivals: Rivals, asked: Journey, port: Port, clock: FixedClock, api: Services
) -> None:
    await answer(port.border, asked.trip_id)
    clock.advance(timedelta(seconds=30))
    await silence_noticed(rivals)

    raced = await rivals.race(
        lambda place: act(place.port.officer, APPROVE, asked.trip_id, inspection="NOT_REQUIRED"),
        lambda place: answer(place.port.customs, asked.trip_id, "CLEAR", inspection="REQUIRED"),
    )

    customs = (await rivals.row("clearances"))["items"][0]
    assert (customs["state"], customs["inspection"]) == ("CLEAR", "REQUIRED")
    if rivals.held_first:
        assert raced.held["trip"]["state"] == "APPROVED"
    else:
        assert refusal(raced.held) == ("INSPECTION_NEED_DECIDED", {"inspection": "REQUIRED"})
        assert await trip_state(api, asked) == "UNDER_REVIEW"


async def silence_noticed(rivals: Rivals) -> None:
    """Let the deadlines that have passed be noticed."""
    await SILENCE.run(system_context(rivals.api, SILENCE.name))
