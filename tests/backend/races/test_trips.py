"""A trip that two decide on at the same moment."""

from datetime import timedelta

import pytest

from backend.clearances.sweeps import SWEEPS
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.lanes.steps import Port, count, kinds, trip_state
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import (
    APPROVE,
    REJECT,
    WITHDRAW,
    Answer,
    Journey,
    act,
    answer,
    start,
    submit,
)

SILENCE = next(sweep for sweep in SWEEPS if sweep.name == "clearances.silence")
STOPPED = {"kind": "BEFORE_ARRIVAL", "reason": "Licence missing"}


@pytest.fixture
async def under_review(port: Port, clock: FixedClock) -> Journey:
    """A trip that the rules leave to an officer: a fever is declared, both agencies are content."""
    journey = await start(port.carrier, port.nobody, clock)
    await submit(journey, feverFree=False)
    await answer(port.customs, journey.trip_id)
    await answer(port.border, journey.trip_id)
    return journey


@pytest.fixture
async def draft(port: Port, clock: FixedClock) -> Journey:
    """A trip that its driver has opened."""
    return await start(port.carrier, port.nobody, clock)


async def approve(place: Place, journey: Journey) -> Answer:
    """An officer approves."""
    return await act(place.port.officer, APPROVE, journey.trip_id, note=None)


