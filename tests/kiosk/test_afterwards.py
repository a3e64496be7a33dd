"""What must not be lost or mixed up when a vehicle has gone: its departure, its temperature, its snapshot."""

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from backend.kit.clock import FixedClock
from core.hub import Hub, HubBroken, HubUnreachable, Patience, TokenCredentials
from kiosk.agent.journal import DepartureWay, Journal, Stage, Visit
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.looking import Measured
from kiosk.agent.parts import LaneParts
from kiosk.agent.protocol import Phase
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.steps import Port
from tests.kiosk.lane import LANE, RunningLane, running
from tests.kiosk.rig import Rig, served

BUSY = {"data": {"reportDeparture": {"__typename": "Problem", "code": "BUSY", "message": "", "path": []}}}
FAULT = {"errors": [{"message": "trace 1", "extensions": {"code": "INTERNAL"}}], "data": None}
ONCE = Patience(total_seconds=0.1, first_pause=0.05, longest_pause=0.05, answer_seconds=2.0)


@pytest.mark.parametrize(("answer", "error"), [(BUSY, HubUnreachable), (FAULT, HubBroken)])
async def test_a_departure_that_the_hub_cannot_take_now_stays_in_the_journal(
    settings_and_rig: tuple[AgentSettings, Rig],
    clock: FixedClock,
    answer: dict[str, Any],
    error: type[Exception],
) -> None:
    """Were it forgotten, the hub would keep the lane occupied, and the code could be shown once more."""

    async def graphql(_: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_post("/graphql", graphql)
    settings, _rig = settings_and_rig
    journal = Journal(settings.agent_home / "journal.sqlite")
    await journal.asked(Visit("01K", LANE, Stage.ASKED, "01K", "CL1:TEXT", clock.now()))
    await journal.left("01K", DepartureWay.BARRIER, clock.now())
    async with served(app) as url, Hub(url, TokenCredentials("token"), patience=ONCE) as hub:
        with pytest.raises(error):
            await _parts(hub, journal, clock).settle()
    assert [visit.id for visit in await journal.unreported(LANE)] == ["01K"]
    await journal.close()


def _parts(hub: Hub, journal: Journal, clock: FixedClock) -> LaneParts:
    """Return what settling works with; it touches no device, key, face or report."""
    nothing: Any = None
    return LaneParts(
        lane_id=LANE,
        devices=nothing,
        hub=LaneHub(hub, LANE),
        keys=nothing,
        journal=journal,
        face=nothing,
        outbox=nothing,
        now=clock.now,
    )


async def test_what_the_lane_before_measured_is_not_this_drivers(port: Port, lane: RunningLane) -> None:
    await lane.rig.feel(approach=True)
    lane.scan(await port.code(await port.approved()))
    await lane.shows(Phase.MATCHING)
    passing = lane.agent.lanes[LANE]._passing
    assert passing is not None
    mine = passing._passage
    assert mine is not None
    late = replace(mine, id="01K0000000000000000000BEFORE", version=mine.version + 100)

    await lane.agent.lanes[LANE]._measured(Measured(late))
    await lane.handled()

    assert passing._passage is not None
    assert passing._passage.id == mine.id
    await lane.seen(port)
    await lane.open_wide()


async def test_a_driver_measured_before_a_restart_is_not_referred_for_another_figure_after_it(
    port: Port, settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock
) -> None:
    settings, rig = settings_and_rig
    async with running(settings, rig, clock) as lane:
        await lane.shows(Phase.REST)
        await rig.feel(approach=True)
        lane.scan(await port.code(await port.approved()))
        await lane.shows(Phase.MATCHING)
        await lane.events(port, last="passage.fact")  # the temperature: no picture was read yet
    rig.temperature = "T=37.5"
    async with running(settings, rig, clock) as lane:
        await lane.shows(Phase.MATCHING)
        await lane.seen(port)
        await lane.open_wide()
    assert rig.commands == ["open"]
