"""Over random nights no barrier opens without a release, none twice on one, and every visit comes to its end."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings

from core.problems import ProblemCode
from tests.kiosk.night.clock import CountedLoop, run_at_night
from tests.kiosk.night.process import CODES
from tests.kiosk.night.scenarios import nights
from tests.kiosk.night.world import Night, Step

REFERRED_INTO_THE_VOID = [
    Step("loops", (True, False, False)),
    Step("wait", 0.11),
    Step("scan", 0),
    Step("wait", 0.5),
    Step("seen", "MATCH"),
    Step("cut", 61.0),
    Step("out", 1.5),
]
"""The bay was asked for, nobody knows whether the hub heard; then it is back, the facts are good, and it releases."""

VISIT = [
    Step("wait", 2.5),
    Step("loops", (True, False, False)),
    Step("scan", 0),
    Step("wait", 0.5),
    Step("seen", "MATCH"),
]
FELT_LONG_AGO = [
    *VISIT,
    Step("ways", ["LATE"]),
    Step("out", 1.5),
    Step("wait", 1.0),
    *VISIT,
    Step("wait", 0.2),
    Step("out", 1.5),
]
"""The release is answered late: what the loops felt meanwhile is heard once the barrier is open, and is no passing."""


def lived(steps: list[Step]) -> Night:
    """Live through a night; raise Broken where a promise of the lane did not hold."""
    with tempfile.TemporaryDirectory() as folder:

        async def through(loop: CountedLoop) -> Night:
            night = Night(loop, Path(folder))
            await night.live(steps)
            return night

        return run_at_night(through)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(nights)
@example(REFERRED_INTO_THE_VOID)
@example(FELT_LONG_AGO)
def test_in_no_night_does_a_barrier_open_without_a_release_and_every_visit_ends(steps: list[Step]) -> None:
    lived(steps)


def test_of_a_flood_from_the_page_twenty_codes_a_second_are_verified_and_the_good_one_behind_it_at_once() -> (
    None
):
    async def flooded(loop: CountedLoop, folder: Path) -> tuple[int, int]:
        night = Night(loop, folder)
        night.begin()
        await asyncio.sleep(1)
        for number in range(2000):
            night.scan(f"foreign {number}")
            await asyncio.sleep(0.001)
        night.scan(next(iter(CODES)))
        await asyncio.sleep(0.3)
        opened = len(night.book.passages)
        await asyncio.sleep(62)
        await night.kill()
        night.close()
        return opened, night.book.reports.count(ProblemCode.CODE_NOT_OURS)

    with tempfile.TemporaryDirectory() as folder:
        opened, refused = run_at_night(lambda loop: flooded(loop, Path(folder)))
    assert opened == 1
    assert 50 <= refused <= 61
