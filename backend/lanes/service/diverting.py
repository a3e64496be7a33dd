"""Exceptions leave the lane: to a bay, or back; and what officers decide."""

from dataclasses import dataclass

from backend.clearances import service as clearances
from backend.kit.context import UnitOfWork
from backend.lanes import policy, rules
from backend.lanes.events import PassageDecided, PassageReferred, PassageRefused
from backend.lanes.model import DecisionRow, Passage, PlaceKind, PlaceRow, ReasonRow
from backend.lanes.service import facts, store
from backend.lanes.service.release import all_known, release
from backend.sites import service as sites
from backend.vouchers import service as vouchers
from core.passages import Outcome, PassageState, ReasonCode
from core.problems import ProblemCode, Refusal
from core.states import TripState

LONGEST_REASON = 500
MOST_REASONS = 10


@dataclass(frozen=True, kw_only=True)
class OfficerSays:
    """An officer's decision on a passage, with his reason in words."""

    passage_id: str
    outcome: Outcome
    reason: str


async def refer_passage(unit: UnitOfWork, passage_id: str, lane_id: str, reasons: tuple[str, ...]) -> Passage:
    """Send the vehicle in the agent's lane to a free bay; asking again gives the bay it was given.

    Raises Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT, PASSAGE_NOT_OPEN, PASSAGE_STATE, BAY_TAKEN (none is free).
    """
    passage = await facts.of_lane(unit, passage_id, lane_id)
    if passage.state is PassageState.DIVERTED:
        return passage
    return await _refer(unit, passage, await _lane_decision(unit, passage, Outcome.REFER, reasons))


async def refuse_passage(
    unit: UnitOfWork, passage_id: str, lane_id: str, reasons: tuple[str, ...]
) -> Passage:
    """Send the vehicle in the agent's lane back; its passage is over when it has left by the turn-back way.

    Raises Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT, PASSAGE_NOT_OPEN or PASSAGE_STATE.
    """
    passage = await facts.of_lane(unit, passage_id, lane_id)
    if passage.state is PassageState.REFUSED:
        return passage
    store.need_state(passage, rules.UNDECIDED)
    return await _refuse(unit, passage, await _lane_decision(unit, passage, Outcome.REFUSE, reasons))


async def decide_passage(unit: UnitOfWork, says: OfficerSays) -> Passage:
    """Take an officer's decision.

    RELEASE in a lane is kept for the lane's agent, which then asks for the release; at a bay it releases at once.
    REFER picks a bay, REFUSE sends back, both at once. A release overrules what the lane saw, not an agency's hold
    nor a voucher that is spent or revoked.

    Raises Refusal FORBIDDEN, NOT_FOUND, REASON_MISSING, INVALID_INPUT, PASSAGE_NOT_OPEN, PASSAGE_STATE, BAY_TAKEN,
    CODE_* or NOT_RELEASABLE.
    """
    policy.may_decide(unit.actor)
    decision = _officers_decision(unit, says)
    passage = await store.load(unit, says.passage_id)
    at_bay = passage.state is PassageState.DIVERTED
    store.need_state(passage, rules.UNDECIDED | {PassageState.DIVERTED})
    if at_bay and says.outcome is Outcome.REFER:
        raise store.wrong_state(passage)
    passage = await _say(unit, passage, decision)
    if says.outcome is Outcome.REFER:
        return await _refer(unit, passage, decision)
    if says.outcome is Outcome.REFUSE:
        return await _refuse(unit, passage, decision)
    return await release(unit, passage) if at_bay else passage


async def _say(unit: UnitOfWork, passage: Passage, decision: DecisionRow) -> Passage:
    """Keep the officer's word and tell it; his own words are evidence, not part of the event."""
    state = {} if passage.state is PassageState.DIVERTED else {"state": PassageState.ASSISTING}
    said = await store.change(unit, passage, {**state, "decision": decision.model_dump()})
    event = PassageDecided(**facts.names(said), outcome=decision.outcome.value)
    unit.append(event, said.stream, evidence={"reason": decision.note or ""})
    return said


