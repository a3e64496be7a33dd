"""The inspection that an agency's silence leaves open: the officer who approves says it, and the lane keeps to it."""

from datetime import timedelta

import pytest

from backend.clearances import service as clearances
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.states import ClearanceState
from tests.backend.clearances.asking import OWN_QUEUE
from tests.backend.lanes.steps import Port
from tests.backend.steps import APPROVE, Answer, Journey, act, answer, contents, start, submit


@pytest.fixture
async def customs_silent(port: Port, clock: FixedClock, system: Context) -> Journey:
    """A trip under review because customs did not answer."""
    journey = await start(port.carrier, port.nobody, clock)
    await submit(journey)
    await answer(port.border, journey.trip_id)
    clock.advance(timedelta(seconds=31))
    await clearances.silence_due(system)
    return journey


async def at_the_lane(port: Port, journey: Journey) -> Answer:
    """Return what the lane is told when it asks for the release."""
    passage_id = await port.opened(journey)
    await port.measure(passage_id)
    await port.seen(passage_id)
    return await port.release(passage_id)


async def test_an_officer_who_approves_must_say_what_the_silence_left_open(
    port: Port, customs_silent: Journey, api: Services
) -> None:
    before = await contents(api)
    refused = await act(port.officer, APPROVE, customs_silent.trip_id)
    assert (refused["code"], refused["path"], refused["args"]) == (
        "INSPECTION_NEED_MISSING",
        ["inspection"],
        [{"name": "agency", "value": "CUSTOMS"}],
    )
    undecided = await act(port.officer, APPROVE, customs_silent.trip_id, inspection="UNDECIDED")
    assert (undecided["code"], undecided["path"]) == ("INVALID_INPUT", ["inspection"])
    assert await contents(api) == before


async def test_without_inspection_the_lane_releases_the_vehicle(port: Port, customs_silent: Journey) -> None:
    approved = await act(port.officer, APPROVE, customs_silent.trip_id, inspection="NOT_REQUIRED")
    assert [(one["agency"], one["state"], one["inspection"]) for one in approved["clearances"]] == [
        ("CUSTOMS", "SILENT", "NOT_REQUIRED"),
        ("BORDER_INSPECTION", "CLEAR", "NOT_REQUIRED"),
    ]
    assert [reason["message"] for reason in approved["approval"]["reasons"]] == [
        "An officer has approved the trip.",
        "An officer has decided the inspection in place of Customs: not required.",
    ]
    assert (await at_the_lane(port, customs_silent))["__typename"] == "PassageReleased"


async def test_with_inspection_the_lane_refers_it_until_customs_say_it_is_done(
    port: Port, customs_silent: Journey
) -> None:
    await act(port.officer, APPROVE, customs_silent.trip_id, inspection="REQUIRED")
    refused = await at_the_lane(port, customs_silent)
    assert {one["name"]: one["value"] for one in refused["args"]} == {
        "outcome": "REFER",
        "reasons": "INSPECTION_REQUIRED",
    }
    cleared = await answer(port.customs, customs_silent.trip_id)
    assert cleared["clearances"][0]["inspection"] == "NOT_REQUIRED"


async def test_no_officer_overrules_an_agency_that_has_spoken(
    port: Port, customs_silent: Journey, api: Services
) -> None:
    await answer(port.customs, customs_silent.trip_id, "CLEAR", inspection="REQUIRED")
    before = await contents(api)
    refused = await act(port.officer, APPROVE, customs_silent.trip_id, inspection="NOT_REQUIRED")
    assert (refused["code"], refused["args"]) == (
        "INSPECTION_NEED_DECIDED",
        [{"name": "inspection", "value": "REQUIRED"}],
    )
    assert await contents(api) == before
    agreed = await act(port.officer, APPROVE, customs_silent.trip_id, inspection="REQUIRED")
    assert agreed["trip"]["state"] == "APPROVED"


async def test_a_vehicle_that_is_through_is_in_no_agencys_queue(port: Port, customs_silent: Journey) -> None:
    await act(port.officer, APPROVE, customs_silent.trip_id, inspection="NOT_REQUIRED")
    every = list(ClearanceState)
    waiting = await port.border.ask(OWN_QUEUE, states=every, first=20, after=None)
    assert [edge["node"]["review"]["trip"]["id"] for edge in waiting["edges"]] == [customs_silent.trip_id]
    await at_the_lane(port, customs_silent)
    gone = await port.border.ask(OWN_QUEUE, states=every, first=20, after=None)
    assert (gone["edges"], {one["trips"] for one in gone["counts"]}) == ([], {0})
    late = await answer(port.customs, customs_silent.trip_id)
    assert (late["code"], late["args"]) == ("TRIP_STATE", [{"name": "state", "value": "CLEARED"}])
