"""A lane through thousands of random nights: kills at every point, lost and late answers, odd loops, a bad barrier."""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.bench.figures import Conditions, Measurement, progress
from tests.kiosk.night.scenarios import nights
from tests.kiosk.night.world import Broken, Night, Step
from tests.kiosk.test_night import lived

NIGHTS, FEW_NIGHTS, SEED = 4000, 100, 20_261_124
PROMISE = "over random nights no barrier opens without a release in the journal, none twice on one, every visit ends"


@dataclass
class Lived:
    """What the nights were made of, so that one sees that they were bad."""

    nights: int = 0
    steps: int = 0
    seconds: float = 0.0
    opened: int = 0
    again: int = 0
    """Commands repeated after a restart, on the same release: decision 0005."""
    killed_at: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    def add(self, night: Night, steps: list[Step]) -> None:
        """Count one night."""
        self.nights += 1
        self.steps += len(steps)
        self.seconds += night.loop.time()
        self.opened += len(night.moved_for)
        self.again += len(night.commands) - len({passage for passage, _ in night.commands})
        self.killed_at += night.killed_at
        self.ends += Counter(kept.snapshot.state.value for kept in night.book.passages.values())

    def figures(self) -> dict[str, tuple[float, str]]:
        """Return the counts."""
        plain = {
            "nights": (self.nights, "1"),
            "steps": (self.steps, "1"),
            "hours_lived": (self.seconds / 3600, "h"),
            "openings": (self.opened, "1"),
            "commands_repeated_after_a_restart": (self.again, "1"),
        }
        kills = {f"kills_at_{stage.lower()}": (count, "1") for stage, count in sorted(self.killed_at.items())}
        ends = {f"passages_{state.lower()}": (count, "1") for state, count in sorted(self.ends.items())}
        return {name: (float(value), unit) for name, (value, unit) in (plain | kills | ends).items()}


def drill(count: int, chosen: int) -> tuple[Lived, str | None]:
    """Live through so many nights; return what they were made of, and the first promise that broke."""
    all_nights = Lived()

    @seed(chosen)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(nights)
    def live(steps: list[Step]) -> None:
        all_nights.add(lived(steps), steps)
        if all_nights.nights % 500 == 0:
            progress(f"{all_nights.nights} nights")

    try:
        live()
    except Broken as broken:
        return all_nights, f"{broken} {' '.join(getattr(broken, '__notes__', ()))}"
    return all_nights, None


def main() -> int:
    """Print what was lived through; 1 where a promise broke, with the shortest night that breaks it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--short", action="store_true", help="a few nights only")
    parser.add_argument("--long", action="store_true", help="this program has nothing that takes longer")
    asked = parser.parse_args()
    conditions = Conditions.now("lane", sys.argv[1:], "scripts/drill")
    began = time.monotonic()
    all_nights, broken = drill(FEW_NIGHTS if asked.short else asked.nights, asked.seed)
    figures = all_nights.figures() | {"took": (time.monotonic() - began, "s")}
    print(Measurement("lane.nights", PROMISE, figures).line(conditions), flush=True)
    told = {"promise": PROMISE, "holds": broken is None, "broken": broken, "seed": asked.seed}
    print(json.dumps(told, ensure_ascii=False), flush=True)
    return int(broken is not None)


if __name__ == "__main__":
    sys.exit(main())
