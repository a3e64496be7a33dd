"""Reads the decisions that were kept, a window of days at a checkpoint, and counts them; writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pymongo.asynchronous.database import AsyncDatabase

from backend.clearances import service as clearances
from backend.figures import policy, rules
from backend.kit.context import Actor
from backend.kit.database import Row
from backend.sites import service as sites
from core.problems import ProblemCode, Refusal
from core.states import Agency, ClearanceState


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
    window = {"checkpoint_id": checkpoint_id, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    counts, spoke, asked = await asyncio.gather(
        _counts(db, window), _rule_counts(db, window), _agency_counts(db, window)
    )
    return DecisionFigures(
        total=rules.tally(counts),
        days=[
            DayFigures(day, rules.tally(count for count in counts if count.day == day.isoformat()))
            for day in rules.days(first, last)
        ],
        by_rule=rules.by_rule(spoke),
        by_agency=rules.by_agency(asked),
    )


async def _counts(db: AsyncDatabase[Row], window: Row) -> list[rules.DecisionCount]:
    """Return the decisions by day, decider and seconds; the index has all of it."""
    group = {"day": "$day", "by_rule": "$by_rule", "seconds": "$seconds"}
    rows = await _grouped(db, [{"$match": window}], group)
    return [
        rules.DecisionCount(row["_id"]["day"], row["_id"]["by_rule"], row["_id"]["seconds"], row["number"])
        for row in rows
    ]


async def _rule_counts(db: AsyncDatabase[Row], window: Row) -> list[rules.RuleCount]:
    group = {"rule": "$rules", "by_rule": "$by_rule", "seconds": "$seconds"}
    rows = await _grouped(db, [{"$match": window}, {"$unwind": "$rules"}], group)
    return [
        rules.RuleCount(row["_id"]["rule"], row["_id"]["by_rule"], row["_id"]["seconds"], row["number"])
        for row in rows
    ]


async def _agency_counts(db: AsyncDatabase[Row], window: Row) -> list[rules.AgencyCount]:
    group = {"agency": "$agencies.agency", "state": "$agencies.state", "seconds": "$agencies.seconds"}
    rows = await _grouped(db, [{"$match": window}, {"$unwind": "$agencies"}], group)
    return [
        rules.AgencyCount(
            Agency(row["_id"]["agency"]),
            ClearanceState(row["_id"]["state"]),
            row["_id"]["seconds"],
            row["number"],
        )
        for row in rows
    ]


async def _grouped(db: AsyncDatabase[Row], stages: list[Row], group: Row) -> list[Row]:
    pipeline = [*stages, {"$group": {"_id": group, "number": {"$sum": 1}}}]
    found = await db[clearances.DECISIONS].aggregate(pipeline)
    return await found.to_list(None)
