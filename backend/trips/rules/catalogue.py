"""Every rule of a declaration, in the order in which they speak.

`OTHER_TRIP` alone needs more than the declaration: `service/drafts.py` looks for the other trip.
"""

from backend.trips.rules import (
    dangerous,
    driver,
    equipment,
    goods,
    parties,
    people,
    route,
    seals,
    vehicle,
    window,
)
from backend.trips.rules.rule import Rule, Subject
from core.problems import ProblemCode

RULES: tuple[Rule, ...] = (
    *driver.RULES,
    *vehicle.RULES,
    *equipment.RULES,
    *seals.RULES,
    *goods.RULES,
    *dangerous.RULES,
    *parties.RULES,
    *window.RULES,
    *people.RULES,
    *route.RULES,
)

OTHER_TRIP = Rule(
    id="vehicle.other-trip",
    subject=Subject.VEHICLE,
    code=ProblemCode.TRIP_DUPLICATE,
    field="plates",
    args=("text",),
    source="WCO Data Model (TransportMovement)",
    example="UP2643, UP2643",
    find=lambda _: iter(()),
)
LISTED = (*RULES, OTHER_TRIP)
"""Every rule there is, for whoever reads them."""
