"""Generated declarations with planted faults: each found by its rule at its field, no sound one refused. No servers.

`--trips` how many (half of them sound), `--seed` which; `--short` a thousand, as the tests draw them.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from backend.trips import rules
from tests.backend.trips.planting import Tally, tally
from tests.backend.trips.trips_generated import SEED, clean_trips, faulty_trips

TRIPS, FEW = 10_000, 1_000


def main(arguments: Sequence[str]) -> int:
    """Draw, examine, count; exit code 1 where a fault was missed, or found where nobody planted one."""
    parser = argparse.ArgumentParser(prog="scripts/drill declarations", description=__doc__)
    parser.add_argument("--trips", type=int, default=TRIPS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args(arguments)
    half = (FEW if chosen.short else chosen.trips) // 2
    began = time.perf_counter()
    sound, faulty = tally(clean_trips(half, chosen.seed)), tally(faulty_trips(half, chosen.seed))
    seconds = time.perf_counter() - began
    print(json.dumps(_figures(sound, faulty) | {"seed": chosen.seed, "seconds": round(seconds, 1)}))
    broken = sound.refused or sound.unstable or faulty.missed or faulty.unplanted
    return 1 if broken else 0


def _figures(sound: Tally, faulty: Tally) -> dict[str, object]:
    return {
        "drill": "declarations",
        "rules": len(rules.RULES),
        "sound_trips": sound.trips,
        "sound_refused": sound.refused,
        "faulty_trips": faulty.trips,
        "faults_planted": faulty.found.total() + faulty.missed.total(),
        "faults_found": faulty.found.total(),
        "faults_of_rules": len(faulty.found),
        "least_often_planted": min(faulty.found.values(), default=0),
        "missed": dict(faulty.missed),
        "found_unplanted": dict(faulty.unplanted),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
