"""What becomes known of a vehicle while it stands in a lane: its temperature, and what its images show."""

from collections import Counter
from typing import Any

from backend.captures import service as captures
from backend.captures.model import Capture, Evidence
from backend.captures.rules import Answer
from backend.clearances import service as clearances
from backend.kit.context import UnitOfWork
from backend.lanes import policy, rules
from backend.lanes.events import PassageFact
from backend.lanes.model import Passage, ProofRow
from backend.lanes.service import store
from backend.trips import service as trips
from core.passages import FactKind, PassageState, TemperatureBand, Verdict
from core.problems import ProblemCode, Refusal
from core.states import TripState

ON_SITE = (TripState.ARRIVED, TripState.HELD)


async def of_lane(unit: UnitOfWork, passage_id: str, lane_id: str) -> Passage:
    """Return the passage of the agent's own lane. Raises Refusal FORBIDDEN or NOT_FOUND."""
    policy.may_run_lane(unit.actor, lane_id)
    passage = await store.load(unit, passage_id)
    if passage.lane_id != lane_id:
        raise Refusal(ProblemCode.NOT_FOUND, path=["passageId"])
    return passage


async def report_temperature(unit: UnitOfWork, passage_id: str, band: TemperatureBand) -> Passage:
    """Keep the band the lane measured; a later measurement replaces it until the vehicle is decided on.

    Raises Refusal FORBIDDEN, NOT_FOUND, PASSAGE_NOT_OPEN or PASSAGE_STATE.
    """
    passage = await store.load(unit, passage_id)
    policy.may_run_lane(unit.actor, passage.lane_id)
    store.need_state(passage, rules.UNDECIDED)
    changed = await store.change(unit, passage, {"temperature": band})
    event = PassageFact(**names(changed), fact=FactKind.TEMPERATURE.value, band=band.value)
    unit.append(event, changed.stream)
    return changed


async def submit_readings(unit: UnitOfWork, capture_id: str, lease: str, answer: Answer) -> Capture:
    """Keep a worker's answer, and add what it shows to the passage it was taken for.

    An answer that comes late still stands with its image. A vehicle at a bay gets the fact too, for the officer
    to see; nothing decided is changed by it.

    Raises Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT or CAPTURE_LEASE_LOST.
    """
    capture = await captures.submit(unit, capture_id, lease, answer)
    if capture.passage_id is None:
        return capture
    passage = await store.load(unit, capture.passage_id)
    if passage.state not in rules.UNDECIDED | {PassageState.DIVERTED}:
        return capture
    sightings = rules.merged(passage.sightings, answer.verdicts, capture.id)
    subjects = rules.counting(sightings)
    proofs = rules.proven(passage, capture, answer)
    await captures.keep_evidence(unit, proofs)
    changes = {
        "proofs": [*(row.model_dump() for row in passage.proofs), *(proof_of(row) for row, _ in proofs)],
        "sightings": [sighting.model_dump() for sighting in sightings],
        "subjects": [subject.model_dump() for subject in subjects],
    }
    changed = await store.change(unit, passage, changes)
    counts = Counter(verdict.verdict for verdict in answer.verdicts)
    event = PassageFact(
        **names(changed),
        capture_id=capture.id,
        fact=FactKind.READING.value,
        matched=counts[Verdict.MATCH],
        unsure=counts[Verdict.UNSURE],
        mismatched=counts[Verdict.MISMATCH],
        image_sha256=capture.sha256,
        evidence_sha256=tuple(row.sha256 for row, _ in proofs) or None,
    )
    unit.append(event, changed.stream)
    return capture


def proof_of(evidence: Evidence) -> dict[str, Any]:
    """Return what the passage knows of a cut-out."""
    proof = ProofRow(
        kind=evidence.kind, declared=evidence.declared, verdict=evidence.verdict, evidence_id=evidence.id
    )
    return proof.model_dump()


def names(passage: Passage) -> dict[str, Any]:
    """Return the ids with which every event of this passage is told."""
    return {
        "site": passage.checkpoint_id,
        "lane_id": passage.lane_id,
        "passage_id": passage.id,
        "voucher_id": passage.voucher_id,
        "trip_id": passage.trip_id,
        **({"bay_id": passage.occupied_bay} if passage.occupied_bay else {}),
    }


async def mark_trip(unit: UnitOfWork, passage: Passage, to_state: TripState) -> None:
    """Say where the vehicle's trip stands now; once it is gone no agency is asked about it any more.

    Raises Refusal TRIP_STATE when it is not on the site.
    """
    await trips.mark(
        unit,
        passage.trip_id,
        ON_SITE,
        to_state,
        passage_id=passage.id,
        lane_id=passage.lane_id,
        bay_id=passage.occupied_bay,
    )
    if to_state in {TripState.CLEARED, TripState.TURNED_BACK}:
        await clearances.close(unit, passage.trip_id)
