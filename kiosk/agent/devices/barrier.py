"""The barrier on HTTP: GET gives its position, POST `open` and `close` move it."""

from typing import Any

import aiohttp

from kiosk.agent.devices.base import ArmPosition, DeviceFault, DeviceStatus, Health
from kiosk.agent.devices.web import ask_json

ANSWER_SECONDS = 2.0


class HttpBarrier:
    """A barrier that moves only when told."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self.health = Health("barrier")

    async def position(self) -> ArmPosition:
        """Ask where the arm is; raises DeviceSilent or DeviceFault."""
        return self._position(await self._ask("GET", self._url))

    async def open(self) -> None:
        """Command it to open; raises DeviceSilent (it may have heard) or DeviceFault."""
        self._position(await self._ask("POST", f"{self._url}/open"))

    async def close(self) -> None:
        """Command it to close; raises DeviceSilent (it may have heard) or DeviceFault."""
        self._position(await self._ask("POST", f"{self._url}/close"))

    async def _ask(self, method: str, url: str) -> dict[str, Any]:
        return await ask_json(self._session, method, url, health=self.health, seconds=ANSWER_SECONDS)

    def _position(self, answer: dict[str, Any]) -> ArmPosition:
        fault = answer.get("fault")
        if fault is not None:
            self.health.note(DeviceStatus.FAULT)
            raise DeviceFault(f"the barrier reports {fault!r}")
        try:
            position = ArmPosition(str(answer.get("state")))
        except ValueError as error:
            self.health.note(DeviceStatus.FAULT)
            raise DeviceFault(f"the barrier answers {answer.get('state')!r}") from error
        self.health.note(DeviceStatus.OK)
        return position
