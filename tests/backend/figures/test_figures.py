"""The officer's figures: how many trips the rules decided alone, how long decisions took, and why."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from backend.clearances import service as clearances
from backend.figures import rules
from backend.figures import service as figures
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from tests.backend.client import Client
from tests.backend.steps import APPROVE, REJECT, Journey, act, answer, contents, refused_codes, start, submit
from tests.conftest import SignIn

TIMES = "decisions secondsP50 secondsP95"
TALLY = f"all {{ {TIMES} }} byRule {{ {TIMES} }} byOfficer {{ {TIMES} }} shareWithoutHuman"
FIGURES = f"""query($first: Date!, $last: Date!, $at: ID = "liantang") {{
  decisionFigures(checkpointId: $at, firstDay: $first, lastDay: $last) {{
    total {{ {TALLY} }} days {{ day tally {{ {TALLY} }} }}
    byReason {{ rule message withoutHuman times {{ {TIMES} }} }}
    byAgency {{ agency asked clear hold silent pending answers {{ {TIMES} }} }} }} }}"""


def local_day(clock: FixedClock) -> date:
    """Return the day at the port, which is eight hours ahead."""
    return (clock.now() + timedelta(hours=8)).date()


async def submitted(
    carrier: Client, nobody: Client, clock: FixedClock, number: int, *, fever_free: bool = True
) -> Journey:
    journey = await start(carrier, nobody, clock, driverPhone=f"+8526000000{number}")
    plates = [{"jurisdiction": "HK", "text": f"AB10{number}"}]
    await submit(journey, plates=plates, feverFree=fever_free)
    return journey


@pytest.fixture
async def four_decided(  # long: a fixture names what it stands on
    carrier: Client,
    nobody: Client,
    customs: Client,
    border: Client,
    officer: Client,
    clock: FixedClock,
    system: Context,
) -> str:
    """Two trips decided by rule after 4 and 10 s, a feverish one approved after 100 s, one rejected after a silence."""
    if local_day(clock) != (clock.now() + timedelta(hours=8, minutes=10)).date():
        clock.advance(timedelta(minutes=10))  # all of it on one day
    for number, seconds in ((1, 4), (2, 10)):
        clean = await submitted(carrier, nobody, clock, number)
        await answer(customs, clean.trip_id)
        clock.advance(timedelta(seconds=seconds))
        await answer(border, clean.trip_id)
    feverish = await submitted(carrier, nobody, clock, 3, fever_free=False)
    await answer(customs, feverish.trip_id)
    await answer(border, feverish.trip_id)
    clock.advance(timedelta(seconds=100))
    await act(officer, APPROVE, feverish.trip_id)
    silent = await submitted(carrier, nobody, clock, 4)
    await answer(border, silent.trip_id)
    clock.advance(timedelta(seconds=31))
    await clearances.silence_due(system)
    await act(officer, REJECT, silent.trip_id, reason="No papers")
    return local_day(clock).isoformat()


async def test_shares_times_and_reasons_are_those_of_the_decisions_taken(
    four_decided: str, officer: Client
) -> None:
    shown = await officer.ask(FIGURES, first=four_decided, last=four_decided)
    assert shown["total"] == {
        "all": {"decisions": 4, "secondsP50": 10, "secondsP95": 100},
        "byRule": {"decisions": 2, "secondsP50": 4, "secondsP95": 10},
        "byOfficer": {"decisions": 2, "secondsP50": 31, "secondsP95": 100},
        "shareWithoutHuman": 0.5,
    }
    assert shown["days"] == [{"day": four_decided, "tally": shown["total"]}]
    assert [(one["rule"], one["times"]["decisions"], one["withoutHuman"]) for one in shown["byReason"]] == [
        ("AGENCIES_CLEAR", 2, 2),
        ("AGENCY_SILENT", 1, 0),
        ("FEVER_DECLARED", 1, 0),
    ]
    assert shown["byReason"][1]["message"] == "An agency did not answer in time; an officer must decide."


async def test_each_agency_shows_how_it_stood_and_how_long_its_answers_took(
    four_decided: str, officer: Client
) -> None:
    shown = await officer.ask(FIGURES, first=four_decided, last=four_decided)
    customs, border = shown["byAgency"]
    states = {"asked": 4, "hold": 0, "pending": 0}
    assert customs == states | {
        "agency": "CUSTOMS",
        "clear": 3,
        "silent": 1,
        "answers": {"decisions": 3, "secondsP50": 0, "secondsP95": 0},
    }
    assert border == states | {
        "agency": "BORDER_INSPECTION",
        "clear": 4,
        "silent": 0,
        "answers": {"decisions": 4, "secondsP50": 0, "secondsP95": 10},
    }


async def test_a_day_ends_at_the_checkpoints_midnight(
    nobody: Client, sign_in: SignIn, clock: FixedClock
) -> None:
    midnight = datetime.combine(local_day(clock) + timedelta(days=1), datetime.min.time(), UTC)
    before_midnight = midnight - timedelta(hours=8, seconds=2)
    clock.advance(before_midnight - clock.now())
    carrier = await sign_in(Role.CARRIER, "carrier-hengtong")
    customs, border = (
        await sign_in(Role.AGENCY, "agency-customs"),
        await sign_in(Role.AGENCY, "agency-border"),
    )
    officer = await sign_in(Role.OFFICER)
    first_day = local_day(clock)
    for number in (1, 2):
        journey = await submitted(carrier, nobody, clock, number)
        await answer(customs, journey.trip_id)
        await answer(border, journey.trip_id)
        clock.advance(timedelta(seconds=3))
    last_day = local_day(clock)
    assert last_day - first_day == timedelta(days=1)
    shown = await officer.ask(FIGURES, first=first_day.isoformat(), last=last_day.isoformat())
    assert [(one["day"], one["tally"]["all"]["decisions"]) for one in shown["days"]] == [
        (first_day.isoformat(), 1),
        (last_day.isoformat(), 1),
    ]


async def test_a_day_that_is_over_is_counted_once_and_answered_alike(
    four_decided: str, sign_in: SignIn, clock: FixedClock, system: Context, api: Services
) -> None:
    officer = await sign_in(Role.OFFICER)
    today = await officer.ask(FIGURES, first=four_decided, last=four_decided)
    assert await figures.count_days(system) == 0  # the day goes on
    clock.advance(timedelta(days=1, minutes=10))
    assert await figures.count_days(system) == 1
    assert await figures.count_days(system) == 0
    assert await api.database.collection("counted_days").count_documents({}) == 1
    await api.database.collection("decisions").delete_many({})
    officer = await sign_in(Role.OFFICER)
    assert await officer.ask(FIGURES, first=four_decided, last=four_decided) == today
    clock.advance(timedelta(days=2))
    assert await figures.count_days(system) == 2  # days without a decision are days, too


async def test_days_without_a_decision_have_no_share_and_no_times(officer: Client, api: Services) -> None:
    shown = await officer.ask(FIGURES, first="2026-01-01", last="2026-01-31")
    nothing = {"decisions": 0, "secondsP50": None, "secondsP95": None}
    empty = {"all": nothing, "byRule": nothing, "byOfficer": nothing, "shareWithoutHuman": None}
    assert shown["total"] == empty
    assert [one["tally"] for one in shown["days"]] == [empty] * 31
    assert (shown["byReason"], shown["byAgency"]) == ([], [])


@pytest.mark.parametrize(("first", "last"), [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-02-01")])
async def test_a_window_that_is_no_window_or_too_long_is_refused(
    officer: Client, first: str, last: str
) -> None:
    answered = await officer.raw(FIGURES, first=first, last=last)
    (error,) = answered["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"


async def test_nobody_but_an_officer_reads_figures_and_nothing_changes(
    sign_in: SignIn, api: Services
) -> None:
    before = await contents(api)
    for role, code in refused_codes(Role.OFFICER).items():
        answered = await (await sign_in(role)).raw(FIGURES, first="2026-01-01", last="2026-01-02")
        assert (role, answered["errors"][0]["extensions"]["code"]) == (role, code)
    after = await contents(api)
    assert {name: rows for name, rows in after.items() if rows} == {
        name: rows for name, rows in before.items() if rows
    }


async def test_shares_and_times_are_answered_from_the_index_alone(api: Services) -> None:
    window = {"checkpoint_id": "liantang", "day": "2026-11-25"}
    group = {"_id": {"by_rule": "$by_rule", "seconds": "$seconds"}, "number": {"$sum": 1}}
    asked = {
        "aggregate": clearances.DECISIONS,
        "pipeline": [{"$match": window}, {"$group": group}],
        "cursor": {},
    }
    plan = str(await api.database.db.command("explain", asked))
    assert "'indexName': 'times_of_a_day'" in plan
    assert "'stage': 'FETCH'" not in plan
    assert "'stage': 'COLLSCAN'" not in plan


@pytest.mark.parametrize(
    ("times", "share", "seconds"),
    [
        ({}, 95, None),
        ({7: 1}, 50, 7),
        ({1: 19, 100: 1}, 95, 1),
        ({1: 18, 100: 2}, 95, 100),
        ({1: 1, 2: 1, 3: 1}, 50, 2),
    ],
)
def test_a_percentile_is_the_nearest_rank(times: dict[int, int], share: int, seconds: int | None) -> None:
    assert rules.percentile(Counter(times), share) == seconds
