"""Kill and restart: 200 vehicles in three lanes, and each part is killed once in every phase of a passage."""

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
from tests.bench.figures import Conditions, Measurement, percentile, progress
from tests.drills.drivers import Outcome
from tests.drills.evidence import PROMISES
from tests.drills.killing import Drilled, drill
from tests.drills.schedule import Victim, every_pair, one_of_each, spread_over

SEED = 20_261_124
VEHICLES, FEW_VEHICLES = 200, 20


def passages(drilled: Drilled) -> Measurement:
    """How the vehicles fared."""
    record = drilled.record
    outcomes = Counter(stay.outcome for stay in record.stays)
    figures = {"vehicles": (float(len(record.stays)), "1")}
    figures |= {outcome.value: (float(outcomes[outcome]), "1") for outcome in Outcome}
    for reason, times in Counter(reason for stay in record.stays for reason in stay.reasons).items():
        figures[f"reason {reason}"] = (float(times), "1")
    figures["codes shown again"] = (float(sum(stay.shown - 1 for stay in record.stays)), "1")
    figures["openings commanded"] = (float(len(record.commands)), "1")
    figures["openings"] = (float(sum(command.began for command in record.commands)), "1")
    figures["events in the log"] = (float(len(record.events)), "1")
    figures["commits the witness saw"] = (float(len(record.seen)), "1")
    hit = {made.trip_id for made in drilled.made}
    for name, chosen in (("undisturbed", False), ("killed_in", True)):
        seconds = [
            stay.seconds
            for stay in record.stays
            if stay.seconds is not None and (stay.trip_id in hit) is chosen
        ]
        if seconds:
            figures[f"{name}_scan_to_barrier_p50"] = (percentile(seconds, 0.5), "s")
            figures[f"{name}_scan_to_barrier_max"] = (max(seconds), "s")
    figures["longest_stay_in_a_lane"] = (max((stay.in_lane for stay in record.stays), default=0.0), "s")
    return Measurement(
        "kill.passages", "vehicles by how they left their lane, and what the arms did", figures
    )


def deaths(drilled: Drilled) -> Measurement:
    """Who was killed in which phase, and how long until he was back."""
    figures = {"kills": (float(len(drilled.made)), "1"), "deaths": (float(len(drilled.deaths)), "1")}
    for victim in Victim:
        figures[victim.value] = (float(sum(death.victim is victim for death in drilled.deaths)), "1")
        back = [
            death.back_after - death.seconds_down
            for death in drilled.deaths
            if death.victim is victim and death.back_after is not None
        ]
        if back:
            figures[f"{victim}_start_to_served_p50"] = (percentile(back, 0.5), "s")
            figures[f"{victim}_start_to_served_max"] = (max(back), "s")
    for made in sorted(drilled.made, key=lambda made: (made.kill.phase, made.kill.victim)):
        who = "+".join((made.kill.victim, *made.kill.also))
        name = f"{made.kill.phase} {who} (journal {made.stage})"
        figures[name] = (figures.get(name, (0.0, ""))[0] + 1.0, "1")
    return Measurement(
        "kill.kills", "kills by victim, by phase and by what the lane's journal said then", figures
    )


def main() -> int:
    """Print two lines of figures and one for each promise; 1 where one broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="20 vehicles and 4 kills")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--vehicles", type=int, default=None)
    chosen = parser.parse_args()
    vehicles = chosen.vehicles or (FEW_VEHICLES if chosen.short else VEHICLES)
    conditions = Conditions.now("kill", sys.argv[1:], "scripts/drill")
    random = Random(chosen.seed)
    pairs = one_of_each(random) if chosen.short else every_pair()
    kills = spread_over(pairs, vehicles, random, together=not chosen.short)
    cv2.setNumThreads(1)  # as the simulator does: the lanes' cameras are asked together
    warm_up()
    try:
        drilled = asyncio.run(drill(vehicles, kills))
    except HouseError as error:
        return fail(error)
    for measurement in (passages(drilled), deaths(drilled)):
        print(measurement.line(conditions), flush=True)
    return _promises(drilled, chosen.seed)


def _promises(drilled: Drilled, seed: int) -> int:
    worst = 0
    for promise in PROMISES:
        found = list(promise(drilled.record))
        worst = worst or int(bool(found))
        line = {"promise": promise.__name__.replace("_", " "), "holds": not found, "broken": found}
        line |= {"log": drilled.record.log_says} if promise.__name__ == "the_log_is_sound" else {}
        print(json.dumps(line | {"seed": seed}, ensure_ascii=False), flush=True)
    progress(f"load {os.getloadavg()[0]:.1f}")
    return worst


if __name__ == "__main__":
    sys.exit(main())
