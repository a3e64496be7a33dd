"""Live delivery under pressure: 200 pages, 20 events a second; stalled readers, ended rights, a dying database."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator

from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, is_short, progress
from tests.bench.system import api_alone
from tests.drills.database_dies import database_dies
from tests.drills.ended_rights import closes
from tests.drills.pressure import many_pages, readers_that_never_return, stalled_readers

SECONDS, FEW_SECONDS = 30, 3
TRIALS, FEW_TRIALS = 20, 2


async def drill(*, short: bool) -> AsyncIterator[tuple[Measurement, dict[str, list[str]]]]:
    """Run every part; give each one's figures and, by promise, what broke it."""
    with api_alone() as alone:
        yield await many_pages(alone, FEW_SECONDS if short else SECONDS)
        yield await stalled_readers(alone)
        yield await readers_that_never_return(alone)
        yield await closes(alone, FEW_TRIALS if short else TRIALS)
    yield await database_dies()


async def run(*, short: bool) -> int:
    """Print each part's figures and promises as they come; return 1 where a promise broke."""
    conditions = Conditions.now("live", sys.argv[1:], "scripts/drill")
    worst = 0
    async for measurement, promises in drill(short=short):
        print(measurement.line(conditions), flush=True)
        for promise, broken in promises.items():
            worst = worst or int(bool(broken))
            line = {"promise": promise, "holds": not broken, "broken": broken[:20]}
            print(json.dumps(line, ensure_ascii=False), flush=True)
    progress(f"load {os.getloadavg()[0]:.1f}")
    return worst


def main() -> int:
    """Run the drill."""
    short = is_short(__doc__)
    try:
        return asyncio.run(run(short=short))
    except HouseError as error:
        return fail(error)


if __name__ == "__main__":
    sys.exit(main())
