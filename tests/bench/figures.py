"""Figures of a measurement: percentiles, and the one line of JSON that states them."""

import argparse
import json
import math
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank).

    Raises ValueError where there is no value.
    """
    if not values:
        raise ValueError("no values: nothing was measured")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def spread(name: str, values: Sequence[float], unit: str) -> dict[str, tuple[float, str]]:
    """Return median, 95th percentile and maximum as figures, nothing where nothing was measured."""
    if not values:
        return {}
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {f"{name}_{word}": (percentile(values, share), unit) for word, share in shares.items()}


def bucket_bound(counts: Mapping[float, float], share: float) -> float:
    """Return the upper bound of the histogram bucket that holds this share; `counts` are cumulative, by bound.

    Raises ValueError where nothing was counted.
    """
    total = max(counts.values(), default=0)
    if total <= 0:
        raise ValueError("an empty histogram: nothing was measured")
    return next(bound for bound, count in sorted(counts.items()) if count >= share * total)


def machine(cpu_information: str, cores: int) -> str:
    """Return the machine in words that name no place, from the text of /proc/cpuinfo."""
    is_virtual = any(
        line.startswith("flags") and " hypervisor" in line for line in cpu_information.splitlines()
    )
    return f"{cores}-core {'virtual ' if is_virtual else ''}machine"


@dataclass(frozen=True)
class Conditions:
    """Under what a program measures; the load is that of the last minute before it began."""

    command: str
    date: str
    machine: str
    load: float

    @classmethod
    def now(cls, name: str, options: Sequence[str], program: str = "scripts/bench") -> "Conditions":
        """Return the present ones of `PROGRAM name options`."""
        return cls(
            command=shlex.join([program, name, *options]),
            date=datetime.now(UTC).date().isoformat(),
            machine=machine(Path("/proc/cpuinfo").read_text(), os.cpu_count() or 1),
            load=round(os.getloadavg()[0], 2),
        )


@dataclass(frozen=True)
class Measurement:
    """What one line states: figures by name, each with its unit, and what they mean in words."""

    name: str
    meaning: str
    figures: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    def line(self, conditions: Conditions) -> str:
        """Return the line."""
        fields = {
            "name": self.name,
            "figures": {name: round(value, 2) for name, (value, _) in self.figures.items()},
            "units": {name: unit for name, (_, unit) in self.figures.items()},
            "meaning": self.meaning,
            "command": conditions.command,
            "date": conditions.date,
            "machine": conditions.machine,
            "load_at_start": conditions.load,
        }
        return json.dumps(fields, ensure_ascii=False)


def is_short(description: str | None) -> bool:
    """Read the command line: whether it only wants to see that everything runs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--short", action="store_true", help="a few operations only: no figures to quote")
    parser.add_argument("--long", action="store_true", help="this program has nothing that takes longer")
    return bool(parser.parse_args().short)


def progress(words: str) -> None:
    """Say on standard error how far it has come; standard output is for figures alone."""
    print(words, file=sys.stderr, flush=True)
