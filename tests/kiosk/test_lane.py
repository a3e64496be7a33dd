"""A lane against a real hub: what scanner, cameras, loops and officers do to it, and what the barrier does."""

from kiosk.agent.protocol import Phase
from tests.backend.lanes.steps import Port
from tests.kiosk.lane import RunningLane


async def test_a_matching_vehicle_is_let_through_once_and_the_lane_rests_again(
    port: Port, lane: RunningLane
) -> None:
    journey = await port.approved()
    code = await port.code(journey)
    await lane.rig.feel(approach=True)

    await lane.rig.scan(code)
    await lane.shows(Phase.MATCHING)
    await lane.seen(port)
    await lane.shows(Phase.GO)
    await lane.open_wide()
    assert lane.rig.commands == ["open"]
    await lane.rig.drive_out()
    await lane.shows(Phase.REST)

    assert lane.rig.commands == ["open", "close"]
    assert await lane.events(port, last="passage.exited") == [
        "passage.opened",
        "passage.fact",
        "passage.fact",
        "passage.released",
        "barrier.opening",
        "barrier.opened",
        "passage.exited",
    ]
