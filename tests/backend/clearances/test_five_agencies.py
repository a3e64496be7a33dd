"""Five agencies: which trips concern them, how long each has, what its silence means, and its own queue."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.clearances import agencies, service
from backend.clearances.agencies import TripFacts
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from core.states import Agency, ClearanceState
from tests.backend.clearances.asking import OWN_QUEUE, STOPPED, ask
from tests.backend.client import Client
from tests.backend.desks import Desk
from tests.backend.steps import Answer, Journey, answer, refused_codes, start, submit, voucher_of
from tests.conftest import SignIn

FRUIT = {
    "description": "Lychees",
    "hsCode": "0810.90",
    "packages": 40,
    "packageKind": "CT",
    "grossWeightKg": 800,
}
BOOKS = {
    "description": "Books",
    "hsCode": "490199",
    "packages": 40,
    "packageKind": "CT",
    "grossWeightKg": 800,
}
PARTIES = [
    {"role": "CONSIGNOR", "name": "Shenzhen Orchards", "country": "CN"},
    {"role": "CONSIGNEE", "name": "Kowloon Grocers", "country": "HK"},
]
ALWAYS = ["CUSTOMS", "BORDER_INSPECTION", "HEALTH", "TRANSPORT"]
ACCOUNTS = {
    Agency.CUSTOMS: "agency-customs",
    Agency.BORDER_INSPECTION: "agency-border",
    Agency.HEALTH: "agency-health",
    Agency.TRANSPORT: "agency-transport",
    Agency.QUARANTINE: "agency-quarantine",
}
Send = Callable[..., Awaitable[Journey]]


@pytest.fixture
def send(carrier: Client, nobody: Client, clock: FixedClock, api: Services) -> Send:
    """Submits a trip at a port where all five are present."""
    all_five = replace(api, settings=api.settings.model_copy(update={"agencies": tuple(Agency)}))

    async def sent(number: int = 0, **declared: object) -> Journey:
        journey = await start(carrier, nobody, clock, driverPhone=f"+8526000000{number}")
        at_five = replace(journey, driver=Desk(journey.driver, all_five))
        plates = [{"jurisdiction": "HK", "text": f"AB10{number}"}]
        parties = PARTIES if "goodsItems" in declared else []
        submitted = await submit(at_five, None, plates=plates, parties=parties, **declared)
        assert submitted["__typename"] == "Trip", submitted
        return journey

    return sent


async def queue(client: Client, *states: str, first: int = 20, after: str | None = None) -> Answer:
    found: Answer = await client.ask(OWN_QUEUE, states=list(states) or None, first=first, after=after)
    return found


def trips_in(found: Answer) -> list[str]:
    return [edge["node"]["review"]["trip"]["id"] for edge in found["edges"]]


async def test_five_answers_bring_a_load_of_fruit_its_voucher(send: Send, sign_in: SignIn) -> None:
    journey = await send(goodsItems=[FRUIT])
    for agency, account in ACCOUNTS.items():
        desk = await sign_in(Role.AGENCY, account)
        (edge,) = (await queue(desk))["edges"]
        assert edge["node"]["clearance"]["agency"] == agency.value
        reviewed = await answer(desk, journey.trip_id)
        assert (reviewed["trip"]["state"] == "APPROVED") is (agency is Agency.QUARANTINE)
    assert (await voucher_of(journey))["state"] == "ISSUED"


async def test_quarantine_is_asked_about_plants_animals_and_food_with_its_reason_and_not_otherwise(
    send: Send, sign_in: SignIn
) -> None:
    desk = await sign_in(Role.AGENCY, ACCOUNTS[Agency.QUARANTINE])
    books = await send(1, goodsItems=[BOOKS])
    refused = await answer(desk, books.trip_id)
    assert refused["code"] == "CLEARANCE_NOT_YOURS"
    fruit = await send(2, goodsItems=[BOOKS, FRUIT])
    (edge,) = (await queue(desk))["edges"]
    assert edge["node"]["review"]["trip"]["id"] == fruit.trip_id
    assert edge["node"]["clearance"]["concern"] == {
        "rule": "CONCERNS_LIVING_GOODS",
        "message": "须经动植物检疫答复：货物含动植物或食品（HS 第 08 章）。",
        "inputs": [{"name": "chapters", "value": "08 49"}],
    }


async def test_of_five_silent_agencies_three_clear_and_two_leave_trip_and_inspection_to_an_officer(
    send: Send, clock: FixedClock, system: Context, officer: Client
) -> None:
    journey = await send(goodsItems=[FRUIT])
    clock.advance(timedelta(seconds=46))
    await service.silence_due(system)
    desk = """query($id: ID!) { tripReview(tripId: $id) { inspection inspectionToChoose
      clearances { agency state inspection } reviewReasons { args { value } inputs { name value } } } }"""
    review = await officer.ask(desk, id=journey.trip_id)
    assert [(one["agency"], one["inspection"]) for one in review["clearances"]] == [
        ("CUSTOMS", "UNDECIDED"),
        ("BORDER_INSPECTION", "NOT_REQUIRED"),
        ("HEALTH", "NOT_REQUIRED"),
        ("TRANSPORT", "NOT_REQUIRED"),
        ("QUARANTINE", "UNDECIDED"),
    ]
    assert [one["args"][0]["value"] for one in review["reviewReasons"]] == ["CUSTOMS", "QUARANTINE"]
    assert {"name": "policy", "value": "OFFICER"} in review["reviewReasons"][0]["inputs"]
    assert (review["inspection"], review["inspectionToChoose"]) == ("UNDECIDED", True)


async def test_a_queue_is_in_order_of_deadline_with_counts_and_late_marks(
    send: Send, customs: Client, clock: FixedClock, system: Context
) -> None:
    sent = []
    for number in range(4):
        sent.append((await send(number)).trip_id)
        clock.advance(timedelta(seconds=9))
    first = await queue(customs, first=3)
    second = await queue(customs, first=3, after=first["pageInfo"]["endCursor"])
    assert trips_in(first) + trips_in(second) == sent
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert [edge["node"]["late"] for edge in first["edges"]] == [True, False, False]
    await answer(customs, sent[1], "HOLD", hold=STOPPED)
    await answer(customs, sent[2])
    assert {one["state"]: (one["trips"], one["late"]) for one in (await queue(customs))["counts"]} == {
        "PENDING": (2, 1),
        "CLEAR": (1, 0),
        "HOLD": (1, 0),
        "SILENT": (0, 0),
    }
    await service.silence_due(system)
    held_or_silent = await queue(customs, "HOLD", "SILENT")
    assert trips_in(held_or_silent) == [sent[0], sent[1]]
    assert [edge["node"]["late"] for edge in held_or_silent["edges"]] == [True, False]


async def test_an_open_question_and_a_trip_that_ended_show_in_the_queue(
    send: Send, customs: Client, border: Client
) -> None:
    journey = await send()
    await ask(customs, journey.trip_id)
    assert [edge["node"]["questionOpen"] for edge in (await queue(customs))["edges"]] == [True]
    assert [edge["node"]["questionOpen"] for edge in (await queue(border))["edges"]] == [False]
    withdraw = "mutation($input: TripKeyInput!) { withdrawTrip(input: $input) { __typename } }"
    await journey.driver.ask(withdraw, input={"idempotencyKey": "withdraw-1", "tripId": journey.trip_id})
    assert (await queue(customs, *ClearanceState))["edges"] == []


async def test_nobody_but_an_agency_reads_a_queue(sign_in: SignIn) -> None:
    for role, code in refused_codes(Role.AGENCY).items():
        answered = await (await sign_in(role)).raw(OWN_QUEUE)
        assert (role, answered["errors"][0]["extensions"]["code"]) == (role, code)


@pytest.mark.parametrize("agency", list(Agency))
async def test_every_agencys_queue_has_an_index_of_its_own(api: Services, agency: Agency) -> None:
    desk = f"desks.{agency.value}"
    where = {"open": True, f"{desk}.state": {"$in": ["PENDING", "HOLD"]}}
    rows = api.database.collection("clearances").find(where).sort([(f"{desk}.deadline", 1), ("_id", 1)])
    plan = str((await rows.explain())["queryPlanner"]["winningPlan"])
    assert f"queue_of_{agency.value.lower()}" in plan
    assert "'stage': 'SORT'" not in plan


@pytest.mark.parametrize(
    ("codes", "asked"),
    [
        ((), False),
        ((None, ""), False),
        (("490199", "851713"), False),
        (("0810.90",), True),
        (("44 07",), True),
        (("850000", "240220"), True),
        (("apple",), False),
    ],
)
def test_living_goods_are_known_by_their_chapter(codes: tuple[str | None, ...], asked: bool) -> None:
    facts = TripFacts(chapters=agencies.chapters(codes))
    found = [one.agency.value for one in agencies.concerned(facts, tuple(Agency))]
    assert found == ALWAYS + (["QUARANTINE"] if asked else [])


def test_an_agency_that_is_not_present_is_not_asked() -> None:
    found = agencies.concerned(TripFacts(chapters=("08",)), (Agency.HEALTH, Agency.QUARANTINE))
    assert [one.agency for one in found] == [Agency.HEALTH, Agency.QUARANTINE]


@pytest.mark.parametrize(
    ("for_all", "for_one", "seconds"),
    [(None, {}, 45), (60, {}, 60), (60, {Agency.QUARANTINE: 120}, 120), (None, {Agency.CUSTOMS: 5}, 45)],
)
def test_an_agencys_own_setting_goes_before_the_one_for_all_and_that_before_the_table(
    for_all: int | None, for_one: dict[Agency, int], seconds: int
) -> None:
    assert agencies.deadline_seconds(Agency.QUARANTINE, for_all, for_one) == seconds


def test_every_agency_has_a_row_in_the_table() -> None:
    assert list(agencies.TERMS) == list(Agency)
