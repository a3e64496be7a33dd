"""Key rotation: 60 vehicles, two APIs, a real agent, 20 rotations; no code is refused, old or new."""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter

import cv2

from scripts.house.places import HouseError
from scripts.house.steps import fail
from simulator.images import warm_up
from tests.bench.figures import Conditions, Measurement, progress, spread
from tests.drills.drivers import Outcome
from tests.drills.key_rotation import Turned, turn_keys


def figures(turned: Turned) -> Measurement:
    """How the vehicles and the rotations went."""
    outcomes = Counter(stay.outcome for stay in turned.stays)
    found = {"vehicles": (float(turned.vehicles), "1"), "rotations": (float(turned.rotated), "1")}
    found |= {outcome.value: (float(outcomes[outcome]), "1") for outcome in Outcome}
    found["codes refused"] = (float(len(turned.refused)), "1")
    found["keys whose codes were spent"] = (float(turned.signed_by), "1")
    found["codes spent after another key signed"] = (float(turned.older), "1")
    seconds = [stay.seconds for stay in turned.stays if stay.seconds is not None]
    found |= spread("scan_to_barrier", seconds, "s")
    return Measurement("keys.rotation", "vehicles by how they left, while keys were rotated", found)


def main() -> int:
    """Print a line of figures and one with what broke; 1 where something did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="6 vehicles and 2 rotations")
    parser.add_argument("--rotations", type=int, default=None, help="0 is the control")
    chosen = parser.parse_args()
    conditions = Conditions.now("keys", sys.argv[1:], "scripts/drill")
    vehicles, rotations = (6, 2) if chosen.short else (60, 20)
    rotations = rotations if chosen.rotations is None else chosen.rotations
    cv2.setNumThreads(1)  # as the simulator does: the lanes' cameras are asked together
    warm_up()
    try:
        turned = asyncio.run(turn_keys(vehicles, rotations))
    except HouseError as error:
        return fail(error)
    print(figures(turned).line(conditions), flush=True)
    broken = turned.broken()
    line = {"promise": "a rotation of keys refuses no code", "holds": not broken, "broken": broken}
    print(json.dumps(line | {"log": turned.log_says}, ensure_ascii=False), flush=True)
    progress(f"load {os.getloadavg()[0]:.1f}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
