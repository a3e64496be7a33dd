"""The release: the hub decides again on what is known now, and spends the voucher with the gate event."""

from datetime import timedelta

from backend.clearances import service as clearances
from backend.clearances.service import ClearancesSnapshot
from backend.kit.context import UnitOfWork
from backend.lanes import rules
from backend.lanes.events import PassageReleased
from backend.lanes.model import Passage
from backend.lanes.service import facts, store
from backend.sites import service as sites
from backend.vouchers import service as vouchers
from core.passages import Decision, DecisionInput, Outcome, PassageState, decide
from core.problems import ProblemCode, Refusal
from core.states import TripState

GRANT_LASTS = timedelta(seconds=60)  # an agent that could not open within this time asks an officer


async def release_passage(unit: UnitOfWork, passage_id: str, lane_id: str) -> Passage:
    """Release the vehicle in the agent's lane; asking again after a release gives the same passage.

    Raises Refusal FORBIDDEN, NOT_FOUND, PASSAGE_NOT_OPEN, PASSAGE_STATE, CODE_* when the voucher no longer admits,
    NOT_RELEASABLE with `outcome` and `reasons` when the facts do not.
    """
    passage = await facts.of_lane(unit, passage_id, lane_id)
    if passage.state is PassageState.RELEASED and passage.occupied_lane == lane_id:
        return passage
    store.need_state(passage, rules.UNDECIDED)
    return await release(unit, passage)


async def release(unit: UnitOfWork, passage: Passage) -> Passage:
    """Decide again, spend the voucher and write the gate event, in this one transaction."""
    decision = await _decide(unit, passage)
    if decision.outcome is not Outcome.RELEASE:
        raise Refusal(ProblemCode.NOT_RELEASABLE, args=rules.reasons_text(decision))
    await vouchers.spend(unit, passage.voucher_id, passage.id)
    officer = passage.decision if passage.decision and passage.decision.by_officer else None
    released = await store.change(
        unit,
        passage,
        {
            "state": PassageState.RELEASED,
            "released_at": unit.now,
            "decision": rules.as_row(decision, unit.now, officer).model_dump(),
        },
    )
    await facts.mark_trip(unit, released, TripState.CLEARED)
    event = PassageReleased(
        **facts.names(released),
        by_officer=officer is not None,
        milliseconds=int((unit.now - passage.opened_at) / timedelta(milliseconds=1)),
    )
    unit.append(event, released.stream, released.trip_stream)
    return released


async def _decide(unit: UnitOfWork, passage: Passage) -> Decision:
    """Return what follows from all that is known in this transaction.

    The clearances' version is raised by it: a hold that comes at the same moment conflicts with the release
    instead of slipping in beside it.
    """
    cleared = await clearances.freeze_for_release(unit, passage.trip_id, None)
    return decide(await all_known(unit, passage, cleared))


async def all_known(unit: UnitOfWork, passage: Passage, cleared: ClearancesSnapshot) -> DecisionInput:
    """Return all that a decision on the passage rests on, with these verdicts. Raises Refusal NOT_FOUND."""
    place = await sites.lane(passage.lane_id, unit.session)
    voucher = await vouchers.load(unit, passage.voucher_id)
    if voucher is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    policy = place.lane.policy.value()
    return rules.decision_input(passage, policy, cleared, voucher=voucher.state, now=unit.now)