async def test_of_two_officers_who_approve_one_trip_one_does_and_one_code_is_issued(
    rivals: Rivals, under_review: Journey, api: Services
) -> None:
    raced = await rivals.race(
        lambda place: approve(place, under_review), lambda place: approve(place, under_review)
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert won["trip"]["state"] == "APPROVED"
    assert refusal(lost) == ("TRIP_NOT_UNDER_REVIEW", {"state": "APPROVED"})
    assert (await rivals.row("vouchers"))["state"] == "ISSUED"
    told = await kinds(api, f"trip:{under_review.trip_id}")
    assert told[-2:] == ["voucher.issued", "trip.approved"]
    assert told.count("trip.approved") == 1


async def test_of_an_officer_who_approves_and_one_who_rejects_one_does(
    rivals: Rivals, under_review: Journey, api: Services
) -> None:
    async def reject(place: Place) -> Answer:
        return await act(place.port.officer, REJECT, under_review.trip_id, reason="no fever at the border")

    raced = await rivals.race(lambda place: approve(place, under_review), reject)

    trip, clearances = await rivals.row("trips"), await rivals.row("clearances")
    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_NOT_UNDER_REVIEW", {"state": "APPROVED"})
        assert (trip["state"], trip["rejection_reason"], clearances["open"]) == ("APPROVED", None, True)
    else:
        assert refusal(raced.held) == ("TRIP_NOT_UNDER_REVIEW", {"state": "REJECTED"})
        assert (trip["state"], trip["voucher_id"], clearances["open"]) == ("REJECTED", None, False)
    assert clearances["approval"] is None or rivals.held_first
    assert await count(api, "vouchers") == int(rivals.held_first)
    assert (await kinds(api, f"trip:{under_review.trip_id}")).count("trip.rejected") == 1 - rivals.held_first


async def test_a_hold_that_comes_with_the_approval_stops_it_or_is_seen_by_the_lane(
    rivals: Rivals, under_review: Journey, port: Port, api: Services
) -> None:
    """The write skew of snapshots: each of the two reads what the other one changes."""
    raced = await rivals.race(
        lambda place: approve(place, under_review),
        lambda place: answer(place.port.customs, under_review.trip_id, "HOLD", hold=STOPPED),
    )

    assert raced.other["clearances"][0]["state"] == "HOLD"
    clearances = await rivals.row("clearances")
    assert (await kinds(api, f"trip:{under_review.trip_id}")).count("clearance.answered") == 3
    if not rivals.held_first:
        assert refusal(raced.held) == ("HOLD_BEFORE_ARRIVAL", {"agency": "CUSTOMS"})
        assert (await trip_state(api, under_review), clearances["approval"]) == ("UNDER_REVIEW", None)
        assert await count(api, "vouchers") == 0
        return
    assert raced.other["approval"] is not None
    passage_id = await port.opened(under_review)
    await port.seen(passage_id)
    told = refusal(await port.release(passage_id))
    assert told == (
        "NOT_RELEASABLE",
        {"outcome": "REFER", "reasons": "HOLD_BEFORE_ARRIVAL INSPECTION_UNDECIDED"},
    )


async def test_two_agencies_that_answer_at_once_approve_the_trip_once(
    rivals: Rivals, draft: Journey, api: Services
) -> None:
    await submit(draft)

    raced = await rivals.race(
        lambda place: answer(place.port.customs, draft.trip_id),
        lambda place: answer(place.port.border, draft.trip_id),
    )

    last = raced.other if rivals.held_first else raced.held
    assert last["trip"]["state"] == "APPROVED"
    told = await kinds(api, f"trip:{draft.trip_id}")
    assert told[1:] == ["clearance.answered", "clearance.answered", "voucher.issued", "trip.approved"]
    assert [item["state"] for item in (await rivals.row("clearances"))["items"]] == ["CLEAR", "CLEAR"]


async def test_a_trip_withdrawn_while_it_is_approved_has_no_code_that_counts(
    rivals: Rivals, under_review: Journey, api: Services
) -> None:
    raced = await rivals.race(
        lambda place: approve(place, under_review),
        lambda place: act(place.journey(under_review).driver, WITHDRAW, under_review.trip_id),
    )

    assert raced.other["state"] == "WITHDRAWN"
    assert await trip_state(api, under_review) == "WITHDRAWN"
    assert await count(api, "vouchers", state="ISSUED") == 0
    assert (await rivals.row("clearances"))["open"] is False
    if rivals.held_first:
        assert raced.held["trip"]["state"] in {
            "APPROVED",
            "WITHDRAWN",
        }  # as it stands when the reply is put together
        assert (await rivals.row("vouchers"))["state"] == "REVOKED"
    else:
        assert refusal(raced.held) == ("TRIP_NOT_UNDER_REVIEW", {"state": "WITHDRAWN"})
        assert await count(api, "vouchers") == 0


async def test_an_answer_at_its_deadline_counts_before_or_after_the_silence_never_beside_it(
    rivals: Rivals, draft: Journey, port: Port, api: Services, clock: FixedClock
) -> None:
    await submit(draft)
    await answer(port.border, draft.trip_id)
    clock.advance(timedelta(seconds=30))

    raced = await rivals.race(
        lambda place: answer(place.port.customs, draft.trip_id), lambda place: place.sweep(SILENCE)
    )

    told = await kinds(api, f"trip:{draft.trip_id}")
    clearances = await rivals.row("clearances")
    if rivals.held_first:
        assert raced.other == 0
        assert told[-3:] == ["clearance.answered", "voucher.issued", "trip.approved"]
        assert await trip_state(api, draft) == "APPROVED"
    else:
        assert raced.other == 1
        assert told[-4:] == [
            "clearance.silent",
            "clearance.judged",
            "trip.under_review",
            "clearance.answered",
        ]
        assert await trip_state(api, draft) == "UNDER_REVIEW"
    assert [item["state"] for item in clearances["items"]] == ["CLEAR", "CLEAR"]
    assert told.count("clearance.silent") == raced.other


async def test_two_processes_that_find_the_same_silence_tell_it_once(
    rivals: Rivals, draft: Journey, api: Services, clock: FixedClock
) -> None:
    await submit(draft)
    clock.advance(timedelta(seconds=30))

    raced = await rivals.race(lambda place: place.sweep(SILENCE), lambda place: place.sweep(SILENCE))

    assert [raced.held, raced.other] == ([1, 0] if rivals.held_first else [0, 1])
    told = await kinds(api, f"trip:{draft.trip_id}")
    assert told[1:] == ["clearance.silent", "clearance.silent", "clearance.judged", "trip.under_review"]


async def test_one_vehicle_declared_for_two_trips_at_once_is_submitted_for_one(
    rivals: Rivals, draft: Journey, port: Port, api: Services, clock: FixedClock
) -> None:
    """Neither reads the other's trip, a draft yet: only the vehicle's turn, not its first, lets them meet."""
    past = await start(port.carrier, port.nobody, clock, driverPhone="+852 6999 9998")
    await submit(past)
    await act(past.driver, WITHDRAW, past.trip_id)
    other = await start(port.carrier, port.nobody, clock, driverPhone="+852 6999 9999")

    raced = await rivals.race(
        lambda place: submit(place.journey(draft)), lambda place: submit(place.journey(other))
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert won["state"] == "SUBMITTED"
    assert (lost["__typename"], lost["failures"][0]["code"]) == ("DeclarationIncomplete", "TRIP_DUPLICATE")
    assert await count(api, "clearances", open=True) == await count(api, "trips", state="SUBMITTED") == 1
