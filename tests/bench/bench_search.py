"""How long an officer's search takes over 100,000 trips: through the API, with its record, one question after another.

The trips are seeded (always the same), written in bulk as their domain writes them. Time is from the request to its
whole answer, at the client, over HTTP on one machine. Each kind of question is asked about other trips every time.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any

from pymongo import MongoClient, WriteConcern

from core.hub import DemoCredentials, Hub
from core.roles import Role
from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, is_short, progress, spread
from tests.bench.many_trips import SEED, Known, known, states, template
from tests.bench.system import Alone, api_alone

TRIPS, FEW_TRIPS = 100_000, 2_000
QUESTIONS, FEW_QUESTIONS = 60, 3
AT_ONCE = 2_000
DATABASE = "clearlane"
FOUND_BY = "search_keys"
SEARCH = """query($text: String!, $after: String) { searchTrips(text: $text, first: 20, after: $after) {
  kinds edges { cursor node { passageId matches { kind text } trip { id state reference direction createdAt
    declaration { plates { jurisdiction text display } containers { number } } } } }
  pageInfo { hasNextPage endCursor } } }"""

Ask = Callable[[Known], str]
ASKED: Mapping[str, Ask] = {
    "plate": lambda trip: trip.declaration.plates[0].text,
    "plate_as_typed": lambda trip: f"yue z {trip.declaration.plates[0].text[2:6].lower()}",
    "plate_three_characters": lambda trip: trip.declaration.plates[0].text[:3],
    "plate_hong_kong_digits": lambda trip: trip.declaration.plates[1].text[2:].rjust(3, "1"),
    "container": lambda trip: trip.declaration.containers[0].number,
    "container_without_check_digit": lambda trip: trip.declaration.containers[0].number[:10],
    "container_owner": lambda trip: trip.declaration.containers[0].number[:4],
    "container_serial": lambda trip: trip.declaration.containers[0].number[4:10],
    "name": lambda trip: trip.declaration.driver_name or "",
    "name_begun": lambda trip: (trip.declaration.driver_name or "")[:3],
    "phone_last_4": lambda trip: (trip.declaration.driver_phone or "")[-4:],
    "phone": lambda trip: trip.declaration.driver_phone or "",
    "reference": lambda trip: trip.reference,
    "reference_of_carrier": lambda trip: trip.reference[:4],
    "reference_year": lambda _trip: "2026",
    "trip_id": lambda trip: trip.trip_id,
    "voucher_id": lambda trip: trip.voucher_id,
    "nothing_found_plate": lambda trip: f"粤ZI{trip.reference[-4:]}",
    "nothing_found_name": lambda trip: f"{trip.declaration.driver_name} qqq",
}


def fill(database: MongoClient[dict[str, Any]], count: int) -> list[Known]:
    """Write the trips and their vouchers; return the trips.

    The index of what they are found by is made again at the end: sorted once, that takes minutes less.
    """
    rows, like = database[DATABASE], template()
    quick = WriteConcern(w=1, j=False)
    trips, vouchers = (rows.get_collection(name, write_concern=quick) for name in ("trips", "vouchers"))
    index = next(name for name in trips.index_information() if name.startswith(FOUND_BY))
    trips.drop_index(index)
    every = zip(known(count), states(count), strict=True)
    kept: list[Known] = []
    while some := list(islice(every, AT_ONCE)):
        trips.insert_many([trip.row(like, state, like["created_at"]) for trip, state in some], ordered=False)
        vouchers.insert_many([trip.voucher(state, like["created_at"]) for trip, state in some], ordered=False)
        kept += [trip for trip, _ in some]
    progress(f"{len(kept)} trips are written")
    trips.create_index([("search_keys", 1), ("search_ended", 1), ("_id", -1)], name=index)
    return kept


async def measure(alone: Alone, trips: int, questions: int) -> list[Measurement]:
    """Fill the database, ask, and put the figures together."""
    began = time.monotonic()
    there = fill(alone.database, trips)
    progress(f"{trips} trips after {time.monotonic() - began:.0f} s")
    credentials = DemoCredentials(Role.OFFICER.value, "officer-1")
    async with Hub(alone.system.hub_url, credentials) as officer:
        for _ in range(5):
            await officer.execute(SEARCH, {"text": "warming up"})
        taken = {name: await _ask(officer, ask, there, questions) for name, ask in ASKED.items()}
        taken["second_page"] = await _second_pages(officer, there, questions)
    return [_stored(alone, trips), *_report(taken)]


async def _ask(officer: Hub, ask: Ask, there: Sequence[Known], questions: int) -> list[float]:
    times = []
    for trip in _chosen(there, questions):
        began = time.perf_counter()
        await officer.execute(SEARCH, {"text": ask(trip)})
        times.append((time.perf_counter() - began) * 1000)
    return times


async def _second_pages(officer: Hub, there: Sequence[Known], questions: int) -> list[float]:
    times = []
    for trip in _chosen(there, questions):
        text = trip.declaration.containers[0].number[:4]
        first = (await officer.execute(SEARCH, {"text": text}))["searchTrips"]
        began = time.perf_counter()
        await officer.execute(SEARCH, {"text": text, "after": first["pageInfo"]["endCursor"]})
        times.append((time.perf_counter() - began) * 1000)
    return times


def _chosen(there: Sequence[Known], questions: int) -> Iterator[Known]:
    random = Random(SEED)
    return (there[random.randrange(len(there))] for _ in range(questions))


def _stored(alone: Alone, trips: int) -> Measurement:
    stats = alone.database[DATABASE].command("collStats", "trips")
    keys = next(size for name, size in stats["indexSizes"].items() if name.startswith(FOUND_BY))
    return Measurement(
        "search.stored",
        "trips in the database; their size uncompressed, and that of the index of what they are found by",
        {
            "trips": (float(stats["count"]), "1"),
            "size": (stats["size"] / 1e6, "MB"),
            "index": (keys / 1e6, "MB"),
            "index_a_trip": (keys / trips, "B"),
        },
    )


def _report(taken: Mapping[str, Sequence[float]]) -> Iterator[Measurement]:
    every = [value for values in taken.values() for value in values]
    yield Measurement(
        "search.answer",
        "from a search's request to its whole answer of up to 20 trips, its record written; all kinds together",
        spread("answer", every, "ms") | {"questions": (float(len(every)), "1")},
    )
    for name, values in taken.items():
        yield Measurement(
            f"search.{name}", "the same, of this kind of question", spread("answer", values, "ms")
        )


def main() -> int:
    """Print one line for each measurement."""
    short = is_short(__doc__)
    conditions = Conditions.now("search", sys.argv[1:])
    try:
        with api_alone() as alone:
            amounts = (FEW_TRIPS, FEW_QUESTIONS) if short else (TRIPS, QUESTIONS)
            found = asyncio.run(measure(alone, *amounts))
    except HouseError as error:
        return fail(error)
    for measurement in found:
        print(measurement.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
