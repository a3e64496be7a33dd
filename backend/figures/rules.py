"""Shares and times out of counts by whole seconds. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from backend.figures.model import AgencyCount, DecisionCount, RuleCount
from core.states import Agency, ClearanceState

MOST_DAYS = 31


@dataclass(frozen=True)
class Spread:
    """How many there are, and the time that half of them, and 95 of 100, kept to; None where there is none."""

    number: int
    p50: int | None
    p95: int | None


@dataclass(frozen=True)
class Tally:
    """Decisions: all, those of the rules alone, those of officers."""

    all: Spread
    by_rule: Spread
    by_officer: Spread

    @property
    def share_without_human(self) -> float | None:
        """The rules' share of all, None where there is none."""
        return self.by_rule.number / self.all.number if self.all.number else None


@dataclass(frozen=True)
class RuleTally:
    """A rule: the decisions in which it spoke, and how many of those no person took."""

    rule: str
    spread: Spread
    without_human: int


@dataclass(frozen=True)
class AgencyTally:
    """An agency: how often it was asked, how it stood when the decision fell, and how long its answers took."""

    agency: Agency
    asked: int
    states: Mapping[ClearanceState, int]
    answers: Spread


def spread(counts: Mapping[int, int]) -> Spread:
    """Return the spread of a count by seconds."""
    number = sum(counts.values())
    return Spread(number, percentile(counts, 50), percentile(counts, 95))


def percentile(counts: Mapping[int, int], share: int) -> int | None:
    """Return the smallest number of seconds that `share` of 100 kept to (nearest rank), None of nothing."""
    rank = -(-sum(counts.values()) * share // 100)
    reached = 0
    for seconds in sorted(counts):
        reached += counts[seconds]
        if reached >= rank:
            return seconds
    return None


def tally(counts: Iterable[DecisionCount]) -> Tally:
    """Return the tally of these decisions."""
    rules: Counter[int] = Counter()
    officers: Counter[int] = Counter()
    for count in counts:
        (rules if count.by_rule else officers)[count.seconds] += count.number
    return Tally(spread(rules + officers), spread(rules), spread(officers))


def by_rule(counts: Iterable[RuleCount]) -> list[RuleTally]:
    """Return each rule's tally, the one that spoke most often first."""
    seconds: dict[str, Counter[int]] = {}
    alone: Counter[str] = Counter()
    for count in counts:
        seconds.setdefault(count.rule, Counter())[count.seconds] += count.number
        alone[count.rule] += count.number if count.by_rule else 0
    found = [RuleTally(rule, spread(times), alone[rule]) for rule, times in seconds.items()]
    return sorted(found, key=lambda one: (-one.spread.number, one.rule))


def by_agency(counts: Iterable[AgencyCount]) -> list[AgencyTally]:
    """Return each agency's tally, in the order of the agencies."""
    states: dict[Agency, Counter[ClearanceState]] = {}
    answers: dict[Agency, Counter[int]] = {}
    for count in counts:
        states.setdefault(count.agency, Counter())[count.state] += count.number
        times = answers.setdefault(count.agency, Counter())
        if count.seconds is not None:
            times[count.seconds] += count.number
    return [
        AgencyTally(agency, sum(states[agency].values()), states[agency], spread(answers[agency]))
        for agency in Agency
        if agency in states
    ]


def days(first: date, last: date) -> list[date]:
    """Return every day of the window, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
