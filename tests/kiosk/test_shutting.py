"""An open barrier is a lane through which anybody drives: the lane closes it again, and until then takes no code."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from backend.kit.clock import FixedClock
from kiosk.agent.journal import DepartureWay, Journal, Stage, Visit
from kiosk.agent.protocol import Phase
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.steps import Port
from tests.kiosk.lane import LANE, RunningLane, running
from tests.kiosk.rig import Rig, until

Starts = Callable[[], AbstractAsyncContextManager[RunningLane]]


async def gone(port: Port, lane: RunningLane) -> None:
    """A vehicle has been let through, and the barrier did not hear that it should close."""
    await lane.rig.feel(approach=True)
    lane.scan(await port.code(await port.approved()))
    await lane.seen(port)
    await lane.open_wide()
    lane.rig.obeys = False
    await lane.rig.drive_out()
    await until(lambda: lane.rig.commands == ["open", "close"])


def _feels(lane: RunningLane) -> bool:
    """Whether the lane knows of the vehicle on the loop behind its barrier."""
    loops = lane.agent.lanes[LANE]._loops
    return loops is not None and loops.exit


async def test_a_barrier_that_did_not_close_is_told_again_until_it_does(
    port: Port, lane: RunningLane
) -> None:
    await gone(port, lane)
    await until(lambda: lane.rig.commands.count("close") > 2)
    assert lane.rig.commands.count("open") == 1
    lane.rig.obeys = True
    await until(lambda: lane.rig.arm == "closed")
    await lane.shows(Phase.REST)


async def test_a_lane_whose_barrier_stays_open_is_out_of_order_and_takes_no_code(
    port: Port, lane: RunningLane
) -> None:
    await gone(port, lane)
    await lane.shows(Phase.FAULT)
    lane.scan(await port.code(await port.approved("HK 77")))
    await lane.handled()
    assert lane.view.phase is Phase.FAULT


async def test_a_barrier_is_not_closed_on_a_vehicle_that_the_loops_feel(
    port: Port, lane: RunningLane
) -> None:
    await gone(port, lane)
    await lane.rig.feel(exit=True)
    await until(lambda: _feels(lane))
    told = len(lane.rig.commands)
    await lane.shows(Phase.FAULT)
    assert len(lane.rig.commands) == told
    await lane.rig.feel(exit=False)
    await until(lambda: len(lane.rig.commands) > told)


async def test_killed_between_the_departure_and_the_closing_it_closes_at_the_next_start(
    settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock
) -> None:
    settings, rig = settings_and_rig
    journal = Journal(settings.agent_home / "journal.sqlite")
    await journal.asked(Visit("01K", LANE, Stage.ASKED, "01K", "CL1:TEXT", clock.now()))
    await journal.left("01K", DepartureWay.BARRIER, clock.now())
    await journal.close()
    rig.arm = "open"
    async with running(settings, rig, clock) as lane:
        await until(lambda: rig.commands == ["close"])
        await lane.shows(Phase.REST)


@pytest.mark.parametrize("approach", [True, False])
async def test_a_barrier_that_falls_shut_before_its_vehicle_has_passed_is_an_officers(
    port: Port, lane: RunningLane, approach: bool
) -> None:
    await lane.rig.feel(approach=True)
    lane.scan(await port.code(await port.approved()))
    await lane.seen(port)
    await lane.open_wide()
    await lane.rig.feel(approach=approach, exit=not approach)
    lane.rig.arm = "closed"
    held = await lane.shows(Phase.ASSIST)
    assert [reason.code for reason in held.reasons] == ["BARRIER_UNKNOWN"]
    assert lane.rig.commands == ["open"]
