"""Hostile requests: what each costs the API until it is refused, and what the costliest allowed ones cost."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import aiohttp

from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.backend.protocol.allowed import ALLOWED, ROWS
from tests.backend.protocol.hostile import HOSTILE, Hostile
from tests.bench.figures import Conditions, Measurement, is_short, percentile, progress
from tests.bench.people import loaded_vehicles, signed_in
from tests.bench.system import Alone, api_alone, processor_milliseconds

MOST_MILLISECONDS = 200.0
TIMES, FEW_TIMES = 7, 2
HEADERS = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


@dataclass(frozen=True)
class Sent:
    """One request, sent several times: what each cost, and the last answer."""

    name: str
    costs: list[float]
    status: int
    answer: str


async def send(alone: Alone, request: Hostile, times: int, token: str | None = None) -> Sent:
    """Send a request several times, nobody else asking."""
    costs, status, answer = [], 0, ""
    headers = HEADERS | ({"Authorization": f"Bearer {token}"} if token else {})
    async with aiohttp.ClientSession() as session:
        for _ in range(times):
            before = processor_milliseconds(alone.api_pid)
            async with session.post(
                f"{alone.system.hub_url}/graphql", data=request.body, headers=headers
            ) as response:
                status, answer = response.status, await response.text()
            costs.append(processor_milliseconds(alone.api_pid) - before)
    return Sent(request.name, costs, status, answer)


def broken(sent: Sent, request: Hostile) -> Iterable[str]:
    """Yield how the refusal differs from what was promised."""
    if sent.status != 400 or '"data"' in sent.answer:
        yield f"answered {sent.status}, not refused"
    if request.told not in sent.answer:
        yield f"not told {request.told}"
    if percentile(sent.costs, 0.5) > MOST_MILLISECONDS:
        yield f"cost {percentile(sent.costs, 0.5):.0f} ms"


def line_of(kind: str, sent: Sent, request: Hostile, conditions: Conditions) -> str:
    """Return the one line for a request."""
    figures = {
        "api_cpu_p50": (percentile(sent.costs, 0.5), "ms"),
        "api_cpu_max": (max(sent.costs), "ms"),
        "bytes": (float(len(request.body)), "1"),
        "status": (float(sent.status), "1"),
    }
    return Measurement(f"hostile.{kind}", request.name, figures).line(conditions)


async def refused(alone: Alone, times: int, conditions: Conditions) -> list[str]:
    """Send every hostile request; print a line for each and return what was broken."""
    found = []
    worst: list[float] = []
    for request in HOSTILE:
        sent = await send(alone, request, times)
        worst.append(percentile(sent.costs, 0.5))
        found += [f"{request.name}: {why}" for why in broken(sent, request)]
        print(line_of("refused", sent, request, conditions), flush=True)
    figures = {
        "requests": (float(len(HOSTILE)), "1"),
        "api_cpu_worst": (max(worst), "ms"),
        "api_cpu_median": (percentile(worst, 0.5), "ms"),
    }
    print(
        Measurement("hostile.all_refused", "each by the median of its repetitions", figures).line(conditions)
    )
    return found


async def allowed(alone: Alone, times: int, conditions: Conditions) -> list[str]:
    """Fill a page, then send the costliest documents that the limits let through; return those that failed."""
    found = []
    async with signed_in(alone.system.hub_url) as people:
        progress(f"{ROWS} drivers declare")
        for plan in islice(loaded_vehicles(), ROWS):
            await people.declare(plan, await people.order(plan))
        token = await people.officer.token()
        for request in ALLOWED:
            sent = await send(alone, request, times, token)
            print(line_of("allowed", sent, request, conditions), flush=True)
            if sent.status != 200 or '"errors"' in sent.answer:
                found.append(f"{request.name}: {sent.answer[:200]}")
    return found


async def drill(times: int, conditions: Conditions) -> list[str]:
    """Send everything to an API that has nothing else to do."""
    with api_alone() as alone:
        await send(alone, HOSTILE[0], times)  # so that everything is loaded
        return await refused(alone, times, conditions) + await allowed(alone, times, conditions)


def main() -> int:
    """Print a line for each request; 1 where one was not refused in time and in words."""
    times = FEW_TIMES if is_short(__doc__) else TIMES
    conditions = Conditions.now("hostile", sys.argv[1:], "scripts/drill")
    try:
        found = asyncio.run(drill(times, conditions))
    except HouseError as error:
        return fail(error)
    promise = f"a hostile request costs at most {MOST_MILLISECONDS:.0f} ms and is told why"
    print(
        json.dumps({"promise": promise, "holds": not found, "broken": found}, ensure_ascii=False), flush=True
    )
    progress(f"load {os.getloadavg()[0]:.1f}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
