"""Drafts: nothing a driver types is lost; rules speak when he submits."""

import asyncio
from datetime import timedelta
from typing import Any

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.steps import (
    SUBMIT,
    TRIP_QUERY,
    Journey,
    contents,
    declaration,
    kinds,
    refused_codes,
    save,
    send_order,
    start,
    submit,
)
from tests.conftest import SignIn


async def test_a_draft_is_prefilled_from_its_order(journey: Journey, clock: FixedClock) -> None:
    trip = await journey.driver.ask(TRIP_QUERY, id=journey.trip_id)
    assert trip["state"] == "DRAFT"
    stated = trip["declaration"]
    assert (stated["driverName"], stated["driverPhone"]) == ("陈大文", "+85261234567")
    assert (stated["direction"], stated["language"]) == ("SOUTHBOUND", "ZH_HANS")
    assert stated["containers"] == [{"number": "CSQU3054383", "seals": ["HS123456"]}]
    assert (stated["plates"], stated["crew"], stated["feverFree"]) == ([], None, None)


async def test_what_an_order_says_of_its_containers_reaches_the_draft(
    carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    stated = stated_in_full()["containers"]
    typed = [{**stated[0], "number": "csqu 305438 3", "sizeType": "22g1", "seals": []}]
    journey = await start(carrier, nobody, clock, containers=typed)
    assert (await journey.driver.ask(FULL, id=journey.trip_id))["declaration"]["containers"] == stated


async def test_an_order_with_a_wrong_size_and_type_is_refused_at_its_field(
    carrier: Client, clock: FixedClock, api: Services
) -> None:
    before = await contents(api)
    refused = await send_order(carrier, clock, containers=[{"number": "CSQU3054383", "sizeType": "40HC"}])
    assert (refused["code"], refused["path"]) == ("SIZE_TYPE_INVALID", ["containers", "0", "sizeType"])
    assert await contents(api) == before


async def test_a_saved_field_is_kept_and_one_left_out_stays(journey: Journey) -> None:
    await save(journey, {"crew": 2})
    saved = await save(journey, {"driverName": "李四", "goodsSummary": None})
    assert saved["declaration"]["crew"] == 2
    assert saved["declaration"]["driverName"] == "李四"
    assert saved["declaration"]["goodsSummary"] is None
    assert saved["declaration"]["driverPhone"] == "+85261234567"


FULL = """query($id: ID!) { trip(id: $id) { declaration { containers { number seals sizeType loaded
  sealDetails { number sealClass sealingParty } } trailers { jurisdiction text }
  goodsItems { description hsCode packages packageKind grossWeightKg originCountry containerNumber
    dangerous { unNumber hazardClass packingGroup } } parties { role name country }
  crewMembers { name nationality documents { kind number issuingCountry expiresOn } } driverNationality
  driverDocuments { kind number issuingCountry expiresOn } departureCountry destinationCountry transitCountries
  references { kind number } } } }"""


LICENCE = {
    "kind": "DRIVING_LICENCE",
    "number": "440301199001011237",
    "issuingCountry": "CN",
    "expiresOn": "2030-01-31",
}
PERMIT = {
    "kind": "HOME_RETURN_PERMIT",
    "number": "H1234567801",
    "issuingCountry": "CN",
    "expiresOn": "2030-01-31",
}


def stated_in_full() -> dict[str, Any]:
    """What a driver may say beside the vehicle, in canonical form."""
    return {
        "containers": [
            {
                "number": "CSQU3054383",
                "seals": ["HS123456"],
                "sizeType": "22G1",
                "loaded": True,
                "sealDetails": [
                    {"number": "HS123456", "sealClass": "HIGH_SECURITY", "sealingParty": "SHIPPER"}
                ],
            }
        ],
        "trailers": [{"jurisdiction": "CN", "text": "粤B1234挂"}],
        "goodsItems": [
            {
                "description": "Paint, 120 drums",
                "hsCode": "320810",
                "packages": 120,
                "packageKind": "DR",
                "grossWeightKg": 2400,
                "originCountry": "CN",
                "containerNumber": "CSQU3054383",
                "dangerous": {"unNumber": "1263", "hazardClass": "3", "packingGroup": "II"},
            }
        ],
        "parties": [
            {"role": "CONSIGNOR", "name": "Shenzhen Paint Works", "country": "CN"},
            {"role": "CONSIGNEE", "name": "Kowloon Hardware", "country": "HK"},
        ],
        "crewMembers": [{"name": "李四", "nationality": "HK", "documents": [PERMIT]}],
        "driverNationality": "CN",
        "driverDocuments": [LICENCE, {**LICENCE, "kind": "DANGEROUS_GOODS_CERTIFICATE"}],
        "departureCountry": "CN",
        "destinationCountry": "VN",
        "transitCountries": ["HK"],
        "references": [{"kind": "TRANSIT_DECLARATION", "number": "HK2026A00012345"}],
    }


async def test_whatever_a_declaration_may_say_is_kept_and_shown_and_submitted(journey: Journey) -> None:
    stated = stated_in_full()
    await save(journey, stated)
    assert (await journey.driver.ask(FULL, id=journey.trip_id))["declaration"] == stated
    assert (await submit(journey, crew=2))["state"] == "SUBMITTED"
    assert (await journey.driver.ask(FULL, id=journey.trip_id))["declaration"] == stated


async def test_an_incomplete_declaration_names_each_failure_and_keeps_the_draft(
    journey: Journey, api: Services
) -> None:
    plates = [{"jurisdiction": "CN", "text": "粤Z·DF15港"}]
    result = await submit(journey, plates=plates, crew=0)
    assert result["__typename"] == "DeclarationIncomplete"
    assert [(failure["code"], failure["path"]) for failure in result["failures"]] == [
        ("PLATE_HOME_MISSING", ["declaration", "plates", "0", "text"]),
        ("CREW_INVALID", ["declaration", "crew"]),
    ]
    assert "粤Z·DF15港" in result["failures"][0]["message"]
    assert result["trip"]["state"] == "DRAFT"
    assert result["trip"]["declaration"]["plates"][0]["text"] == "粤ZDF15港"
    assert await kinds(api, f"trip:{journey.trip_id}") == []


async def test_mending_a_field_takes_its_failure_away_and_leaves_the_others(journey: Journey) -> None:
    await submit(journey, plates=[], crew=0)
    mended = await save(journey, {"crew": 1})
    assert [failure["code"] for failure in mended["failures"]] == ["FIELD_REQUIRED"]


async def test_wrong_anchors_do_not_cost_the_driver_his_draft(journey: Journey) -> None:
    asked = {
        "idempotencyKey": new_key(),
        "tripId": journey.trip_id,
        "declaration": declaration(),
        "anchors": ["x"],
    }
    result = await journey.driver.ask(SUBMIT, input=asked)
    assert [(failure["code"], failure["path"]) for failure in result["failures"]] == [
        ("ANCHOR_INVALID", ["anchors"])
    ]
    assert result["trip"]["declaration"]["crew"] == 1


async def test_a_submitted_trip_takes_no_more_changes(journey: Journey, api: Services) -> None:
    await submit(journey)
    before = await contents(api)
    for refused in (await save(journey, {"crew": 3}), await submit(journey)):
        assert refused["code"] == "TRIP_NOT_DRAFT"
        assert refused["args"] == [{"name": "state", "value": "SUBMITTED"}]
    assert await contents(api) == before


async def test_the_same_key_submits_once_even_at_the_same_moment(journey: Journey, api: Services) -> None:
    key = new_key()
    answers = await asyncio.gather(*(submit(journey, key) for _ in range(5)))
    assert {(answer["__typename"], answer["state"]) for answer in answers} == {("Trip", "SUBMITTED")}
    assert await kinds(api, f"trip:{journey.trip_id}") == ["trip.submitted"]


async def test_the_same_key_with_another_declaration_is_refused(journey: Journey) -> None:
    key = new_key()
    await save(journey, {"crew": 1}, key)
    assert (await save(journey, {"crew": 2}, key))["code"] == "KEY_REUSED"


async def test_nobody_but_a_driver_writes_drafts_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.DRIVER).items():
        somebody = Journey(await sign_in(role), journey.phone, journey.order_id, journey.trip_id)
        refused = [await save(somebody, {"crew": 3}), await submit(somebody)]
        assert (role, [one["code"] for one in refused]) == (role, [code] * 2)
    assert await contents(api) == before