async def _refer(unit: UnitOfWork, passage: Passage, decision: DecisionRow) -> Passage:
    store.need_state(passage, rules.UNDECIDED)
    bay_id = await _free_bay(unit, passage.checkpoint_id)
    place = PlaceRow(kind=PlaceKind.BAY, id=bay_id, since=unit.now)
    referred = await store.change(
        unit,
        passage,
        {
            "state": PassageState.DIVERTED,
            "occupied_bay": bay_id,
            "places": [known.model_dump() for known in (*passage.places, place)],
            "decision": decision.model_dump(),
        },
    )
    await facts.mark_trip(unit, referred, TripState.HELD)
    event = PassageReferred(
        **facts.names(referred),
        reasons=rules.codes_of(decision),
        by_officer=decision.by_officer,
    )
    unit.append(event, f"lane:{passage.lane_id}", passage.trip_stream)
    return referred


async def _refuse(unit: UnitOfWork, passage: Passage, decision: DecisionRow) -> Passage:
    refused = await store.change(
        unit, passage, {"state": PassageState.REFUSED, "decision": decision.model_dump()}
    )
    await vouchers.thaw(unit, passage.voucher_id, passage.id)
    event = PassageRefused(
        **facts.names(refused),
        reasons=rules.codes_of(decision),
        by_officer=decision.by_officer,
    )
    unit.append(event, refused.stream, refused.trip_stream)
    return refused


async def _free_bay(unit: UnitOfWork, checkpoint_id: str) -> str:
    """Return the first free bay by number. Raises Refusal BAY_TAKEN when none is."""
    checkpoint = await sites.checkpoint(checkpoint_id, unit.session)
    bays = [bay.id for bay in sorted(checkpoint.bays, key=lambda bay: bay.number)]
    occupied = {
        passage.occupied_bay for passage in await store.matching(unit, {"occupied_bay": {"$in": bays}})
    }
    free = next((bay for bay in bays if bay not in occupied), None)
    if free is None:
        raise Refusal(ProblemCode.BAY_TAKEN, args={"bays": str(len(bays))})
    return free


async def _lane_decision(
    unit: UnitOfWork, passage: Passage, outcome: Outcome, reasons: tuple[str, ...]
) -> DecisionRow:
    """Return the lane's decision; its codes say why, the hub's facts say which plate, container or agency."""
    known = {code.value for code in ReasonCode}
    if not reasons or len(reasons) > MOST_REASONS or not known.issuperset(reasons):
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=["reasons"], args={"reason": "1 to 10 known reason codes"}
        )
    cleared = await clearances.snapshot(unit.db, passage.trip_id, unit.session)
    given = await all_known(unit, passage, cleared or rules.NO_VERDICTS)
    return DecisionRow(outcome=outcome, reasons=rules.explained(reasons, given), at=unit.now)


def _officers_decision(unit: UnitOfWork, says: OfficerSays) -> DecisionRow:
    codes = {
        Outcome.RELEASE: ReasonCode.OFFICER_RELEASED,
        Outcome.REFER: ReasonCode.OFFICER_REFERRED,
        Outcome.REFUSE: ReasonCode.OFFICER_REFUSED,
    }
    if says.outcome not in codes:
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=["outcome"], args={"reason": "RELEASE, REFER or REFUSE"}
        )
    note = says.reason.strip()
    if not note:
        raise Refusal(ProblemCode.REASON_MISSING, path=["reason"])
    if len(note) > LONGEST_REASON:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["reason"], args={"limit": str(LONGEST_REASON)})
    return DecisionRow(
        outcome=says.outcome,
        reasons=(ReasonRow(code=codes[says.outcome].value, args={}),),
        at=unit.now,
        officer_id=unit.actor.id,
        note=note,
    )
