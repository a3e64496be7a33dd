"""Keys are rotated while vehicles pass; and the evidence would tell a refusal."""

from dataclasses import replace

import cv2

from tests.drills.drivers import Outcome, Stay
from tests.drills.key_rotation import Turned, turn_keys


async def test_no_code_is_refused_while_keys_are_rotated() -> None:
    cv2.setNumThreads(1)  # as the simulator does
    turned = await turn_keys(6, 2)
    assert turned.broken() == []
    assert turned.signed_by > 1
    assert turned.older > 0
    assert [stay.outcome for stay in turned.stays] == [Outcome.PASSED] * 6


def test_each_kind_of_failure_is_told() -> None:
    stay = Stay("T", "liantang-1", Outcome.PASSED, (), 3.0, shown=1)
    sound = Turned(1, 1, [stay], rotated=1, log_says="ok 3 events in 1 streams")
    assert sound.broken() == []
    for failing in (
        replace(sound, stays=[]),
        replace(sound, rotated=0),
        replace(sound, stays=[replace(stay, outcome=Outcome.BAY, reasons=("PLATE_UNREAD",))]),
        replace(sound, refused=["CODE_KEY_UNKNOWN"]),
        replace(sound, complaints=["Traceback (most recent call last):"]),
        replace(sound, log_says="BAD"),
    ):
        assert len(failing.broken()) == 1
