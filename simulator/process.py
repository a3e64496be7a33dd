"""One process: serves the devices of all lanes and runs the people around the port, until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import cv2
from aiohttp import web

from simulator.devices.control import LARGEST_BODY, ControlRoutes
from simulator.devices.display import AgentDisplay
from simulator.devices.pace import Pace
from simulator.devices.site import Site
from simulator.devices.web import DeviceRoutes
from simulator.images import warm_up
from simulator.images.fonts import FontMissing
from simulator.players.port import Port
from simulator.settings import SimulatorSettings

log = logging.getLogger(__name__)

TCP_PORTS_BEYOND = 10
"""The TCP devices begin this many ports after the HTTP one, where those are free."""


@asynccontextmanager
async def devices_served(settings: SimulatorSettings, pace: Pace | None = None) -> AsyncIterator[Site]:
    """Serve the devices of all lanes, `/control` and `/healthz`.

    Raises OSError where the HTTP port is taken.
    """
    async with aiohttp.ClientSession() as session:
        site = Site(settings.lane_ids, AgentDisplay(session, settings.agent_url), pace)
        port = settings.simulator_port
        await site.start(settings.simulator_host, port + TCP_PORTS_BEYOND if port else 0)
        runner = web.AppRunner(_application(site, settings), access_log=None, shutdown_timeout=1)
        try:
            await runner.setup()
            await web.TCPSite(runner, settings.simulator_host, port).start()
            site.address = f"http://localhost:{runner.addresses[0][1]}"
            yield site
        finally:
            await runner.cleanup()
            await site.stop()


def _application(site: Site, settings: SimulatorSettings) -> web.Application:
    async def health(_: web.Request) -> web.Response:
        lanes = {lane.id: {"agents": lane.scanner.listeners} for lane in site.lanes.values()}
        return web.json_response({"status": "ok", "lanes": lanes})

    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(DeviceRoutes(site, settings.simulator_host).routes())
    app.add_routes(ControlRoutes(site, settings.public_url).routes())
    app.router.add_get("/healthz", health)
    return app


async def _main(settings: SimulatorSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with devices_served(settings) as site:
        log.info("devices of %s are served on %s", settings.lanes, site.address)
        people = asyncio.create_task(Port(settings, site).run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({people, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        people.cancel()
        await asyncio.wait({people})
        if not people.cancelled() and (error := people.exception()) is not None:
            raise error
    log.info("the simulator has ended")


def run() -> int:
    """Run until SIGINT or SIGTERM; 0 for a clean end, 1 where it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # gql logs each message with its variables, among them tokens and codes.
    logging.getLogger("gql").setLevel(logging.WARNING)
    settings = SimulatorSettings()
    try:
        # The lanes' cameras are asked together: threads of their own would only stand in each other's way.
        cv2.setNumThreads(1)
        warm_up()
        asyncio.run(_main(settings))
    except (FontMissing, OSError) as error:
        log.error("the simulator cannot run: %s", error)
        return 1
    return 0
