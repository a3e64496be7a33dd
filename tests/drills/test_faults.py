"""Each fault of a replica set once, with quick elections; and what the same faults do to those who do it wrongly."""

from collections.abc import Sequence

from tests.drills.drill_faults import FEW_VEHICLES_A_LANE, SHORT_ELECTION_MILLISECONDS, promises
from tests.drills.faults import Fault
from tests.drills.suffering import drill
from tests.drills.visits import LANES

STEPS_OF_A_VISIT = 6


async def test_whatever_happens_to_the_primary_nothing_acknowledged_is_lost_or_doubled() -> None:
    faults: Sequence[Fault] = list(Fault)
    found = await drill(faults, FEW_VEHICLES_A_LANE, SHORT_ELECTION_MILLISECONDS)
    assert {promise: broken for promise, broken in promises(found).items() if broken} == {}
    assert [one.fault for one in found.suffered] == faults
    visits = FEW_VEHICLES_A_LANE * len(LANES) * len(faults)
    assert found.acknowledged >= STEPS_OF_A_VISIT * visits
