"""The bad orders of events, forced: two decisions on one trip at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from backend.clearances import service
from backend.clearances.model import Hold
from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.trips import service as trips
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import Agency, ClearanceState, HoldKind, TripState
from tests.backend.client import Client
from tests.backend.steps import Journey, kinds

T = TypeVar("T")
OFFICER = Actor(role=Role.OFFICER, id="officer-1", name="Wong")
CUSTOMS = Actor(role=Role.AGENCY, id="agency-customs", agency=Agency.CUSTOMS)
APPROVED = service.OfficersApproval()
STOP = service.Answer(ClearanceState.HOLD, Hold(kind=HoldKind.BEFORE_ARRIVAL, reason="Licence missing"), None)


async def overtaken(
    context: Context,
    work: Callable[[UnitOfWork], Awaitable[T]],
    meanwhile: Callable[[], Awaitable[object]],
) -> T:
    """Run `work`, letting `meanwhile` commit after the first attempt has read but before it commits."""
    attempts: list[UnitOfWork] = []

    async def work_overtaken(unit: UnitOfWork) -> T:
        attempts.append(unit)
        if len(attempts) == 1:
            await unit.db["clearances"].find_one({}, session=unit.session)  # its snapshot is taken here
            await meanwhile()
        return await work(unit)

    try:
        return await context.transaction(work_overtaken)
    finally:
        assert len(attempts) == 2


async def test_an_approval_that_commits_beside_a_hold_is_followed_by_it(
    under_review: Journey, api: Services
) -> None:
    trip_id = under_review.trip_id

    async def approve() -> None:
        await Context(api, OFFICER).transaction(lambda unit: service.approve(unit, trip_id, APPROVED))

    held = await overtaken(Context(api, CUSTOMS), lambda unit: service.answer(unit, trip_id, STOP), approve)
    approved_version = held.version - 1
    assert held.approval is not None
    assert (await kinds(api, f"trip:{trip_id}"))[-3:] == [
        "voucher.issued",
        "trip.approved",
        "clearance.answered",
    ]
    with pytest.raises(Refusal) as stale:
        await Context(api, OFFICER).transaction(
            lambda unit: service.freeze_for_release(unit, trip_id, approved_version)
        )
    assert stale.value.code is ProblemCode.CONFLICT


async def test_a_hold_that_commits_beside_a_release_is_in_the_releases_snapshot(
    under_review: Journey, api: Services
) -> None:
    trip_id = under_review.trip_id
    await Context(api, OFFICER).transaction(lambda unit: service.approve(unit, trip_id, APPROVED))

    async def hold() -> None:
        await Context(api, CUSTOMS).transaction(lambda unit: service.answer(unit, trip_id, STOP))

    snapshot = await overtaken(
        Context(api, OFFICER), lambda unit: service.freeze_for_release(unit, trip_id), hold
    )
    customs = next(fact for fact in snapshot.clearances if fact.agency is Agency.CUSTOMS)
    assert (customs.state, customs.hold) == (ClearanceState.HOLD, HoldKind.BEFORE_ARRIVAL)


async def test_a_released_trip_completes_its_order_and_is_never_marked_twice(
    under_review: Journey, carrier: Client, api: Services
) -> None:
    trip_id = under_review.trip_id
    await Context(api, OFFICER).transaction(lambda unit: service.approve(unit, trip_id, APPROVED))
    lane = Context(api, Actor(role=Role.LANE_AGENT, id="agent-liantang"))

    async def clear() -> str:
        states = [TripState.APPROVED, TripState.ARRIVED]
        try:
            await lane.transaction(lambda unit: trips.mark(unit, trip_id, states, TripState.CLEARED))
        except Refusal as refusal:
            return refusal.code
        return "CLEARED"

    assert sorted(await asyncio.gather(*(clear() for _ in range(4)))) == ["CLEARED"] + ["TRIP_STATE"] * 3
    assert (await kinds(api, f"trip:{trip_id}")).count("trip.cleared") == 1
    order = await carrier.ask("query($id: ID!) { workOrder(id: $id) { state } }", id=under_review.order_id)
    assert order == {"state": "COMPLETED"}
