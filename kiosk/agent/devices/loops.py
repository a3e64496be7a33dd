"""The induction loops on HTTP: a long poll that answers when something changed."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp

from kiosk.agent.devices.base import DeviceFault, DeviceSilent, DeviceStatus, Health, LoopState
from kiosk.agent.devices.web import ask_json

log = logging.getLogger(__name__)

POLL_SECONDS = 5
GRACE_SECONDS = 3.0
FASTEST_SECONDS = 0.02
"""No vehicle makes the loops change more often than this; a device that answers faster is slowed down."""


class HttpLoops:
    """Polls the loops and keeps polling."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, pause_seconds: float = 1.0) -> None:
        self._session = session
        self._url = url
        self._pause = pause_seconds
        self.health = Health("loops")

    async def states(self) -> AsyncGenerator[LoopState, None]:
        """Yield the present state and then each new one, for ever."""
        version, last = -1, None
        while True:
            try:
                answer = await self._poll(version)
                version, state = self._read(answer)
            except (DeviceSilent, DeviceFault) as error:
                log.info("%s", error)
                # After a silence nothing is known: the next answer is handed on even when it looks the same.
                version, last = -1, None
                await asyncio.sleep(self._pause)
                continue
            self.health.note(DeviceStatus.OK)
            if state != last:
                last = state
                yield state
            await asyncio.sleep(FASTEST_SECONDS)

    async def _poll(self, version: int) -> dict[str, Any]:
        url = f"{self._url}?after={version}&wait={POLL_SECONDS}"
        seconds = POLL_SECONDS + GRACE_SECONDS
        return await ask_json(self._session, "GET", url, health=self.health, seconds=seconds)

    def _read(self, answer: dict[str, Any]) -> tuple[int, LoopState]:
        version = answer.get("version")
        felt = [answer.get(name, False) for name in ("approach", "exit", "side")]
        if type(version) is not int or not all(type(value) is bool for value in felt):
            self.health.note(DeviceStatus.FAULT)
            raise DeviceFault("the loops answer what no loop can feel")
        return version, LoopState(*felt)
