"""The snapshot camera on HTTP: GET gives a JPEG."""

import aiohttp

from core.images import MOST_BYTES
from kiosk.agent.devices.base import DeviceFault, DeviceStatus, Health
from kiosk.agent.devices.web import ask

SNAPSHOT_SECONDS = 3.0
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


class HttpCamera:
    """Fetches one picture at a time."""

    def __init__(self, session: aiohttp.ClientSession, url: str, view: str) -> None:
        self._session = session
        self._url = url
        self.health = Health(f"camera-{view.lower()}")

    async def snapshot(self) -> bytes:
        """Return one whole JPEG; raises DeviceSilent or DeviceFault."""
        image = await ask(
            self._session, "GET", self._url, health=self.health, seconds=SNAPSHOT_SECONDS, limit=MOST_BYTES
        )
        if not image.startswith(JPEG_START) or JPEG_END not in image[-64:]:
            self.health.note(DeviceStatus.FAULT)
            raise DeviceFault(f"{self.health.name} gives no whole JPEG")
        self.health.note(DeviceStatus.OK)
        return image
