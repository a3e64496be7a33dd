"""The code scanner on TCP: one code a line."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from kiosk.agent.allowance import Allowance
from kiosk.agent.devices.base import DeviceStatus, Health
from kiosk.agent.devices.lines import LineReader, TooLong

log = logging.getLogger(__name__)

LONGEST_CODE = 1000
"""Characters; the verifier in `core` refuses longer texts as well."""
CONNECT_SECONDS = 3.0
CODES_A_SECOND = 20
"""No hand shows codes faster. Of more than that the newest one counts: a flooding scanner must not starve the lane,
and whoever shows a good code behind a flood is not turned away for it."""
NOT_A_CODE = "?"
"""Stands for a line that is no text or too long: the lane refuses it like any other foreign code."""


class TcpScanner:
    """Connects to the scanner and keeps connecting."""

    def __init__(self, host: str, port: int, *, reconnect_seconds: float = 1.0) -> None:
        self._address = (host, port)
        self._pause = reconnect_seconds
        self.health = Health("scanner")

    async def codes(self) -> AsyncGenerator[str, None]:
        """Yield each scanned line for ever; garbage comes as `NOT_A_CODE`."""
        while True:
            async with aclosing(self._until_lost()) as lines:
                async for line in lines:
                    yield line
            self.health.note(DeviceStatus.SILENT)
            await asyncio.sleep(self._pause)

    async def _until_lost(self) -> AsyncGenerator[str, None]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                stream, writer = await asyncio.open_connection(*self._address)
        except (TimeoutError, OSError) as error:
            log.info("the scanner at %s:%d is silent: %s", *self._address, error)
            return
        self.health.note(DeviceStatus.OK)
        try:
            async with aclosing(self._lines(stream)) as lines:
                async for line in lines:
                    yield line
        finally:
            writer.close()

    async def _lines(self, stream: asyncio.StreamReader) -> AsyncGenerator[str, None]:
        reader, allowed = LineReader(stream, LONGEST_CODE), Allowance(CODES_A_SECOND)
        newest: str | None = None
        while True:
            if newest is not None and allowed.take():
                yield newest
                newest = None
            pause = asyncio.timeout(None if newest is None else allowed.pause())
            try:
                async with pause:
                    line = await reader.line()
            except (TooLong, UnicodeDecodeError):
                line = NOT_A_CODE
            except OSError:  # a TimeoutError is one too, be it ours or a dead line's
                if pause.expired():
                    continue
                if newest is not None:
                    yield newest
                return
            flooding = newest is not None or not allowed.take()
            self.health.note(DeviceStatus.FAULT if flooding else DeviceStatus.OK)
            if not flooding:
                yield line
                continue
            newest = line
            reader.skip_to_newest()
            # Yields to the other lanes between the lines of a flood that is always ready to be read.
            await asyncio.sleep(0)
