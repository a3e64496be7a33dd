"""Rules about the window of arrival, and how long before it a port wants the declaration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from backend.orders.rules import FARTHEST_WINDOW
from backend.trips.rules.case import Case
from backend.trips.rules.rule import Found, Rule, Subject, at, noted
from core.declarations import LeadTimePreset
from core.problems import ProblemCode
from core.vouchers.claims import Direction

BOOKING = "WCO Time Release Study; Clearlane"
LEAD_TIME_LAWS = (
    "Cap. 60L (Hong Kong, ROCARS: 30 min, 14 days); GACC Decree 172 (China: 60 min); "
    "19 CFR 123.92 (United States: 60 min, FAST 30 min)"
)
_rule = partial(Rule, subject=Subject.WINDOW)


@dataclass(frozen=True)
class LeadTime:
    """How long before arrival a declaration is made at the latest, and at the earliest."""

    latest: timedelta
    earliest: timedelta = FARTHEST_WINDOW


NO_TIME = LeadTime(timedelta(0))
HONG_KONG = LeadTime(timedelta(minutes=30), timedelta(days=14))
CHINA = LeadTime(timedelta(minutes=60))
FAST = LeadTime(timedelta(minutes=30))
LEAD_TIMES: Mapping[LeadTimePreset, Mapping[Direction, LeadTime]] = {
    LeadTimePreset.NONE: {},
    LeadTimePreset.HONG_KONG: {Direction.SOUTHBOUND: HONG_KONG, Direction.NORTHBOUND: HONG_KONG},
    LeadTimePreset.CHINA: {Direction.SOUTHBOUND: CHINA, Direction.NORTHBOUND: CHINA},
    # the side that the vehicle enters asks: SOUTHBOUND leaves the mainland
    LeadTimePreset.HONG_KONG_CHINA: {Direction.SOUTHBOUND: HONG_KONG, Direction.NORTHBOUND: CHINA},
    LeadTimePreset.UNITED_STATES: {Direction.SOUTHBOUND: CHINA, Direction.NORTHBOUND: CHINA},
    LeadTimePreset.UNITED_STATES_FAST: {Direction.SOUTHBOUND: FAST, Direction.NORTHBOUND: FAST},
}
"""Each preset's times by direction; a direction that is not there is asked for none."""


def too_late(case: Case) -> Iterator[Found]:
    """Officers need the declaration some time before the vehicle."""
    start, latest = case.declaration.window_start, _lead_time(case).latest
    if start is not None and latest and not _over(case) and start - case.now < latest:
        yield at("windowStart", minutes=latest // timedelta(minutes=1))


def too_early(case: Case) -> Iterator[Found]:
    """What is declared too far ahead is not taken yet."""
    start, earliest = case.declaration.window_start, _lead_time(case).earliest
    if start is not None and earliest < start - case.now <= FARTHEST_WINDOW:
        yield at("windowStart", days=earliest.days)


def _lead_time(case: Case) -> LeadTime:
    direction = case.declaration.direction
    return LEAD_TIMES[case.lead_time].get(direction, NO_TIME) if direction else NO_TIME


def _over(case: Case) -> bool:
    end = case.declaration.window_end
    return end is not None and end <= case.now


RULES = (
    _rule(
        id="window.start",
        code=ProblemCode.WINDOW_MISSING,
        field="windowStart",
        source=BOOKING,
        example="–",
        find=noted(ProblemCode.WINDOW_MISSING, "windowStart"),
    ),
    _rule(
        id="window.end",
        code=ProblemCode.WINDOW_MISSING,
        field="windowEnd",
        source=BOOKING,
        example="–",
        find=noted(ProblemCode.WINDOW_MISSING, "windowEnd"),
    ),
    _rule(
        id="window.order",
        code=ProblemCode.WINDOW_ORDER,
        field="windowEnd",
        source=BOOKING,
        example="10:00 – 09:00",
        find=noted(ProblemCode.WINDOW_ORDER, "windowEnd"),
    ),
    _rule(
        id="window.past",
        code=ProblemCode.WINDOW_PAST,
        field="windowEnd",
        source=BOOKING,
        example="–1 h",
        find=noted(ProblemCode.WINDOW_PAST, "windowEnd"),
    ),
    _rule(
        id="window.far",
        code=ProblemCode.WINDOW_TOO_FAR,
        field="windowStart",
        source=BOOKING,
        example="31 d",
        find=noted(ProblemCode.WINDOW_TOO_FAR, "windowStart"),
    ),
    _rule(
        id="window.long",
        code=ProblemCode.WINDOW_TOO_LONG,
        field="windowEnd",
        source=BOOKING,
        example="25 h",
        find=noted(ProblemCode.WINDOW_TOO_LONG, "windowEnd"),
    ),
    _rule(
        id="window.lead-time",
        code=ProblemCode.LEAD_TIME_SHORT,
        field="windowStart",
        args=("minutes",),
        jurisdictions=("HK", "CN", "US"),
        source=LEAD_TIME_LAWS,
        example="20 min",
        find=too_late,
    ),
    _rule(
        id="window.ahead",
        code=ProblemCode.LEAD_TIME_LONG,
        field="windowStart",
        args=("days",),
        jurisdictions=("HK",),
        source=LEAD_TIME_LAWS,
        example="15 d",
        find=too_early,
    ),
)
