"""Rolling restart: 60 vehicles, two APIs behind a balancer, restarted 20 times in turn; no passage fails."""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from random import Random

import cv2

from scripts.house.places import HouseError
from scripts.house.steps import fail
from simulator.images import warm_up
from tests.bench.figures import Conditions, Measurement, progress, spread
from tests.drills.drivers import Outcome
from tests.drills.rolling import Rolled, roll

SEED = 20_261_124
RECOGNISE = (
    "the recognition worker reads the pictures, as fast as the machine is; else a client says that all match"
)


def figures(rolled: Rolled) -> Measurement:
    """How the vehicles and the restarts went."""
    outcomes = Counter(stay.outcome for stay in rolled.stays)
    found = {"vehicles": (float(rolled.vehicles), "1")}
    found |= {outcome.value: (float(outcomes[outcome]), "1") for outcome in Outcome}
    found["told to wait for somebody"] = (float(len(rolled.assisted)), "1")
    found["codes shown again"] = (float(sum(stay.shown - 1 for stay in rolled.stays)), "1")
    seconds = [stay.seconds for stay in rolled.stays if stay.seconds is not None]
    found |= spread("scan_to_barrier", seconds, "s")
    found["restarts"] = (float(len(rolled.restarts)), "1")
    found |= spread("stop", [restart.stop_seconds for restart in rolled.restarts], "s")
    found |= spread("away", [restart.away_seconds for restart in rolled.restarts], "s")
    for words, times in rolled.losses.items():
        found[words] = (float(times), "1")
    found["events an officer heard"] = (float(rolled.heard), "1")
    found["the officer moved"] = (float(rolled.moved), "1")
    found["connections"] = (float(rolled.connections), "1")
    found["connections passed over to the other API"] = (float(rolled.passed_over), "1")
    found["connections refused"] = (float(rolled.refused), "1")
    return Measurement("rolling.passages", "vehicles by how they left, and the APIs' restarts", found)


def main() -> int:
    """Print a line of figures and one with what broke; 1 where something did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="6 vehicles and 2 restarts")
    parser.add_argument("--restarts", type=int, default=None, help="0 is the control")
    parser.add_argument("--recognise", action="store_true", help=RECOGNISE)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    conditions = Conditions.now("rolling", sys.argv[1:], "scripts/drill")
    vehicles, restarts = (6, 2) if chosen.short else (60, 20)
    restarts = restarts if chosen.restarts is None else chosen.restarts
    cv2.setNumThreads(1)  # as the simulator does: the lanes' cameras are asked together
    warm_up()
    try:
        rolled = asyncio.run(
            roll(vehicles, restarts=restarts, reads=chosen.recognise, random=Random(chosen.seed))
        )
    except HouseError as error:
        return fail(error)
    print(figures(rolled).line(conditions), flush=True)
    broken = rolled.broken()
    line = {"promise": "a rolling restart fails no passage", "holds": not broken, "broken": broken}
    line |= {"told to wait": rolled.assisted, "log": rolled.log_says, "seed": chosen.seed}
    print(json.dumps(line, ensure_ascii=False), flush=True)
    progress(f"load {os.getloadavg()[0]:.1f}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
