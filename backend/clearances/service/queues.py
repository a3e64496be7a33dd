"""An agency's queue: its own trips by deadline, and how many there are in each state."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from backend.clearances.model import Clearance
from backend.clearances.service.store import CLEARANCES
from backend.kit.database import Row
from backend.kit.paging import Page, page
from core.states import Agency, ClearanceState

MOST_COUNTED = 1000


@dataclass(frozen=True)
class Tally:
    """How many of an agency's trips are in one state, and how many of those wait beyond their deadline."""

    state: ClearanceState
    trips: int
    late: int


async def queue(
    db: AsyncDatabase[Row],
    agency: Agency,
    states: Sequence[ClearanceState],
    *,
    first: int,
    after: str | None = None,
) -> Page:
    """Return a page of the agency's open clearances in these states, the nearest deadline first."""
    desk = f"desks.{agency.value}"
    where = {"open": True, f"{desk}.state": {"$in": [state.value for state in states]}}
    return await page(db[CLEARANCES], where, [(f"{desk}.deadline", 1), ("_id", 1)], first=first, after=after)


async def tallies(db: AsyncDatabase[Row], agency: Agency, now: datetime) -> list[Tally]:
    """Return how many there are in each state."""
    return list(await asyncio.gather(*(_tally(db, agency, state, now) for state in ClearanceState)))


async def _tally(db: AsyncDatabase[Row], agency: Agency, state: ClearanceState, now: datetime) -> Tally:
    desk = f"desks.{agency.value}"
    where: Row = {"open": True, f"{desk}.state": state.value}
    rows = db[CLEARANCES]
    trips = await rows.count_documents(where, limit=MOST_COUNTED)
    if state is ClearanceState.SILENT:
        return Tally(state, trips, trips)
    if state is not ClearanceState.PENDING:
        return Tally(state, trips, 0)
    passed = where | {f"{desk}.deadline": {"$lte": now}}
    return Tally(state, trips, await rows.count_documents(passed, limit=MOST_COUNTED))


def is_late(clearance: Clearance, now: datetime) -> bool:
    """Tell whether the agency has let its deadline pass, be it marked SILENT already or in a moment."""
    waiting = clearance.state is ClearanceState.PENDING and clearance.deadline <= now
    return waiting or clearance.state is ClearanceState.SILENT
