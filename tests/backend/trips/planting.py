"""Counts what the rules made of generated trips: faults found and missed, and what nobody planted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.trips import rules
from tests.backend.trips.fixtures import NOW
from tests.backend.trips.trips_generated import GeneratedTrip

RULES = {rule.id: rule for rule in rules.RULES}


@dataclass
class Tally:
    """Figures of some trips; counters are by rule, what was not planted by code and field."""

    trips: int = 0
    refused: int = 0
    unstable: int = 0
    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    unplanted: Counter[str] = field(default_factory=Counter)


def tally(trips: Iterable[GeneratedTrip]) -> Tally:
    """Examine each trip and compare what was found with what was planted."""
    counted = Tally()
    for trip in trips:
        counted.trips += 1
        examination = rules.examine(trip.declaration, NOW, trip.lead_time)
        broken = {(failure.code.value, failure.path[1:]) for failure in examination.failures}
        planted = {(RULES[fault.rule].code.value, fault.path): fault.rule for fault in trip.planted}
        counted.refused += examination.declared is None
        counted.found.update(rule for place, rule in planted.items() if place in broken)
        counted.missed.update(rule for place, rule in planted.items() if place not in broken)
        counted.unplanted.update(f"{code} {'.'.join(path)}" for code, path in broken - set(planted))
        if examination.declared is not None:
            again = rules.examine(examination.declared.declaration(), NOW, trip.lead_time)
            counted.unstable += again.declared != examination.declared
    return counted
