"""Agencies answer, change their word or fall silent; who may answer, and what follows."""

from datetime import timedelta

import pytest

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from tests.backend.clearances.asking import QUEUE, STOPPED, WAITING
from tests.backend.client import Client
from tests.backend.steps import (
    Journey,
    answer,
    contents,
    kinds,
    refused_codes,
    voucher_of,
)
from tests.conftest import SignIn

HELD_AT_BAY = {"kind": "AT_BAY", "reason": "Seal to be checked", "place": "Bay 2", "visitOrder": 1}


async def test_nobody_but_an_agency_answers_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.AGENCY).items():
        refused = await answer(await sign_in(role), journey.trip_id)
        assert (role, refused["code"]) == (role, code)
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
