"""The devices of all lanes, switched on and off together."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.devices.display import Display
from simulator.devices.lane import Lane
from simulator.devices.pace import Pace

PORTS_A_LANE = 2


class Site:
    """The lanes by id; make it inside a running event loop."""

    def __init__(self, lane_ids: Sequence[str], display: Display, pace: Pace | None = None) -> None:
        now = asyncio.get_running_loop().time
        self.lanes: Mapping[str, Lane] = {
            lane_id: Lane(lane_id, pace or Pace(), display, now) for lane_id in lane_ids
        }
        self.address = ""
        """Where their HTTP is served, once it is."""

    async def start(self, host: str, wished_port: int) -> None:
        """Switch all devices on.

        The TCP ports begin at the wished one, so that an agent which knows them finds them again after a restart.
        """
        for place, lane in enumerate(self.lanes.values()):
            await lane.start(host, wished_port + PORTS_A_LANE * place if wished_port else 0)

    async def stop(self) -> None:
        """Switch all devices off."""
        for lane in self.lanes.values():
            await lane.stop()

    def catalogue(self, host: str, base_url: str) -> dict[str, Any]:
        """Return the catalogue of devices as the lane agent reads it."""
        return {
            "lanes": [self._entry(lane, host, f"{base_url}/lanes/{lane.id}") for lane in self.lanes.values()]
        }

    def _entry(self, lane: Lane, host: str, url: str) -> dict[str, Any]:
        return {
            "laneId": lane.id,
            "scanner": {"host": host, "port": lane.scanner.port},
            "thermometer": {"host": host, "port": lane.thermometer.port},
            "cameras": {view: f"{url}/camera/{view}" for view in ("FRONT", "REAR")},
            "barrier": f"{url}/barrier",
            "loops": f"{url}/loops",
        }
