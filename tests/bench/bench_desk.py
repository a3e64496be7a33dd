"""How long an agency's queue and the officer's figures take: 20,000 trips at the desks, 310,000 decisions kept.

The decisions are those of a month at a normal port, 10,000 a day. Time is from the request to its whole answer, at the
client, over HTTP on one machine.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from core.hub import DemoCredentials, Hub
from core.roles import Role
from core.states import Agency, ClearanceState, TripState
from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, is_short, progress, spread
from tests.bench.many_trips import SEED, known, states, template
from tests.bench.system import Alone, api_alone

DATABASE = "clearlane"
DAYS, DECISIONS_A_DAY, FEW_DECISIONS_A_DAY = 31, 10_000, 50
AT_DESKS, FEW_AT_DESKS = 20_000, 200
QUESTIONS, FEW_QUESTIONS = 20, 2
AT_ONCE = 5_000
COUNTED_WITHIN = 200.0
LAST_DAY = date(2026, 10, 31)
SILENT_PERMILLE, OFFICER_PERMILLE = 30, 50
QUEUE = """query { agencyQueue(first: 20) { counts { state trips late } pageInfo { endCursor }
  edges { node { late questionOpen clearance { state deadline } review { version visits { number }
    trip { id reference declaration { plates { display } goodsSummary } } } } } } }"""
TIMES = "decisions secondsP50 secondsP95"
FIGURES = f"""query ($first: Date!, $last: Date!) {{
  decisionFigures(checkpointId: "liantang", firstDay: $first, lastDay: $last) {{
    total {{ shareWithoutHuman all {{ {TIMES} }} }} days {{ day tally {{ shareWithoutHuman all {{ {TIMES} }} }} }}
    byReason {{ rule message times {{ {TIMES} }} }} byAgency {{ agency asked silent answers {{ {TIMES} }} }} }} }}"""


def decision(number: int, day: date, random: Random) -> dict[str, Any]:
    """Return a decision as its domain keeps it."""
    by_officer = random.randrange(1000) < OFFICER_PERMILLE
    seconds = random.randrange(60, 900) if by_officer else random.randrange(1, 45)
    agencies = [
        {"agency": agency.value, "state": ClearanceState.SILENT.value, "seconds": None}
        if random.randrange(1000) < SILENT_PERMILLE
        else {"agency": agency.value, "state": ClearanceState.CLEAR.value, "seconds": random.randrange(1, 30)}
        for agency in (*Agency,)[:4]
    ]
    return {
        "_id": f"{number:024x}:1",
        "checkpoint_id": "liantang",
        "day": day.isoformat(),
        "at": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "seconds": seconds,
        "by_rule": not by_officer,
        "outcome": "APPROVED",
        "rules": [random.choice(("RANDOM_CHECK", "AGENCY_SILENT")) if by_officer else "AGENCIES_CLEAR"],
        "agencies": agencies,
    }


def decisions(a_day: int) -> Iterator[dict[str, Any]]:
    """Yield a month of them, always the same."""
    random = Random(SEED)
    for number in range(DAYS * a_day):
        yield decision(number, LAST_DAY - timedelta(days=number // a_day), random)


def clearances(trip_id: str, opened_at: datetime, random: Random) -> dict[str, Any]:
    """Return the open clearances of a trip as their domain keeps them."""
    items, desks = [], {}
    for agency in Agency:
        pending = random.randrange(4) == 0
        state = ClearanceState.PENDING if pending else ClearanceState.CLEAR
        deadline = opened_at + timedelta(seconds=random.randrange(20, 3600))
        items.append(
            {"agency": agency.value, "state": state.value, "deadline": deadline, "inspection": "UNDECIDED"}
        )
        desks[agency.value] = {"state": state.value, "deadline": deadline}
    row = {"_id": trip_id, "checkpoint_id": "liantang", "round": 1, "version": 1, "open": True}
    return row | {"opened_at": opened_at, "items": items, "desks": desks, "questions": [], "steps": []}


def fill(alone: Alone, at_desks: int, a_day: int) -> None:
    """Write the decisions, and the trips that wait at the desks."""
    rows, like, random = alone.database[DATABASE], template(), Random(SEED)
    waiting = zip(known(at_desks), states(at_desks), strict=True)
    while some := [trip for trip, _ in islice(waiting, AT_ONCE)]:
        submitted = [trip.row(like, TripState.SUBMITTED, like["created_at"]) for trip in some]
        rows["trips"].insert_many(submitted, ordered=False)
        rows["clearances"].insert_many(
            [clearances(trip.trip_id, like["created_at"], random) for trip in some], ordered=False
        )
    every = decisions(a_day)
    while some_decisions := list(islice(every, AT_ONCE)):
        rows["decisions"].insert_many(some_decisions, ordered=False)


def counted(alone: Alone) -> None:
    """Wait until the hub has counted the days, as it does each day after midnight. Raises HouseError.

    It may have begun while they were written, which no real day is: what it counted then is thrown away.
    """
    rows, until = alone.database[DATABASE]["counted_days"], time.monotonic() + COUNTED_WITHIN
    first, last = LAST_DAY - timedelta(days=DAYS - 1), datetime.now(UTC).date() - timedelta(days=2)
    rows.delete_many({})
    while not rows.count_documents({"_id": f"liantang:{last}"}):
        if time.monotonic() > until:
            raise HouseError("the hub has not counted the days", "see what its sweeps say")
        oldest = rows.find_one({}, sort=[("_id", 1)])
        if oldest is not None and oldest["counts"]["day"] != first.isoformat():
            rows.delete_many({})
        time.sleep(1)


async def timed(hub: Hub, document: str, variables: Mapping[str, Any], questions: int) -> list[float]:
    """Ask so often, after once to warm up; return the milliseconds of each."""
    await hub.execute(document, dict(variables))
    taken = []
    for _ in range(questions):
        began = time.perf_counter()
        await hub.execute(document, dict(variables))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def measure(alone: Alone, questions: int) -> list[Measurement]:
    """Ask for the queue and for figures of a day, a week and a month."""
    url = alone.system.hub_url
    async with (
        Hub(url, DemoCredentials(Role.AGENCY.value, "agency-customs")) as customs,
        Hub(url, DemoCredentials(Role.OFFICER.value, "officer-1")) as officer,
    ):
        queue = await timed(customs, QUEUE, {}, questions)
        found = [
            Measurement(
                "desk.queue",
                "an agency's queue from the request to its whole answer: 20 trips and the counts of all states",
                spread("answer", queue, "ms"),
            )
        ]
        for days in (1, 7, DAYS):
            window = {
                "first": (LAST_DAY - timedelta(days=days - 1)).isoformat(),
                "last": LAST_DAY.isoformat(),
            }
            taken = await timed(officer, FIGURES, window, questions)
            meaning = f"the officer's figures of {days} days: shares, times, by day, reason and agency"
            found.append(Measurement(f"desk.figures_{days}_days", meaning, spread("answer", taken, "ms")))
        alone.database[DATABASE]["counted_days"].delete_one({"_id": f"liantang:{LAST_DAY}"})
        today = await timed(officer, FIGURES, {"first": str(LAST_DAY), "last": str(LAST_DAY)}, questions)
        meaning = "the same of a day that still goes on: it is counted at each look"
        found.append(Measurement("desk.figures_today", meaning, spread("answer", today, "ms")))
    return found


def main() -> int:
    """Print one line for each measurement."""
    short = is_short(__doc__)
    conditions = Conditions.now("desk", sys.argv[1:])
    at_desks, a_day = (FEW_AT_DESKS, FEW_DECISIONS_A_DAY) if short else (AT_DESKS, DECISIONS_A_DAY)
    try:
        with api_alone() as alone:
            fill(alone, at_desks, a_day)
            counted(alone)
            progress(f"{at_desks} trips at the desks, {a_day * DAYS} decisions")
            found = asyncio.run(measure(alone, FEW_QUESTIONS if short else QUESTIONS))
    except HouseError as error:
        return fail(error)
    for measurement in found:
        print(measurement.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
