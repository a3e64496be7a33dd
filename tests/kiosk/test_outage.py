"""The hub is away, or its answer is lost: the lane says so, sends nobody through, and nothing happens twice."""

from collections.abc import AsyncIterator

import pytest

from backend.kit.clock import FixedClock
from kiosk.agent.protocol import HubState, Phase
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.steps import Port
from tests.kiosk.lane import RunningLane, running
from tests.kiosk.proxy import Line
from tests.kiosk.rig import Rig, until


@pytest.fixture
async def lane(
    by_line: AgentSettings, settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock
) -> AsyncIterator[RunningLane]:
    """A lane at rest, on a line that can be cut."""
    async with running(by_line, settings_and_rig[1], clock) as lane:
        await lane.shows(Phase.REST)
        await until(lambda: lane.view.hub is HubState.ONLINE)
        yield lane


async def test_a_lane_without_hub_says_offline_and_sends_nobody_through_until_the_hub_is_back(
    port: Port, lane: RunningLane, line: Line
) -> None:
    code = await port.code(await port.approved())
    await lane.rig.feel(approach=True)
    line.cut()
    await until(lambda: lane.view.hub is HubState.OFFLINE)

    lane.scan(code)
    offline = await lane.shows(Phase.ASSIST)
    assert [reason.code for reason in offline.reasons] == ["OFFLINE_NEEDS_OFFICER"]
    assert offline.hub is HubState.OFFLINE
    assert lane.rig.commands == []

    line.mend()
    await lane.shows(Phase.MATCHING)
    await until(lambda: lane.view.hub is HubState.ONLINE)
    await lane.seen(port)
    await lane.open_wide()
    assert lane.rig.commands == ["open"]


async def test_a_passage_whose_opening_was_answered_into_the_void_is_opened_once(
    port: Port, lane: RunningLane, line: Line
) -> None:
    await lane.rig.feel(approach=True)
    code = await port.code(await port.approved())
    line.loses_answers_to = b"mutation OpenPassage"
    lane.scan(code)
    await lane.shows(Phase.ASSIST)
    line.mend()
    await lane.shows(Phase.MATCHING)
    await lane.seen(port)
    await lane.open_wide()
    await lane.rig.drive_out()
    events = await lane.events(port, last="passage.exited")
    assert events.count("passage.opened") == 1
    assert events.count("passage.released") == 1
    assert lane.rig.commands == ["open", "close"]


async def test_a_release_whose_answer_was_lost_opens_the_barrier_once_when_it_is_heard(
    port: Port, lane: RunningLane, line: Line
) -> None:
    await lane.rig.feel(approach=True)
    lane.scan(await port.code(await port.approved()))
    await lane.shows(Phase.MATCHING)
    line.loses_answers_to = b"mutation ReleasePassage"
    await lane.seen(port)
    await until(lambda: lane.view.hub is HubState.OFFLINE)
    passage = await port.passage(await lane.passage_id(port))
    assert passage["state"] == "RELEASED"
    assert lane.rig.commands == []
    line.mend()
    await lane.open_wide()
    assert lane.rig.commands == ["open"]
    events = await lane.events(port, last="barrier.opened")
    assert events.count("passage.released") == 1


async def test_a_vehicle_that_left_while_the_hub_was_away_is_reported_when_it_is_back(
    port: Port, lane: RunningLane, line: Line
) -> None:
    await lane.rig.feel(approach=True)
    lane.scan(await port.code(await port.approved()))
    await lane.seen(port)
    await lane.open_wide()
    await lane.events(port, last="barrier.opened")
    line.cut()
    await lane.rig.drive_out()
    resting = await lane.shows(Phase.REST)
    assert lane.rig.commands == ["open", "close"]
    await until(lambda: lane.view.hub is HubState.OFFLINE)
    assert resting.bay is None
    line.mend()
    assert (await lane.events(port, last="passage.exited"))[-2:] == ["barrier.opened", "passage.exited"]


async def test_an_agent_that_starts_without_a_hub_is_closed_and_says_so(
    by_line: AgentSettings, settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock, line: Line
) -> None:
    line.cut()
    async with running(by_line, settings_and_rig[1], clock) as lane:
        await until(lambda: len(lane.view.devices) == 6)
        assert (lane.view.phase, lane.view.hub) == (Phase.CLOSED, HubState.OFFLINE)
        line.mend()
        await lane.shows(Phase.REST)
