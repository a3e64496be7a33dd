"""An import that is broken off, cancelled or overtaken ends as if it had not been: all, none, and nothing twice."""

import asyncio
from datetime import timedelta

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.orders import sweeps
from backend.orders.imports import service_work
from backend.orders.imports.model import OrderImport
from backend.orders.imports.service import CHECK_HOLDS
from tests.backend.client import Client
from tests.backend.orders.imports.files import (
    cancel,
    checked,
    correct,
    file_of,
    messages,
    orders,
    rows,
    seen,
    sent,
    sound,
    start,
)


async def test_an_import_goes_on_where_a_lost_process_left_it(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    before = len(messages(api))
    job = await checked(carrier, system, file_of(sound(clock, number) for number in range(1, 501)))
    await start(carrier, job["id"])
    assert await service_work.turn(system)
    half = await seen(carrier, job["id"])
    assert (half["state"], half["created"], half["told"]) == ("IMPORTING", 100, 0)

    # a process takes the import and is lost with it: the others leave it alone for a while, then go on
    await api.database.collection("order_imports").update_one(
        {"_id": job["id"]}, {"$set": {"busy_until": clock.now() + service_work.BUSY}}
    )
    assert await service_work.turn(system) is False
    assert (await cancel(carrier, job["id"]))["code"] == "IMPORT_STATE"
    clock.advance(service_work.BUSY)
    await sweeps.import_orders(system)
    done = await seen(carrier, job["id"])
    assert (done["state"], done["created"], done["told"], await orders(api)) == ("DONE", 500, 500, 500)
    links = [message["link"] for message in messages(api)[before:]]
    assert len(links) == len(set(links)) == 500


async def test_of_five_who_press_at_once_one_starts_it_and_three_processes_create_each_order_once(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    before = len(messages(api))
    job = await checked(carrier, system, file_of(sound(clock, number) for number in range(1, 121)))
    told = await asyncio.gather(*(start(carrier, job["id"]) for _ in range(5)))
    assert sorted(str(one.get("code", one.get("state"))) for one in told) == [
        "IMPORTING",
        *["IMPORT_STATE"] * 4,
    ]
    imports = api.database.collection("order_imports")
    taken = OrderImport.of(await imports.find_one({"_id": job["id"]}) or {})
    # three processes that each believe to have it for themselves
    acting = system.acting_as(service_work._carrier(taken))
    for _ in range(2):
        await asyncio.gather(*(service_work._create(acting, taken) for _ in range(3)))
    await sweeps.import_orders(system)
    done = await seen(carrier, job["id"])
    assert (done["state"], done["created"], done["told"], await orders(api)) == ("DONE", 120, 120, 120)
    assert len(messages(api)) - before == 120


async def test_cancelling_and_starting_at_once_leaves_all_or_nothing(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    job = await checked(carrier, system, file_of([sound(clock, 1), sound(clock, 2)]))
    started, cancelled = await asyncio.gather(start(carrier, job["id"]), cancel(carrier, job["id"]))
    await sweeps.import_orders(system)
    end = (await seen(carrier, job["id"]))["state"]
    assert {"DONE": ("IMPORTING", "IMPORT_STATE"), "CANCELLED": ("IMPORT_STATE", "CANCELLED")}[end] == (
        started.get("code", started.get("state")), cancelled.get("code", cancelled.get("state")),
    )  # fmt: skip
    assert await orders(api) == {"DONE": 2, "CANCELLED": 0}[end]


async def test_rows_that_a_lost_process_had_stored_are_not_stored_twice(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    _, answer = await sent(carrier, file_of(sound(clock, number) for number in range(1, 4)))
    await service_work.turn(system)
    stored = await api.database.collection("order_import_rows").find({}).to_list()
    await api.database.collection("order_imports").update_one(
        {"_id": answer["id"]}, {"$set": {"is_read": False}}
    )
    body = file_of(sound(clock, number) for number in range(1, 4))
    await api.database.collection("order_import_files").insert_one({"_id": answer["id"], "body": body})
    await service_work.turn(system)
    assert await api.database.collection("order_import_rows").find({}).to_list() == stored
    assert await api.database.collection("order_import_files").count_documents({}) == 0


async def test_a_cancelled_import_leaves_neither_order_nor_row(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    body = file_of([sound(clock, 1)])
    _, answer = await sent(carrier, body)
    assert (await cancel(carrier, answer["id"]))["state"] == "CANCELLED"
    await sweeps.import_orders(system)
    second = await checked(carrier, system, body)
    assert second["id"] != answer["id"]
    assert (await cancel(carrier, second["id"]))["state"] == "CANCELLED"
    for refused in (await start(carrier, second["id"]), await correct(carrier, second["id"], 2, goods="x")):
        assert (refused["code"], refused["args"]) == (
            "IMPORT_STATE",
            [{"name": "state", "value": "CANCELLED"}],
        )
    for name in ("order_import_rows", "order_import_files", "work_orders"):
        assert await api.database.collection(name).count_documents({}) == 0


async def test_a_check_that_another_import_or_time_overtook_is_made_again(
    carrier: Client, system: Context, clock: FixedClock
) -> None:
    one = await checked(carrier, system, file_of([sound(clock, 1), sound(clock, 2)]))
    other = await checked(carrier, system, file_of([sound(clock, 2, goods="Toys"), sound(clock, 3)]))
    assert (one["good"], other["good"]) == (2, 2)
    await start(carrier, one["id"])
    assert (await start(carrier, other["id"]))["code"] == "IMPORT_UNDER_WAY"
    await sweeps.import_orders(system)
    # what the check found may not be so any more
    assert (await start(carrier, other["id"]))["state"] == "CHECKING"
    clock.advance(timedelta(seconds=1))
    await sweeps.import_orders(system)
    now = await seen(carrier, other["id"])
    assert (now["state"], now["good"], now["wrong"]) == ("CHECKED", 1, 1)
    assert [row["failures"][0]["code"] for row in await rows(carrier, other["id"])] == ["REFERENCE_TAKEN"]

    clock.advance(CHECK_HOLDS + timedelta(hours=6))
    assert (await start(carrier, other["id"], only_good=True))["state"] == "CHECKING"
    await sweeps.import_orders(system)
    assert (await seen(carrier, other["id"]))["good"] == 0


async def test_a_file_checked_while_another_creates_its_orders_is_checked_again_before_it_starts(
    carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    body = file_of(sound(clock, number) for number in range(1, 151))
    one = await checked(carrier, system, body)
    await start(carrier, one["id"])
    clock.advance(timedelta(seconds=1))
    _, answer = await sent(carrier, body)
    while (await seen(carrier, answer["id"]))["state"] != "CHECKED":
        assert await service_work.turn(system)
    await sweeps.import_orders(system)
    half = await seen(carrier, answer["id"])
    assert half["good"] > 0
    assert (await start(carrier, answer["id"]))["state"] == "CHECKING"
    clock.advance(timedelta(seconds=1))
    await sweeps.import_orders(system)
    assert (await seen(carrier, answer["id"]))["known"] == 150
    assert await orders(api) == 150
