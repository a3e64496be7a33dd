"""What nobody expects in a form: it is kept as it was typed, and answered at its field."""

from typing import Any

import pytest

from backend.kit.context import Services
from tests.backend.client import new_key
from tests.backend.steps import (
    SAVE,
    TRIP_QUERY,
    Journey,
    contents,
    save,
    submit,
)

LONG = "長" * 10_000
STRANGE = {  # what is typed, and what the draft keeps of it
    "emoji": ("😀🚚", "😀🚚"),
    "long": (LONG, LONG),
    "markup": ("<script>alert('x')</script>", "<script>alert('x')</script>"),
    "injection": ('{"$gt": ""}', '{"$gt": ""}'),
    "control signs": ("a\u0000b\u0007", "ab"),
    "turned writing": ("\u202eevil\u202c", "evil"),
    "full width": ("１２３ＡＢＣ", "１２３ＡＢＣ"),
    "wrong script": ("Привет мир", "Привет мир"),
    "nothing but space": (" \t\u3000 ", None),
}
TEXT_FIELDS = ("driverName", "driverPhone", "goodsSummary")
SOUND_FOR = {
    "driverName": {"control signs", "turned writing", "wrong script"},
    "driverPhone": set[str](),
    "goodsSummary": set(STRANGE) - {"long", "nothing but space"},
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_strange_text_is_kept_in_the_draft_and_answered_in_words(journey: Journey, kind: str) -> None:
    typed, kept = STRANGE[kind]
    for field in TEXT_FIELDS:
        assert (await save(journey, {field: typed}))["declaration"][field] == kept
        result = await submit(journey, **{field: typed}, crew=0)
        assert result["__typename"] == "DeclarationIncomplete"
        assert result["trip"]["declaration"][field] == kept
        pointed_at = {failure["path"][1] for failure in result["failures"]}
        assert (field in pointed_at) is (kind not in SOUND_FOR[field])


@pytest.mark.parametrize("kind", STRANGE)
async def test_strange_plates_and_containers_are_kept_and_pointed_at(journey: Journey, kind: str) -> None:
    typed, kept = STRANGE[kind]
    change: dict[str, Any] = {
        "plates": [{"jurisdiction": "HK", "text": "UP2643"}, {"jurisdiction": "CN", "text": typed}],
        "containers": [{"number": typed, "seals": [typed]}],
    }
    await save(journey, change)
    result = await submit(journey, **change)
    stated = result["trip"]["declaration"]
    assert stated["plates"][1]["text"] == (kept or "")
    assert stated["containers"] == [{"number": kept or "", "seals": [kept or ""]}]
    paths = {tuple(failure["path"]) for failure in result["failures"]}
    assert {("declaration", "plates", "1", "text"), ("declaration", "containers", "0", "number")} <= paths


@pytest.mark.parametrize(
    "change",
    [
        {"crew": "two"},
        {"crew": 1.5},
        {"crew": 2**40},
        {"direction": "UP"},
        {"windowStart": "soon"},
        {"plates": "x"},
        {"x": 1},
    ],
)
async def test_values_of_another_type_are_refused_before_anything_is_read(
    journey: Journey, api: Services, change: dict[str, object]
) -> None:
    before = await contents(api)
    asked = {"idempotencyKey": new_key(), "tripId": journey.trip_id, "declaration": change}
    body = {"query": SAVE, "variables": {"input": asked}}
    url = f"{journey.driver.url}/graphql"
    async with journey.driver.http.post(url, json=body, headers=journey.driver.headers) as response:
        assert response.status in {200, 400}
        told = (await response.json(content_type=None))["errors"][0]
    assert "declaration" in told["message"]
    assert told.get("extensions", {}).get("code") != "INTERNAL"
    assert await contents(api) == before


async def test_half_a_character_is_refused_before_anything_is_read(journey: Journey, api: Services) -> None:
    before = await contents(api)
    body = b'{"query": "{ serverTime }", "variables": {"a": "\\ud83d"}}'
    url = f"{journey.driver.url}/graphql"
    headers = journey.driver.headers | {"Content-Type": "application/json"}
    async with journey.driver.http.post(url, data=body, headers=headers) as response:
        assert response.status == 400
    assert await contents(api) == before


@pytest.mark.parametrize(
    "change",
    [
        {"crew": 2_147_483_647},
        {"crew": -1},
        {"windowStart": "0001-01-01T00:00:00+14:00"},
        {"windowEnd": "9999-12-31T23:59:59.999999-12:00"},
        {"windowStart": "2026-11-22T10:00:00"},
        {"plates": []},
        {"plates": [{"jurisdiction": "OTHER", "text": "AB 123"}] * 500},
        {"containers": [{"number": "x", "seals": ["y"] * 50}] * 20},
        {"plates": None, "containers": None, "crew": None, "feverFree": None, "direction": None},
    ],
)
async def test_numbers_times_and_lists_out_of_all_bounds_are_kept_and_answered(
    journey: Journey, change: dict[str, Any]
) -> None:
    assert (await save(journey, change))["__typename"] == "Trip"
    result = await submit(journey, **change)
    assert result["__typename"] in {"DeclarationIncomplete", "Trip"}
    assert await journey.driver.ask(TRIP_QUERY, id=journey.trip_id) is not None


async def test_a_draft_of_no_sensible_size_is_refused_and_the_former_one_stays(
    journey: Journey, api: Services
) -> None:
    await save(journey, {"goodsSummary": "Rice"})
    before = await contents(api)
    refused = await save(journey, {"goodsSummary": "x" * 160_000})
    assert (refused["code"], refused["path"]) == ("TOO_LARGE", ["declaration"])
    assert await contents(api) == before


async def test_full_width_and_traditional_characters_become_what_the_plate_shows(journey: Journey) -> None:
    plates = [
        {"jurisdiction": "CN", "text": "粵Ｚ・ＤＦ１５港"},
        {"jurisdiction": "HK", "text": "ＵＰ　２６４３"},
    ]
    submitted = await submit(journey, plates=plates, driverPhone="＋８５２６１２３４５６７")
    assert submitted["state"] == "SUBMITTED"
    assert [plate["display"] for plate in submitted["declaration"]["plates"]] == ["粤Z·DF15港", "UP 2643"]
    assert submitted["declaration"]["driverPhone"] == "+85261234567"
