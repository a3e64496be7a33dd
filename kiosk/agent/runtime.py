"""Runs all lanes of this agent, each by itself: one that breaks off starts again from its journal."""

import asyncio
import logging
import signal
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import uvicorn

from core.hub import DeviceCredentials, Hub, Patience, device_key
from kiosk.agent import ended
from kiosk.agent.devices import catalogue
from kiosk.agent.devices.base import DeviceFault, DeviceSilent, LaneDevices
from kiosk.agent.face import Face
from kiosk.agent.journal import Journal
from kiosk.agent.keys import KeyRing
from kiosk.agent.lane import Lane
from kiosk.agent.lane_hub import LaneHub
from kiosk.agent.outbox import Outbox
from kiosk.agent.parts import LaneParts, Timing
from kiosk.agent.protocol import LONGEST_MESSAGE, Phase
from kiosk.agent.server import LaneServer, Served
from kiosk.agent.settings import AgentSettings
from kiosk.agent.syncing import Syncing

log = logging.getLogger(__name__)

PATIENCE = Patience(total_seconds=4.0, first_pause=0.1, longest_pause=1.0, answer_seconds=4.0)
"""A driver waits at the lane: after this the screen says that the hub is away, and the lane goes on asking."""
RESTART_SECONDS = 1.0
CATALOGUE_SECONDS = 2.0


def now() -> datetime:
    """Return the wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the lanes of one agent share."""

    settings: AgentSettings
    web: aiohttp.ClientSession
    hub: Hub
    syncing: Syncing
    journal: Journal
    timing: Timing


class Agent:
    """The lanes and their pages; enter it, then `run` it."""

    def __init__(
        self,
        settings: AgentSettings,
        *,
        timing: Timing | None = None,
        patience: Patience = PATIENCE,
        now: Callable[[], datetime] = now,
    ) -> None:
        self.settings = settings
        self._now = now
        self._patience = patience
        self.faces = {lane_id: Face(lane_id, now) for lane_id in settings.lane_ids}
        self.lanes: dict[str, Lane] = {}
        self.syncing: Syncing | None = None
        """Once it runs."""
        self._timing = timing or Timing()
        origins = frozenset(f"http://{name}:{settings.agent_port}" for name in ("localhost", "127.0.0.1"))
        served = Served(
            lanes=self.lanes,
            faces=self.faces,
            page=settings.page,
            framed_by=settings.public_url,
            origins=origins,
        )
        self.pages = LaneServer(served)

    async def run(self) -> None:
        """Run until cancelled."""
        settings = self.settings
        key = device_key(settings.agent_home / "key.pem", settings.public_key_file)
        credentials = DeviceCredentials(settings.agent_id, key)
        async with AsyncExitStack() as opened:
            connection = Hub(settings.hub_url, credentials, patience=self._patience, now=self._now)
            hub = await opened.enter_async_context(connection)
            web = await opened.enter_async_context(aiohttp.ClientSession())
            journal = Journal(settings.agent_home / "journal.sqlite")
            opened.push_async_callback(journal.close)
            keys = KeyRing(hub, settings.agent_home / "jwks.json")
            known = await ended.load(journal)
            self.syncing = Syncing(hub, journal, keys, known, settings.sync_seconds)
            tools = Tools(
                settings=settings,
                web=web,
                hub=hub,
                syncing=self.syncing,
                journal=journal,
                timing=self._timing,
            )
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.syncing.run())
                for lane_id in settings.lane_ids:
                    tasks.create_task(self._keep(tools, lane_id))

    async def _keep(self, tools: Tools, lane_id: str) -> None:
        """Run one lane for ever; a defect in it is logged, and its journal says where to go on."""
        devices = await self._devices(tools, lane_id)
        while True:
            running = asyncio.create_task(self._run_lane(tools, lane_id, devices))
            try:
                await asyncio.wait({running})
            finally:
                running.cancel()
            if not running.cancelled() and (error := running.exception()) is not None:
                log.error("lane %s broke off and starts again", lane_id, exc_info=error)
            self.faces[lane_id].show(phase=Phase.FAULT, reasons=())
            await asyncio.sleep(RESTART_SECONDS)

    async def _run_lane(self, tools: Tools, lane_id: str, devices: LaneDevices) -> None:
        hub = LaneHub(tools.hub, lane_id)
        parts = LaneParts(
            lane_id=lane_id,
            devices=devices,
            hub=hub,
            keys=tools.syncing.keys,
            ended=tools.syncing.ended,
            look_again=tools.syncing.wake,
            journal=tools.journal,
            face=self.faces[lane_id],
            outbox=Outbox(hub, tools.journal, self._now, summary_seconds=tools.timing.summary_seconds),
            now=self._now,
            timing=tools.timing,
        )
        self.lanes[lane_id] = Lane(parts)
        await self.lanes[lane_id].run()

    async def _devices(self, tools: Tools, lane_id: str) -> LaneDevices:
        """Wait until the catalogue of devices is there and names this lane; until then the lane is out of order."""
        face, told = self.faces[lane_id], ""
        while True:
            try:
                entry = (await catalogue.load(tools.web, tools.settings.devices_url)).entry(lane_id)
            except (DeviceSilent, DeviceFault) as error:
                missing = str(error)
            else:
                if entry is not None:
                    return catalogue.build(tools.web, entry)
                missing = "the catalogue does not name it"
            if missing != told:
                told = missing
                log.warning("lane %s has no devices: %s", lane_id, missing)
            face.show(phase=Phase.FAULT)
            await asyncio.sleep(CATALOGUE_SECONDS)


class PageServer(uvicorn.Server):
    """Leaves the signals to the agent, which ends its lanes first."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


async def serve(agent: Agent, stop: asyncio.Event) -> None:
    """Serve the pages and run the lanes until told to stop."""
    settings = agent.settings
    config = uvicorn.Config(
        agent.pages.application(),
        host=settings.agent_host,
        port=settings.agent_port,
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    server = PageServer(config)
    pages = asyncio.create_task(server.serve())
    lanes = asyncio.create_task(agent.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({pages, lanes, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    lanes.cancel()
    server.should_exit = True
    await asyncio.wait({lanes, pages})
    for task in (lanes, pages):
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _main(settings: AgentSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(Agent(settings), stop)


def run() -> int:
    """Run the agent until SIGINT or SIGTERM; the exit status is 0 for a clean end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # gql logs each message with its variables, among them tokens and codes.
    logging.getLogger("gql").setLevel(logging.WARNING)
    asyncio.run(_main(AgentSettings()))
    return 0