async def test_another_drivers_trip_looks_as_if_it_did_not_exist(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    stranger = Journey(await sign_in(Role.DRIVER), journey.phone, journey.order_id, journey.trip_id)
    before = await contents(api)
    assert (await save(stranger, {"crew": 3}))["code"] == "NOT_FOUND"
    assert (await submit(stranger))["code"] == "NOT_FOUND"
    assert await stranger.driver.ask(TRIP_QUERY, id=journey.trip_id) is None
    assert await contents(api) == before


async def test_a_carrier_sees_how_far_his_trip_is_but_not_what_its_driver_declares(
    journey: Journey, carrier: Client, sign_in: SignIn
) -> None:
    state = "query($id: ID!) { trip(id: $id) { state reference } }"
    assert await carrier.ask(state, id=journey.trip_id) == {"state": "DRAFT", "reference": "HT-2026-0001"}
    health = await carrier.raw(
        "query($id: ID!) { trip(id: $id) { declaration { feverFree } } }", id=journey.trip_id
    )
    assert health["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    other = await sign_in(Role.CARRIER, "carrier-kwaichung")
    assert await other.ask(state, id=journey.trip_id) is None


async def second_journey(carrier: Client, nobody: Client, clock: FixedClock, **changes: object) -> Journey:
    return await start(carrier, nobody, clock, driverPhone="+85269999999", containers=[], **changes)


async def test_a_vehicle_has_one_live_trip_in_a_window(
    journey: Journey, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    await submit(journey)
    second = await second_journey(carrier, nobody, clock)
    refused = await submit(second)
    assert [(failure["code"], failure["path"]) for failure in refused["failures"]] == [
        ("TRIP_DUPLICATE", ["declaration", "plates"])
    ]
    later = (clock.now() + timedelta(hours=6)).isoformat()
    end = (clock.now() + timedelta(hours=9)).isoformat()
    assert (await submit(second, windowStart=later, windowEnd=end))["state"] == "SUBMITTED"


async def test_the_way_back_in_the_same_window_is_no_duplicate(
    journey: Journey, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    await submit(journey)
    back = await second_journey(carrier, nobody, clock, direction="NORTHBOUND")
    assert (await submit(back))["state"] == "SUBMITTED"


async def test_of_two_trips_of_one_vehicle_submitted_at_once_one_is_told_of_the_other(
    journey: Journey, carrier: Client, nobody: Client, clock: FixedClock
) -> None:
    for _ in range(5):
        first = await start(carrier, nobody, clock)
        second = await second_journey(carrier, nobody, clock)
        plates = [{"jurisdiction": "HK", "text": f"UP{5001 + _}"}]
        answers = await asyncio.gather(submit(first, plates=plates), submit(second, plates=plates))
        assert sorted(answer["__typename"] for answer in answers) == ["DeclarationIncomplete", "Trip"]
