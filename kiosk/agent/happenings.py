"""What a lane hears, one thing at a time."""

from dataclasses import dataclass

from kiosk.agent.devices.base import ArmPosition, LoopState
from kiosk.agent.lane_hub import Fed
from kiosk.agent.looking import Measured
from kiosk.agent.passage import LaneSite


@dataclass(frozen=True)
class Scanned:
    """A code's text has come, from the scanner or the page: the lane holds it."""


@dataclass(frozen=True)
class Felt:
    """What the loops felt, and when, on the monotonic clock: the lane may hear of it much later."""

    loops: LoopState
    at: float


@dataclass(frozen=True)
class ArmAt:
    """Where the barrier's arm is, None where it does not say; and when it was asked, on the monotonic clock."""

    arm: ArmPosition | None
    asked_at: float


Happening = Scanned | Felt | ArmAt | Fed | Measured | LaneSite
