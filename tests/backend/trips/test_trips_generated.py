"""A thousand generated trips: every planted fault is found by its rule at its field, no clean trip is refused."""

from collections import Counter

import pytest

from backend.trips import rules
from backend.trips.rules import examination
from tests.backend.trips.fixtures import FAULTS
from tests.backend.trips.planting import tally
from tests.backend.trips.trips_generated import clean_trips, faulty_trips

CLEAN, FAULTY = 400, 600


def test_no_clean_trip_of_400_is_refused_and_each_is_canonical_after_one_examination() -> None:
    tallied = tally(clean_trips(CLEAN))
    assert (tallied.trips, tallied.refused) == (CLEAN, 0)
    assert tallied.unstable == 0


def test_every_fault_planted_in_600_trips_is_found_by_its_rule_and_nothing_else_is() -> None:
    tallied = tally(faulty_trips(FAULTY))
    assert tallied.trips == FAULTY
    assert tallied.missed == Counter()
    assert tallied.unplanted == Counter()
    assert set(tallied.found) == {fault.rule for fault in FAULTS} == {rule.id for rule in rules.RULES}
    assert min(tallied.found.values()) >= FAULTY // len(FAULTS)


def test_a_rule_that_fell_silent_would_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(rule for rule in rules.RULES if rule.id != "seal.class")
    monkeypatch.setattr(examination, "RULES", others)
    tallied = tally(faulty_trips(100))
    assert set(tallied.missed) == {"seal.class"}
    assert tallied.unplanted == Counter()


def test_the_same_seed_draws_the_same_trips_and_another_one_others() -> None:
    assert list(clean_trips(20, seed=7)) == list(clean_trips(20, seed=7))
    assert list(clean_trips(20, seed=7)) != list(clean_trips(20, seed=8))
