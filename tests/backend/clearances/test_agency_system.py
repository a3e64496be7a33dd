"""The example of an agency's own system does what it says, on a real hub."""

import asyncio
import importlib.util
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import aiohttp
import pytest

from backend.kit.clock import FixedClock
from tests.backend.client import Client
from tests.backend.steps import Journey, answer, start, submit

EXAMPLE = Path(__file__).resolve().parents[3] / "docs/examples/agency_system.py"
PATIENCE = 30.0  # a ceiling against hanging
PARTIES = [
    {"role": "CONSIGNOR", "name": "Shenzhen Leaf", "country": "CN"},
    {"role": "CONSIGNEE", "name": "Kowloon Leaf", "country": "HK"},
]
TOBACCO = {
    "description": "Cigars",
    "hsCode": "240210",
    "packages": 4,
    "packageKind": "CT",
    "grossWeightKg": 80,
}
HEARD = """subscription($id: ID!) { tripEvents(tripId: $id) { __typename
  ... on TripEventMessage { event { kind } } } }"""


@pytest.fixture
def example() -> ModuleType:
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("agency_system", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_run_once_it_clears_what_waits_and_holds_tobacco_for_a_bay(
    journey: Journey, carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock
) -> None:
    tobacco = await start(carrier, nobody, clock, driverPhone="+85260000001")
    plates = [{"jurisdiction": "HK", "text": "AB101"}]
    submitted = await submit(tobacco, None, plates=plates, parties=PARTIES, goodsItems=[TOBACCO])
    assert submitted["__typename"] == "Trip", submitted
    command = [sys.executable, str(EXAMPLE), customs.url, "--token", str(customs.token), "--once"]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, output.decode().split()) == (0, [journey.trip_id, tobacco.trip_id])
    assert (await answer(border, journey.trip_id))["approval"]["byRule"] is True
    held = (await answer(border, tobacco.trip_id))["clearances"][0]
    assert (held["state"], held["hold"]["reason"]) == ("HOLD", "Duty stamps to be checked")


async def test_listening_it_hears_of_a_new_trip_and_answers(
    carrier: Client, nobody: Client, border: Client, clock: FixedClock, example: ModuleType
) -> None:
    journey = await start(carrier, nobody, clock)
    async with (
        aiohttp.ClientSession() as http,
        journey.driver.listen(HEARD, "tripEvents", id=journey.trip_id) as driver,
    ):
        system = example.AgencySystem(http, border.url, border.token)
        working = asyncio.create_task(system.work("liantang"))
        assert (await driver.next())["__typename"] == "Ready"
        await submit(journey)
        await driver.until(kind="clearance.answered")
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
