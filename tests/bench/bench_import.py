"""How long a file of work orders takes from its sending to the last driver's link, and that a killed API loses none.

5,000 rows on the API and its database alone; the second file's API is killed while it creates orders, and another one
is started in its place.
"""

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from core.hub import Hub
from core.identifiers.containers import check_digit
from scripts.house import processes
from scripts.house.places import HouseError
from scripts.house.steps import fail
from simulator.players.keys import new_key
from tests.bench.figures import Conditions, Measurement, is_short, progress, spread
from tests.bench.pages import sent_by
from tests.bench.people import CHECKPOINT, People, signed_in
from tests.bench.system import START_SECONDS, Alone, api_alone, environment

ROWS, FEW_ROWS = 5_000, 200
HEAD = "reference,direction,checkpoint,goods,container1,seals1,arrival_from,arrival_until,driver_name,driver_phone"
LOOK_SECONDS = 0.1
MOST_SECONDS = 300.0


async def measure(rows: int) -> list[Measurement]:
    """Measure everything, with files of so many rows."""
    with api_alone() as alone:
        async with signed_in(alone.system.hub_url) as people:
            found = [await _imported(people, rows)]
            found.append(await _killed(alone, people, rows))
            return found


async def _imported(people: People, rows: int) -> Measurement:
    progress(f"{rows} rows are sent, checked and imported")
    waits: list[float] = []
    asking = asyncio.create_task(_ask_all_the_time(people.officer, waits))
    began = time.monotonic()
    import_id = await _send(people, _file("A", rows))
    sent = time.monotonic()
    await _until(people.carrier, import_id, lambda job: job["state"] == "CHECKED")
    checked = time.monotonic()
    await _start(people.carrier, import_id)
    decided = time.monotonic()
    job = await _until(people.carrier, import_id, lambda job: job["state"] == "DONE")
    done = time.monotonic()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    figures = {
        "rows": (float(job["told"]), "1"),
        "sending": (sent - began, "s"),
        "checking": (checked - sent, "s"),
        "creating_and_telling": (done - decided, "s"),
        **spread("officer_board_meanwhile", waits, "ms"),
    }
    return Measurement("import.orders", "a file of sound rows, while an officer reads his board", figures)


async def _killed(alone: Alone, people: People, rows: int) -> Measurement:
    progress("the API is killed while it creates the orders of another file")
    import_id = await _send(people, _file("B", rows))
    await _until(people.carrier, import_id, lambda job: job["state"] == "CHECKED")
    await _start(people.carrier, import_id)
    job = await _until(people.carrier, import_id, lambda job: job["created"] > 0)
    os.kill(alone.api_pid, signal.SIGKILL)
    began = time.monotonic()
    told = environment(alone.system.home, alone.system.port) | {
        "CLEARLANE_MONGODB_URI": alone.system.mongodb_uri,
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_PUBLIC_URL": alone.system.hub_url,
    }
    api = processes.start("api again", ("backend", "serve"), told, alone.system.home / "logs")
    try:
        processes.wait_until_served(api, alone.system.port, "/healthz", START_SECONDS)
        ended = await _until(people.carrier, import_id, lambda job: job["state"] == "DONE")
        seconds = time.monotonic() - began
    finally:
        processes.end([api])
    figures = {
        "created_when_killed": (float(job["created"]), "1"),
        "seconds_from_kill_to_done": (seconds, "s"),
        "orders": (float(_orders(alone, "B-")), "1"),
        "drivers_told": (float(ended["told"]), "1"),
        "links_sent": (float(_links(alone)), "1"),
    }
    wrong = figures["orders"][0] != rows or figures["drivers_told"][0] != rows
    if wrong:
        raise HouseError(
            "a killed API lost or doubled orders", json.dumps({k: v[0] for k, v in figures.items()})
        )
    return Measurement(
        "import.killed", "the API killed at the point of no return: all orders, none twice", figures
    )


def _orders(alone: Alone, prefix: str) -> int:
    orders = alone.database["clearlane"]["work_orders"]
    return orders.count_documents({"reference": {"$regex": f"^{prefix}"}})


def _links(alone: Alone) -> int:
    lines = (alone.system.home / "messages.jsonl").read_text().splitlines()
    return sum(json.loads(line)["to"].startswith("+85262") for line in lines)


def _file(name: str, rows: int) -> bytes:
    begin = datetime.now(UTC) + timedelta(hours=8)
    window = ",".join(f"{begin + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (0, 6))
    lines = [
        f"{name}-{number},southbound,{CHECKPOINT},Household goods,{_container(number)},HT{number:06},{window},"
        f"Wong Ka Ming,+8526{1 if name == 'A' else 2}{number:06}"
        for number in range(rows)
    ]
    return "\n".join([HEAD, *lines]).encode()


def _container(number: int) -> str:
    begun = f"CSQU{number:06}"
    return f"{begun}{check_digit(begun)}"


async def _send(people: People, body: bytes) -> str:
    headers = {"Authorization": f"Bearer {await people.carrier.token()}", "Idempotency-Key": new_key()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{people.hub_url}/imports?name=bench.csv", data=io.BytesIO(body), headers=headers
        ) as response,
    ):
        answer = await response.json()
        if response.status != 201:
            raise HouseError("the file was refused", str(answer))
        return str(answer["id"])


async def _start(carrier: Hub, import_id: str) -> None:
    asked = {"idempotencyKey": new_key(), "importId": import_id, "onlyGood": False}
    await carrier.execute(sent_by("carrier", "StartImport"), {"input": asked})


async def _until(carrier: Hub, import_id: str, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    until = time.monotonic() + MOST_SECONDS
    while time.monotonic() < until:
        job: dict[str, Any] = (await carrier.execute(sent_by("carrier", "Import"), {"id": import_id}))[
            "orderImport"
        ]
        if is_so(job):
            return job
        await asyncio.sleep(LOOK_SECONDS)
    raise HouseError("the import does not come to its end", "its API's log says why")


async def _ask_all_the_time(officer: Hub, waits: list[float]) -> None:
    while True:
        began = time.monotonic()
        await officer.execute(sent_by("officer", "LaneBoard"), {"checkpointId": CHECKPOINT})
        waits.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(LOOK_SECONDS)


def main() -> int:
    """Print the figures."""
    rows = FEW_ROWS if is_short(__doc__) else ROWS
    conditions = Conditions.now("import", sys.argv[1:])
    try:
        found = asyncio.run(measure(rows))
    except HouseError as error:
        return fail(error)
    for measurement in found:
        print(measurement.line(conditions))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
