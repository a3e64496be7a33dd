"""Deadlines and expiries are looked after by every process at the same time: each is met once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest

from backend.app import SWEEPS
from backend.kit.clock import FixedClock
from backend.kit.context import Services, system_context
from backend.kit.database import StreamLocks
from backend.kit.sweeps import Sweep
from tests.backend.client import Client
from tests.backend.lanes.steps import together
from tests.backend.steps import Journey, answer, send_order, start, submit
from tests.conftest import ServedHub

TRIPS = 5
LATER = timedelta(hours=49)


@dataclass(frozen=True)
class People:
    """Who brings a trip to where time takes it further."""

    carrier: Client
    nobody: Client
    agencies: tuple[Client, ...]
    clock: FixedClock
    numbers: Iterator[int] = field(default_factory=lambda: count(12301))

    async def submitted(self) -> Journey:
        """A trip whose agencies are asked and stay silent."""
        journey = await start(self.carrier, self.nobody, self.clock)
        plate = {"jurisdiction": "CN", "text": f"粤B{next(self.numbers)}"}
        submitted = await submit(journey, plates=[plate])
        assert submitted["__typename"] == "Trip", submitted
        return journey

    async def approved(self) -> Journey:
        """A trip with its voucher."""
        journey = await self.submitted()
        for agency in self.agencies:
            await answer(agency, journey.trip_id)
        return journey

    async def sent(self) -> object:
        """An order that nobody accepts."""
        return await send_order(self.carrier, self.clock)


@pytest.fixture
def people(carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock) -> People:
    """All of them."""
    return People(carrier, nobody, (customs, border), clock)


def processes(api: ServedHub) -> tuple[Services, ...]:
    """Two that share the database, and each with stream locks of its own."""
    return api, replace(api, database=replace(api.database, locks=StreamLocks(api.database.patience)))


def named(name: str) -> Sweep:
    """Return the sweep."""
    return next(sweep for sweep in SWEEPS if sweep.name == name)


@pytest.mark.parametrize(
    ("sweep", "begin", "later", "told"),
    [
        ("clearances.silence", People.submitted, timedelta(hours=2), {"clearance.silent": 2}),
        ("vouchers.expire", People.approved, LATER, {"voucher.expired": 1}),
        ("trips.expire", People.approved, LATER, {"trip.expired": 1}),
        ("orders.expire", People.sent, LATER, {"order.expired": 1}),
    ],
)
async def test_what_time_does_happens_once_though_two_processes_look_after_it(
    api: ServedHub,
    people: People,
    sweep: str,
    begin: Callable[[People], Awaitable[object]],
    later: timedelta,
    told: dict[str, int],
) -> None:
    for _ in range(TRIPS):
        await begin(people)
    people.clock.advance(later)

    changed = await together(
        *(named(sweep).run(system_context(services, sweep)) for services in processes(api) * 2)
    )

    rows = await api.database.collection("events").find({"kind": {"$in": list(told)}}).to_list()
    streams = Counter((row["stream"], row["kind"]) for row in rows)
    assert sum(changed) == TRIPS
    assert len(streams) == TRIPS
    assert {kind: times for (_, kind), times in streams.items()} == told
    assert set(streams.values()) == set(told.values())
