"""Which devices stand at which lane: one JSON, from an address or a file."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from kiosk.agent.devices.barrier import HttpBarrier
from kiosk.agent.devices.base import DeviceFault, DeviceSilent, LaneDevices
from kiosk.agent.devices.camera import HttpCamera
from kiosk.agent.devices.loops import HttpLoops
from kiosk.agent.devices.scanner import TcpScanner
from kiosk.agent.devices.thermometer import TcpThermometer

LOAD_SECONDS = 3.0


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class Address(_Entry):
    """A device on TCP."""

    host: str
    port: int


class LaneEntry(_Entry):
    """The devices of one lane; addresses of HTTP devices are whole."""

    lane_id: str
    scanner: Address
    thermometer: Address
    cameras: Mapping[str, str]
    barrier: str
    loops: str


class Catalogue(_Entry):
    """The devices of all lanes of a site."""

    lanes: tuple[LaneEntry, ...]

    def entry(self, lane_id: str) -> LaneEntry | None:
        """Return what stands at a lane, or None."""
        return next((entry for entry in self.lanes if entry.lane_id == lane_id), None)


async def load(session: aiohttp.ClientSession, source: str) -> Catalogue:
    """Read the catalogue from an http(s) address or a file.

    Raises:
        DeviceSilent: nobody answers there, or there is no such file.
        DeviceFault: what is there is no catalogue.
    """
    try:
        if not source.startswith(("http://", "https://")):
            return Catalogue.model_validate_json(await asyncio.to_thread(Path(source).read_bytes))
        async with session.get(source, timeout=aiohttp.ClientTimeout(total=LOAD_SECONDS)) as reply:
            return Catalogue.model_validate(json.loads(await reply.text()))
    except (ValidationError, ValueError) as error:
        raise DeviceFault(f"no catalogue of devices at {source}: {error}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise DeviceSilent(f"no answer at {source}: {error}") from error


def build(session: aiohttp.ClientSession, entry: LaneEntry) -> LaneDevices:
    """Return the drivers for the devices of one lane."""
    return LaneDevices(
        scanner=TcpScanner(entry.scanner.host, entry.scanner.port),
        thermometer=TcpThermometer(entry.thermometer.host, entry.thermometer.port),
        cameras={view: HttpCamera(session, url, view) for view, url in entry.cameras.items()},
        barrier=HttpBarrier(session, entry.barrier),
        loops=HttpLoops(session, entry.loops),
    )
