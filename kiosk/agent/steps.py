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


def way_out(step: Step, *, under_the_barrier: bool) -> DepartureWay:
    """Return how a vehicle has left; one that was held has passed only where it may have been under the barrier."""
    if step is Step.HELD and not under_the_barrier:
        return DepartureWay.TURN_BACK
    return LEAVES_BY[step]
