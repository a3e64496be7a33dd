"""What a lane does after a restart, from its journal alone (and from the barrier where the journal is unsure)."""

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


def first_step(visit: Visit, now: datetime, arm: ArmPosition | None) -> Restart:
    """Return what to do; `arm` is what the barrier said just now, None where it did not answer.

    At OPENING a closed arm means that the command never reached it: this agent alone closes the barrier, and only
    after it has written LEFT. A grant is good until its expiry only.
    """
    if visit.stage is Stage.ASKED:
        return Restart.ASK_AGAIN
    if visit.stage is Stage.OPENED:
        return Restart.WATCH
    if visit.stage is Stage.OPENING:
        return _at_opening(visit, now, arm)
    return Restart.OPEN if _unexpired(visit, now) else Restart.OFFICER


def _at_opening(visit: Visit, now: datetime, arm: ArmPosition | None) -> Restart:
    if arm in (ArmPosition.OPEN, ArmPosition.OPENING):
        return Restart.WATCH
    if arm is ArmPosition.CLOSED and _unexpired(visit, now):
        return Restart.OPEN
    return Restart.OFFICER


def _unexpired(visit: Visit, now: datetime) -> bool:
    return visit.granted_until is not None and now < visit.granted_until
