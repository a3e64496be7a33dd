"""The people of the simulated port through a real hub: to a voucher, to a bay and out of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random

import pytest

from backend.clearances import service as clearances
from backend.kit.clock import FixedClock
from backend.kit.context import Context
from core.hub import DemoCredentials, Hub
from core.states import Agency
from core.vouchers import codec
from core.vouchers.keys import KeySet
from core.vouchers.live import LiveState
from simulator.players import carriers, drivers
from simulator.players.agencies import AgencyDesk
from simulator.players.news import News
from simulator.players.officers import BayOfficer
from simulator.players.phone import Phone
from simulator.players.plans import VEGETABLES, Oddity, Plan, plans
from tests.backend.lanes.steps import Port, upload
from tests.backend.steps import TRIP_QUERY, Journey, start, submit

CHECKPOINT = "liantang"
PATIENCE = 30.0  # a ceiling against hanging, not a measurement


@dataclass(frozen=True)
class People:
    """The desks of the simulated port."""

    url: str
    carrier: Hub
    desks: dict[Agency, AgencyDesk]
    officer: BayOfficer
    news: News
    holds: dict[str, Agency]

    async def answer(self) -> None:
        """Both agencies answer all that waits."""
        for desk in self.desks.values():
            await desk.answer_all()


@pytest.fixture
async def people(url: str) -> AsyncIterator[People]:
    """Everybody signed in, nobody at work by himself."""
    async with AsyncExitStack() as opened:

        async def hub(role: str, account: str) -> Hub:
            return await opened.enter_async_context(Hub(url, DemoCredentials(role, account)))

        officer = await hub("OFFICER", "officer-2")
        news = News(officer, CHECKPOINT)
        holds: dict[str, Agency] = {}
        accounts = {Agency.CUSTOMS: "agency-customs", Agency.BORDER_INSPECTION: "agency-border"}
        desks = {
            agency: AgencyDesk(agency, await hub("AGENCY", account), news, holds)
            for agency, account in accounts.items()
        }
        carrier = await hub("CARRIER", "carrier-hengtong")
        yield People(url, carrier, desks, BayOfficer(officer, news, desks, CHECKPOINT), news, holds)


def first_plan(seed: int = 1) -> Plan:
    """Return the first vehicle of a traffic without exceptions."""
    return next(plans(seed, 20, 0))


async def with_voucher(people: People, plan: Plan, *, held: bool = False) -> tuple[str, Phone]:
    """Bring a vehicle of the traffic to its voucher; return its trip and the driver's phone."""
    link = await carriers.send_order(people.carrier, plan, CHECKPOINT)
    async with drivers.opened(link, people.url, plan, Random(plan.reference)) as driver:
        if held:
            people.holds[driver.trip_id] = Agency.CUSTOMS
        await driver.declare(plan)
        await people.answer()
        async with asyncio.timeout(PATIENCE):
            await driver.receive_voucher()
    return driver.trip_id, driver.phone


async def is_approved(journey: Journey) -> None:
    """Wait until the trip is approved."""
    while True:
        if (await journey.driver.ask(TRIP_QUERY, id=journey.trip_id))["state"] == "APPROVED":
            return
        await asyncio.sleep(0.05)


async def at_bay(port: Port, code: str) -> str:
    """Show a code at a lane, send its vehicle to a bay, and let it leave the lane."""
    opened = await port.scan(code)
    passage_id: str = opened["passage"]["id"]
    assert (await upload(port.agent, lane="liantang-1", passage=passage_id)).status == 201
    referred = await port.act("referPassage", passage_id, reasons=["PLATE_MISMATCH"])
    assert referred["state"] == "DIVERTED"
    await port.depart(passage_id, "TO_BAY")
    return passage_id


async def test_a_planned_vehicle_gets_a_code_that_says_what_its_driver_declared(
    people: People, clock: FixedClock
) -> None:
    plan = first_plan()
    trip_id, phone = await with_voucher(people, plan)
    keys = KeySet.from_jwks(await people.carrier.get_json("/.well-known/jwks.json"))
    verified = codec.verify(phone.code(clock.now()), keys, clock.now())
    assert verified.live is LiveState.FRESH
    assert verified.claims.trip_id.hex() == trip_id
    assert verified.claims.plates == plan.declared.plates
    assert tuple(container.text for container in verified.claims.containers) == plan.declared.containers


async def test_the_agencies_answer_a_humans_trip_at_once_when_it_is_submitted(
    people: People, port: Port
) -> None:
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as at_work:
        tasks = [at_work.create_task(people.news.run())]
        tasks += [at_work.create_task(desk.run()) for desk in people.desks.values()]
        journey = await start(port.carrier, port.nobody, port.clock)
        await submit(journey)
        await is_approved(journey)
        for task in tasks:
            task.cancel()


