"""Who may answer for an agency, who asks drivers, and who decides at the review desk."""

from backend.kit.context import Actor
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import Agency


def agency_of(actor: Actor) -> Agency:
    """Return the agency this actor answers for. Raises Refusal FORBIDDEN for anybody else."""
    if actor.role is not Role.AGENCY or actor.agency is None:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.AGENCY.value})
    return actor.agency


def may_review(actor: Actor) -> None:
    """Only an officer approves or rejects. Raises Refusal FORBIDDEN."""
    if actor.role is not Role.OFFICER:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.OFFICER.value})


def may_ask(actor: Actor) -> None:
    """An officer, or an agency for itself, asks a driver and takes its question back. Raises Refusal FORBIDDEN."""
    if actor.role is not Role.OFFICER:
        agency_of(actor)
