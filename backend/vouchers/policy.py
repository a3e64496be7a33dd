"""Who may do what with a voucher."""

from backend.kit.context import Actor
from backend.vouchers.model import Voucher
from core.problems import ProblemCode, Refusal
from core.roles import Role


def may_revoke(actor: Actor) -> None:
    """Only an officer takes a code back."""
    if actor.role is not Role.OFFICER:
        raise Refusal(ProblemCode.FORBIDDEN)


def may_see(actor: Actor, voucher: Voucher) -> bool:
    """Officers see every voucher, a driver his own."""
    return actor.role is Role.OFFICER or is_holder(actor, voucher)


def is_holder(actor: Actor, voucher: Voucher) -> bool:
    """Tell whether this driver holds the code: nobody else gets its text."""
    return actor.role is Role.DRIVER and actor.id == voucher.holder
