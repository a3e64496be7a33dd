"""Who may read figures."""

from backend.kit.context import Actor
from core.problems import ProblemCode, Refusal
from core.roles import Role


def may_read(actor: Actor) -> None:
    """Officers only: the figures tell how often vehicles are drawn. Raises Refusal FORBIDDEN."""
    if actor.role is not Role.OFFICER:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": Role.OFFICER.value})
