"""What a lane does after a restart: its journal says how far it came, barrier and loops what is the case."""

from datetime import datetime
from enum import StrEnum

from kiosk.agent.devices.base import ArmPosition
from kiosk.agent.journal import Stage, Visit


class Restart(StrEnum):
    """The first thing to do with an unfinished visit."""

    ASK_AGAIN = "ASK_AGAIN"
    """The hub may or may not have heard: the same question with the same keys."""
    OPEN = "OPEN"
    """The hub has released it and the barrier has not opened: open it."""
    WATCH = "WATCH"
    """The barrier is open or opening: wait until the vehicle has left."""
    OFFICER = "OFFICER"
    """Nobody here knows: a person looks."""


def first_step(visit: Visit, now: datetime, arm: ArmPosition | None, stands: bool | None) -> Restart:
    """Return what to do; `arm` is what the barrier said just now, None where it did not answer.

    At OPENING a closed arm means that the command never reached it: this agent alone closes the barrier, and only
    after it has written LEFT. A grant is good until its expiry only, and for a vehicle that is still there: `stands`
    is what the loop at the stop line says, None where it does not say.
    """
    if visit.stage is Stage.ASKED:
        return Restart.ASK_AGAIN
    if visit.stage is Stage.OPENED:
        return Restart.WATCH
    if visit.stage is Stage.OPENING and arm in (ArmPosition.OPEN, ArmPosition.OPENING):
        return Restart.WATCH
    closed = visit.stage is Stage.GRANTED or arm is ArmPosition.CLOSED
    unexpired = visit.granted_until is not None and now < visit.granted_until
    return Restart.OPEN if closed and unexpired and stands is not False else Restart.OFFICER
