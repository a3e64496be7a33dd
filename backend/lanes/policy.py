"""Who may do what at a lane."""

from backend.kit.context import Actor
from backend.lanes.model import Passage
from core.problems import ProblemCode, Refusal
from core.roles import Role


def may_run_lane(actor: Actor, lane_id: str) -> None:
    """Only the agent of this very lane speaks for it. Raises Refusal FORBIDDEN, or NOT_FOUND for another's lane."""
    if actor.role is not Role.LANE_AGENT:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.LANE_AGENT.value})
    if lane_id not in actor.lanes:
        raise Refusal(ProblemCode.NOT_FOUND, path=["laneId"])


def may_decide(actor: Actor) -> None:
    """Only officers overrule what the lane found. Raises Refusal FORBIDDEN."""
    if actor.role is not Role.OFFICER:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.OFFICER.value})


def sees(actor: Actor, passage: Passage, driver_id: str | None) -> bool:
    """Whether the actor may see the passage: officers and agencies all, an agent its lanes', a driver his own."""
    if actor.role in {Role.OFFICER, Role.AGENCY}:
        return True
    if actor.role is Role.LANE_AGENT:
        return passage.lane_id in actor.lanes
    return actor.role is Role.DRIVER and driver_id is not None and driver_id == actor.id