async def test_a_vehicle_of_the_traffic_is_released_at_its_bay_and_a_humans_is_left_to_humans(
    people: People, port: Port, clock: FixedClock
) -> None:
    _, phone = await with_voucher(people, first_plan())
    ours = await at_bay(port, phone.code(clock.now()))
    humans = await at_bay(port, await port.code(await port.approved()))

    assert await people.officer.make_a_round()
    assert (await port.passage(ours))["state"] == "DIVERTED"  # he looks at it first
    clock.advance(timedelta(seconds=13))
    await people.officer.make_a_round()
    assert (await port.passage(ours))["state"] == "RELEASED"
    await people.officer.make_a_round()

    assert (await port.passage(ours))["state"] == "EXITED"
    assert (await port.passage(humans))["state"] == "DIVERTED"


async def test_a_held_vehicle_is_released_only_after_its_agency_has_lifted_the_hold(
    people: People, port: Port, clock: FixedClock
) -> None:
    _, phone = await with_voucher(people, first_plan(), held=True)
    passage_id = await at_bay(port, phone.code(clock.now()))
    held = {entry["agency"]: entry["state"] for entry in (await port.passage(passage_id))["clearances"]}
    assert held == {"CUSTOMS": "HOLD", "BORDER_INSPECTION": "CLEAR"}

    clock.advance(timedelta(seconds=13))
    await people.officer.make_a_round()

    passage = await port.passage(passage_id)
    assert passage["state"] == "RELEASED"
    assert {entry["state"] for entry in passage["clearances"]} == {"CLEAR"}
    assert people.holds == {}


async def test_the_officer_approves_the_traffics_trips_under_review_and_no_humans(
    people: People, port: Port
) -> None:
    states = []
    for number, reference in enumerate(("SIM-000001-00001", "HT-2026-0007")):
        journey = await start(port.carrier, port.nobody, port.clock, reference=reference)
        await submit(journey, plates=[{"jurisdiction": "HK", "text": f"AB{number + 1}"}], feverFree=False)
        await people.answer()
        states.append(journey)
    await people.officer.make_a_round()
    found = [(await journey.driver.ask(TRIP_QUERY, id=journey.trip_id))["state"] for journey in states]
    assert found == ["APPROVED", "UNDER_REVIEW"]


def test_the_same_seed_plans_the_same_traffic_with_the_stated_share_of_exceptions() -> None:
    traffic = list(islice(plans(7, 20, 150), 2000))
    assert traffic == list(islice(plans(7, 20, 150), 2000))
    odd = [plan for plan in traffic if plan.oddity is not None]
    assert 240 <= len(odd) <= 360
    assert {plan.oddity for plan in odd} == set(Oddity)
    assert 18 <= sum(plan.after for plan in traffic) / len(traffic) <= 20
    plates = [plate.text for plan in traffic for plate in plan.declared.plates]
    assert len(plates) == len(set(plates))


def test_only_exceptions_drive_up_otherwise_than_declared() -> None:
    for plan in islice(plans(7, 20, 500), 300):
        same = plan.real == plan.declared
        assert same is (plan.oddity not in (Oddity.WRONG_PLATE, Oddity.HOT_DRIVER))
        if plan.oddity is Oddity.WRONG_PLATE:
            assert plan.real.containers == plan.declared.containers
            assert not set(plan.real.plates) & set(plan.declared.plates)


async def test_every_kind_of_vehicle_with_vegetables_declares_them_so_that_quarantine_is_asked(
    people: People, port: Port
) -> None:
    loads = [plan for plan in islice(plans(7, 20, 0), 150) if plan.goods == VEGETABLES]
    kinds = {(plan.direction, len(plan.declared.containers)): plan for plan in loads}
    assert {containers for _, containers in kinds} == {0, 1}
    for plan in kinds.values():
        trip_id, _ = await with_voucher(people, plan)
        asked = "query($id: ID!) { trip(id: $id) { state declaration { goodsItems { hsCode } } } }"
        trip = await port.officer.ask(asked, id=trip_id)
        assert trip == {"state": "APPROVED", "declaration": {"goodsItems": [{"hsCode": "070490"}]}}


async def test_the_officer_says_of_a_vehicle_of_the_traffic_what_a_silence_left_open(
    people: People, port: Port, clock: FixedClock, system: Context
) -> None:
    plan = first_plan()
    link = await carriers.send_order(people.carrier, plan, CHECKPOINT)
    async with drivers.opened(link, people.url, plan, Random(plan.reference)) as driver:
        await driver.declare(plan)
    clock.advance(timedelta(seconds=31))
    await clearances.silence_due(system)
    await people.officer.make_a_round()
    asked = "query($id: ID!) { tripReview(tripId: $id) { inspection trip { state } } }"
    review = await port.officer.ask(asked, id=driver.trip_id)
    assert review == {"inspection": "NOT_REQUIRED", "trip": {"state": "APPROVED"}}
