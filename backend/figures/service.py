"""Counts the decisions that were kept, by the checkpoint's days; a day that is over is counted once and kept so.

Counting a month anew for each look took longer than a request may (310,000 decisions at a normal port).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from zoneinfo import ZoneInfo

from pymongo.asynchronous.database import AsyncDatabase

from backend.clearances import service as clearances
from backend.figures import policy, rules
from backend.figures.model import AgencyCount, CountedDay, Day, DecisionCount, RuleCount
from backend.kit.context import Actor, Context, UnitOfWork
from backend.kit.database import Row
from backend.sites import service as sites
from backend.sites.model import Checkpoint
from core.problems import ProblemCode, Refusal

COUNTED = CountedDay.Settings.name
AFTER_MIDNIGHT = timedelta(minutes=10)
"""A decision that began before midnight may still be stored a moment later."""


@dataclass(frozen=True)
class DayFigures:
    """One day."""

    day: date
    tally: rules.Tally


@dataclass(frozen=True)
class DecisionFigures:
    """The decisions of a window."""

    total: rules.Tally
    days: Sequence[DayFigures]
    by_rule: Sequence[rules.RuleTally]
    by_agency: Sequence[rules.AgencyTally]


async def decisions(
    db: AsyncDatabase[Row], actor: Actor, checkpoint_id: str, *, first: date, last: date
) -> DecisionFigures:
    """Return the figures of these days, both included, as the checkpoint's own clock has them.

    Raises:
        Refusal: FORBIDDEN; NOT_FOUND; INVALID_INPUT where the last day is before the first or more than 31 are asked.
    """
    policy.may_read(actor)
    await sites.checkpoint(checkpoint_id)
    if not 0 <= (last - first).days < rules.MOST_DAYS:
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=["lastDay"], args={"reason": f"1 to {rules.MOST_DAYS} days"}
        )
    days = await _days(db, checkpoint_id, rules.days(first, last))
    return DecisionFigures(
        total=rules.tally(chain.from_iterable(day.decisions for day in days)),
        days=[DayFigures(date.fromisoformat(day.day), rules.tally(day.decisions)) for day in days],
        by_rule=rules.by_rule(chain.from_iterable(day.rules for day in days)),
        by_agency=rules.by_agency(chain.from_iterable(day.agencies for day in days)),
    )


async def _days(db: AsyncDatabase[Row], checkpoint_id: str, wanted: Sequence[date]) -> list[Day]:
    """Return the counts of each day: those that were kept, and the others counted now."""
    ids = [_id(checkpoint_id, day.isoformat()) for day in wanted]
    rows = await db[COUNTED].find({"_id": {"$in": ids}}).to_list(None)
    kept = {row["counts"]["day"]: CountedDay.of(row).counts for row in rows}
    return [kept.get(day.isoformat()) or await _count(db, checkpoint_id, day.isoformat()) for day in wanted]


def _id(checkpoint_id: str, day: str) -> str:
    return f"{checkpoint_id}:{day}"


async def _count(db: AsyncDatabase[Row], checkpoint_id: str, day: str) -> Day:
    """Count one day's decisions."""
    of_day: Row = {"$match": {"checkpoint_id": checkpoint_id, "day": day}}
    by_time = {"by_rule": "$by_rule", "seconds": "$seconds"}
    of_agency = {name: f"$agencies.{name}" for name in ("agency", "state", "seconds")}
    counts, spoke, asked = await asyncio.gather(
        _grouped(db, [of_day], by_time),
        _grouped(db, [of_day, {"$unwind": "$rules"}], by_time | {"rule": "$rules"}),
        _grouped(db, [of_day, {"$unwind": "$agencies"}], of_agency),
    )
    return Day(
        day=day,
        decisions=tuple(DecisionCount.model_validate(row) for row in counts),
        rules=tuple(RuleCount.model_validate(row) for row in spoke),
        agencies=tuple(AgencyCount.model_validate({"seconds": None} | row) for row in asked),
    )


async def _grouped(db: AsyncDatabase[Row], stages: list[Row], group: Row) -> list[Row]:
    pipeline = [*stages, {"$group": {"_id": group, "number": {"$sum": 1}}}]
    found = await db[clearances.DECISIONS].aggregate(pipeline)
    return [row["_id"] | {"number": row["number"]} for row in await found.to_list(None)]


async def count_days(context: Context) -> int:
    """Count each day that is over and keep its counts; return how many days."""
    counted = 0
    for checkpoint in await sites.checkpoints():
        for day in await _uncounted(context, checkpoint):
            counts = await _count(context.db, checkpoint.id, day.isoformat())
            await context.transaction(partial(_keep, checkpoint.id, counts))
            counted += 1
    return counted


async def _uncounted(context: Context, checkpoint: Checkpoint) -> list[date]:
    """Return the days that are over and not counted: from the last counted one on, or from the first decision."""
    here = {"checkpoint_id": checkpoint.id}
    last = await context.db[COUNTED].find_one(here, {"counts.day": 1}, sort=[("counts.day", -1)])
    if last is not None:
        begins = date.fromisoformat(last["counts"]["day"]) + timedelta(days=1)
    else:
        first = await context.db[clearances.DECISIONS].find_one(here, {"day": 1}, sort=[("day", 1)])
        if first is None:
            return []
        begins = date.fromisoformat(first["day"])
    return rules.days(begins, _yesterday(context.clock.now(), checkpoint.time_zone))


def _yesterday(now: datetime, time_zone: str) -> date:
    """Return the last day that is over at the checkpoint."""
    return (now - AFTER_MIDNIGHT).astimezone(ZoneInfo(time_zone)).date() - timedelta(days=1)


async def _keep(checkpoint_id: str, counts: Day, unit: UnitOfWork) -> None:
    row = {
        "_id": _id(checkpoint_id, counts.day),
        "checkpoint_id": checkpoint_id,
        "counts": counts.model_dump(mode="json"),
    }
    await unit.db[COUNTED].replace_one({"_id": row["_id"]}, row, upsert=True, session=unit.session)
