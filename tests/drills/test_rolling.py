"""Two APIs behind a balancer are restarted in turn while vehicles pass; and the evidence would tell a failure."""

from dataclasses import replace
from random import Random

import cv2

from tests.drills.drivers import Outcome, Stay
from tests.drills.rolling import Restart, Rolled, roll


async def test_no_passage_fails_while_one_api_after_the_other_is_restarted() -> None:
    cv2.setNumThreads(1)  # as the simulator does
    rolled = await roll(6, restarts=2, reads=False, random=Random(1))
    assert rolled.broken() == []
    assert len({restart.name for restart in rolled.restarts}) == 2
    assert rolled.heard > 0
    assert rolled.moved > 0
    assert [stay.outcome for stay in rolled.stays] == [Outcome.PASSED] * 6


def test_each_kind_of_failure_is_told() -> None:
    stay = Stay("T", "liantang-1", Outcome.PASSED, (), 3.0, shown=1)
    sound = Rolled(1, [stay], [Restart("api", 0, 1.0, 2.0)], log_says="ok 3 events in 1 streams")
    assert sound.broken() == []
    for failing in (
        replace(sound, stays=[]),
        replace(sound, stays=[replace(stay, outcome=Outcome.BAY, reasons=("OFFLINE_NEEDS_OFFICER",))]),
        replace(sound, restarts=[Restart("api", 1, 1.0, 2.0)]),
        replace(sound, complaints=["Traceback (most recent call last):"]),
        replace(sound, refused=1),
        replace(sound, misheard=["of 3 events of lane:liantang-1 the officer heard 2: [1, 3]"]),
        replace(sound, log_says="BAD"),
    ):
        assert len(failing.broken()) == 1
