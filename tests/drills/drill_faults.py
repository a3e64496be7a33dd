"""A replica set of three at night: its primary is killed, frozen, cut off, stepped down while vehicles pass."""

import argparse
import asyncio
import json
import sys

from scripts.house.places import HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement
from tests.drills.faults import Fault, Suffered
from tests.drills.ledger import told
from tests.drills.suffering import Found, drill

ELECTION_MILLISECONDS, SHORT_ELECTION_MILLISECONDS = 10_000, 2_000
"""MongoDB's default, and what a test has time for."""
VEHICLES_A_LANE, FEW_VEHICLES_A_LANE = 8, 1
ROUNDS = 2


def figures(one: Suffered) -> Measurement:
    """How the hub came through one fault."""
    unknown = {f"answered_{word}": (float(times), "1") for word, times in told([one.ledger]).items()}
    return Measurement(
        f"faults.{one.fault.name.lower()}",
        f"primary {one.fault.value}; write gap: longest time without an acknowledged write",
        {
            "write_gap": (one.gap, "s"),
            "other_primary_after": (one.election, "s"),
            "acknowledged": (float(len(one.ledger.acknowledged)), "1"),
            "slowest_answer": (one.ledger.slowest_answer, "s"),
            **unknown,
        },
    )


def promises(found: Found) -> dict[str, list[str]]:
    """Return each promise with what breaks it."""
    return {
        "0 acknowledged lost": list(found.lost),
        "0 doubled": list(found.doubled),
        "a reply asked for again equals the first": list(found.differing),
        "what is not known yet is said in the schema's words": [
            f"{one.fault.name}: {one.ledger.unknown['HubBroken']} answers were none of the schema"
            for one in found.suffered
            if one.ledger.unknown["HubBroken"]
        ],
        "log verify passes": [] if found.log_says.startswith("ok") else [found.log_says or "it failed"],
        "control: acknowledged by one member under a split, writes are lost": (
            [] if found.control_lost else ["nothing was lost: the drill's faults are none"]
        ),
        "control: read first, then redeemed, vouchers open twice": (
            [] if found.control_doubled else ["nothing doubled: the drill's races are none"]
        ),
    }


def main() -> int:
    """Print a line for each fault and each promise; 1 where a promise broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="each fault once, quick elections")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    conditions = Conditions.now("faults", sys.argv[1:], "scripts/drill")
    faults = list(Fault) * (1 if chosen.short else chosen.rounds)
    vehicles = FEW_VEHICLES_A_LANE if chosen.short else VEHICLES_A_LANE
    election = SHORT_ELECTION_MILLISECONDS if chosen.short else ELECTION_MILLISECONDS
    try:
        found = asyncio.run(drill(faults, vehicles, election))
    except HouseError as error:
        return fail(error)
    for one in found.suffered:
        print(figures(one).line(conditions), flush=True)
    counts = {
        "acknowledged": (float(found.acknowledged), "1"),
        "control_lost": (float(found.control_lost), "1"),
        "control_doubled": (float(found.control_doubled), "1"),
    }
    print(Measurement("faults.counts", f"in all; {found.log_says}", counts).line(conditions), flush=True)
    broken = promises(found)
    for promise, words in broken.items():
        print(json.dumps({"promise": promise, "holds": not words, "broken": words}), flush=True)
    return int(any(broken.values()))


if __name__ == "__main__":
    sys.exit(main())
