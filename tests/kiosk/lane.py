"""One lane run by a real agent against a real hub, with devices that a test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.kit.clock import FixedClock
from core.hub import Patience
from kiosk.agent.parts import Timing
from kiosk.agent.passage import LaneSite
from kiosk.agent.protocol import BarrierPosition, LaneView, Phase
from kiosk.agent.runtime import Agent
from kiosk.agent.settings import AgentSettings
from tests.backend.lanes.steps import Port
from tests.kiosk.rig import Rig, rigged, until

LANE = "liantang-1"
TIMING = Timing(
    empty_seconds=0.5,
    moving_seconds=1.0,
    loops_seconds=0.5,
    close_again_seconds=0.3,
    hub_pause_seconds=0.1,
    same_code_seconds=0.2,
    summary_seconds=0.5,
    codes_a_second=2000.0,
)
PATIENCE = Patience(total_seconds=1.0, first_pause=0.05, longest_pause=0.2, answer_seconds=3.0)

PASSAGES = """query { passages(checkpointId: "liantang", first: 1) { edges { node { id } } } }"""
EVENTS = """query { events(checkpointId: "liantang", first: 50) { edges { node { stream kind } } } }"""


@dataclass
class RunningLane:
    """The lane, its devices and its agent."""

    rig: Rig
    agent: Agent
    lane_id: str = LANE

    @property
    def view(self) -> LaneView:
        """What the lane's face shows now."""
        return self.agent.faces[self.lane_id].view()

    async def shows(self, phase: Phase) -> LaneView:
        """Wait until the face shows this phase."""
        await until(lambda: self.view.phase is phase)
        return self.view

    def scan(self, text: str) -> None:
        """The page's camera sees a code."""
        self.agent.lanes[self.lane_id].scan(text)

    def look_up_site(self) -> None:
        """Have the lane ask for its policy now."""
        self.agent.lanes[self.lane_id]._feed_came.set()

    async def handled(self) -> None:
        """Wait until the lane has dealt with all it has heard."""
        lane = self.agent.lanes[self.lane_id]
        await until(lambda: lane._inbox.empty() and not lane._codes)

    async def says(self, code: str) -> None:
        """Wait until the face gives this one reason."""
        await until(lambda: [reason.code for reason in self.view.reasons] == [code])

    async def refuses(self, text: str) -> LaneView:
        """Wait until this very code was refused, by the lane or by its hub."""
        lane = self.agent.lanes[self.lane_id]
        await until(lambda: lane._refused_text == text and self.view.phase is Phase.REFUSED)
        return self.view

    async def knows(self, holds: Callable[[LaneSite], bool]) -> None:
        """Wait until what the lane knows of itself is so."""
        lane = self.agent.lanes[self.lane_id]
        await until(lambda: lane._site is not None and holds(lane._site))

    async def passage_id(self, port: Port) -> str:
        """Return the passage that was opened last."""
        found = await port.officer.ask(PASSAGES)
        passage_id: str = found["edges"][0]["node"]["id"]
        return passage_id

    async def open_wide(self) -> None:
        """Wait until the face says that the barrier is open."""
        await until(lambda: self.view.barrier is BarrierPosition.OPENED)

    async def seen(self, port: Port, **verdicts: str) -> None:
        """A worker reads one picture; a declared number not named here is a MATCH."""
        await read_next(port, **verdicts)

    async def events(self, port: Port, last: str) -> list[str]:
        """Return the kinds of this lane's events, oldest first, once the last of them is there."""
        return await self._events(port, lambda kinds: kinds[-1:] == [last])

    async def events_with(self, port: Port, *kinds: str) -> list[str]:
        """Return the kinds of this lane's events, oldest first, once these are all among them."""
        return await self._events(port, lambda found: set(kinds) <= set(found))

    async def _events(self, port: Port, enough: Callable[[list[str]], bool]) -> list[str]:
        async with asyncio.timeout(20):
            while True:
                found = await port.officer.ask(EVENTS)
                nodes = [edge["node"] for edge in reversed(found["edges"])]
                kinds = [node["kind"] for node in nodes if node["stream"] == f"lane:{self.lane_id}"]
                if enough(kinds):
                    return kinds
                await asyncio.sleep(0.05)


async def read_next(port: Port, **verdicts: str) -> None:
    """A worker claims the next picture, as soon as there is one, and reads it."""
    async with asyncio.timeout(20):
        while True:
            claimed = await port.claim()
            if claimed["__typename"] == "ClaimedCapture":
                break
            await asyncio.sleep(0.02)
    await port.read(claimed, **verdicts)


def settings_of(hub_url: str, devices_url: str, hub_home: Path, home: Path) -> AgentSettings:
    """Return the settings of an agent of one lane beside this hub."""
    return AgentSettings(
        hub_url=hub_url,
        public_url=hub_url,
        devices_url=devices_url,
        lanes=LANE,
        home=home,
        demo_devices=hub_home / "devices",
        agent_port=0,
        sync_seconds=3600,  # a test has it look, or says what wakes it
    )


@asynccontextmanager
async def running(settings: AgentSettings, rig: Rig, clock: FixedClock) -> AsyncIterator[RunningLane]:
    """Run an agent; at the end it is killed as a process would be, without a farewell."""
    agent = Agent(settings, timing=TIMING, patience=PATIENCE, now=clock.now)
    task = asyncio.create_task(agent.run())
    try:
        yield RunningLane(rig, agent)
    finally:
        task.cancel()
        await asyncio.wait({task})
        await until(_hub_is_idle)


def _hub_is_idle() -> bool:
    """Whether the hub, which serves in this very loop, has no request left of an agent that was killed.

    A late one would write into the next test's empty database.
    """
    names = {getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()}
    return not any(name.endswith("run_asgi") for name in names)


@asynccontextmanager
async def one_rig() -> AsyncIterator[tuple[Rig, str]]:
    """Serve the devices of the lane; give them and the catalogue's address."""
    async with rigged(LANE) as rigs:
        rig = rigs[LANE]
        yield rig, f"{rig.base.removesuffix(f'/{LANE}')}/devices"
