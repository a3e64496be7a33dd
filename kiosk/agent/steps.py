"""Where a visit stands in its lane, and how a vehicle leaves from there."""

from enum import StrEnum

from kiosk.agent.journal import DepartureWay


class Step(StrEnum):
    """Where this visit stands, as the lane sees it. HELD: nobody here knows what happened, an officer looks."""

    ASKING = "ASKING"
    DECIDING = "DECIDING"
    PASSING = "PASSING"
    TO_BAY = "TO_BAY"
    TURNING_BACK = "TURNING_BACK"
    HELD = "HELD"
    DONE = "DONE"


LEAVES_BY = {
    Step.PASSING: DepartureWay.BARRIER,
    Step.DECIDING: DepartureWay.TURN_BACK,
    Step.TO_BAY: DepartureWay.TO_BAY,
    Step.TURNING_BACK: DepartureWay.TURN_BACK,
    Step.HELD: DepartureWay.BARRIER,
}
"""How a vehicle leaves, by where its visit stands."""
WAS_THERE = frozenset({Step.DECIDING, Step.PASSING})
"""Steps in which an empty lane means something only if a vehicle had stood in it."""
