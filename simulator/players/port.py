"""Everybody around the port at work, as soon as the hub is there."""

import asyncio

from simulator.devices.site import Site
from simulator.settings import SimulatorSettings


class Port:
    """The people."""

    def __init__(self, settings: SimulatorSettings, site: Site) -> None:
        self._settings = settings
        self._site = site

    async def run(self) -> None:
        """Work for ever."""
        await asyncio.Event().wait()
