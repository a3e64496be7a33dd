"""The hub as a state machine: random orders of everything that people, devices, faults and time do, by a seed.

After every step each promise of `tests/backend/properties/promises.py` must hold, and at the end everything must
have ended. Where a promise breaks, the steps that broke it are made few and printed.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom

import aiohttp
from hypothesis import HealthCheck, settings

from backend.app import open_services
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.settings import Settings
from scripts.house.mongod import start_embedded, stop_embedded
from tests.backend.properties.machine import play
from tests.backend.properties.world import World
from tests.bench.figures import Conditions, Measurement, progress
from tests.conftest import present

EXAMPLES, FEW_EXAMPLES = 300, 20
STEPS = 60


@asynccontextmanager
async def port(
    uri: str, home: Path, clock: FixedClock
) -> AsyncIterator[tuple[Services, aiohttp.ClientSession]]:
    """A hub's services on this database, and a client session for its people."""
    chosen = Settings(
        mongodb_uri=uri,
        database="properties",
        port=8000,
        demo=True,
        home=home,
        public_url="http://localhost:8000",
        random_review_share=0,
    )
    services = await open_services(chosen, clock)
    try:
        async with aiohttp.ClientSession() as http:
            yield services, http
    finally:
        await services.database.close()


def drill(uri: str, home: Path, seed: int, examples: int) -> Counter[str]:
    """Play so many examples. Raises AssertionError with the steps that broke a promise."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    clock = FixedClock(present())
    with asyncio.Runner() as runner:
        opened = port(uri, home, clock)
        services, http = runner.run(opened.__aenter__())

        async def new_world() -> World:
            clock.advance(present() - clock.now())
            world = World(services, clock, http)
            await world.empty()
            return world

        try:
            return play(new_world, runner.get_loop().run_until_complete, seed=seed, examples=chosen)
        finally:
            runner.run(opened.__aexit__(None, None, None))


def main() -> int:
    """Print what was reached, and whether every promise held; 1 where one broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{FEW_EXAMPLES} examples")
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run, to see it again")
    parser.add_argument("--examples", type=int, default=None)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
    examples = asked.examples or (FEW_EXAMPLES if asked.short else EXAMPLES)
    conditions = Conditions.now("properties", sys.argv[1:], "scripts/drill")
    logging.getLogger("clearlane").setLevel(logging.CRITICAL)  # the faults are meant
    progress(f"seed {seed}, {examples} examples of up to {STEPS} steps")
    broken = ""
    played: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        uri, process = start_embedded(Path(folder) / "mongod")
        try:
            played = drill(uri, Path(folder), seed, examples)
        except AssertionError as failure:
            broken = "\n".join([str(failure), *getattr(failure, "__notes__", [])])
        finally:
            stop_embedded(process)
    figures = {name: (float(times), "1") for name, times in sorted(played.items())}
    measured = Measurement(
        "properties.reached", "steps, faults, and how often each state was reached", figures
    )
    print(measured.line(conditions), flush=True)
    promise = "no order of events breaks a promise"
    line = {"promise": promise, "holds": not broken, "broken": broken, "seed": seed}
    print(json.dumps(line, ensure_ascii=False), flush=True)
    progress(f"load {os.getloadavg()[0]:.1f}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
