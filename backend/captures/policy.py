"""Who may bring, work on and see images."""

from backend.captures.model import Capture, Evidence
from backend.kit.context import Actor
from core.problems import ProblemCode, Refusal
from core.roles import Role


def may_work(actor: Actor) -> None:
    """Only recognition workers take from the queue. Raises Refusal FORBIDDEN."""
    if actor.role is not Role.WORKER:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.WORKER.value})


def sees(actor: Actor, capture: Capture) -> bool:
    """Whether the actor may see the image: officers all, workers all, agents their lanes', a driver his own photo."""
    if actor.role in {Role.OFFICER, Role.WORKER}:
        return True
    if actor.role is Role.LANE_AGENT:
        return capture.lane_id is not None and capture.lane_id in actor.lanes
    if actor.role is Role.DRIVER:
        return capture.owner_id is not None and capture.owner_id == actor.id
    return False


def sees_evidence(actor: Actor, evidence: Evidence) -> bool:
    """Whether the actor may see the cut-out: officers all, agents those of their lanes."""
    if actor.role is Role.LANE_AGENT:
        return evidence.lane_id is not None and evidence.lane_id in actor.lanes
    return actor.role is Role.OFFICER
