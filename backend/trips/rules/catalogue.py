"""Every rule of a declaration, in the order in which they speak.

One more rule needs other trips and stands in `service/drafts.py`: TRIP_DUPLICATE.
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
from backend.trips.rules.rule import Rule

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
