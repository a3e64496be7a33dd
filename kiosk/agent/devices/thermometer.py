"""The thermometer on TCP: `READ` is answered by `T=36.5`, by `ERR EMPTY` with nobody there, or by `ERR <word>`."""

import asyncio
import re

from core.passages import TemperatureBand
from kiosk.agent.devices.base import DeviceFault, DeviceSilent, DeviceStatus, Health
from kiosk.agent.devices.lines import LineReader, TooLong

ANSWER = re.compile(r"T=(\d{2}\.\d)")
NOBODY_THERE = "ERR EMPTY"
READ_SECONDS = 2.0
LONGEST_LINE = 64
LINES_BEFORE_GIVING_UP = 50
"""Lines of garbage read before the one answer is given up."""
ELEVATED_FROM, HIGH_FROM = 373, 380
LOWEST, HIGHEST = 340, 430
"""Tenths of a degree Celsius: outside of this range no living driver was measured."""


def band_of(tenths: int | None) -> TemperatureBand:
    """Return the band of a forehead temperature in tenths of a degree Celsius, None where nobody was there."""
    if tenths is None or not LOWEST <= tenths <= HIGHEST:
        return TemperatureBand.UNKNOWN
    if tenths >= HIGH_FROM:
        return TemperatureBand.HIGH
    return TemperatureBand.ELEVATED if tenths >= ELEVATED_FROM else TemperatureBand.NORMAL


class TcpThermometer:
    """Opens a connection for each measurement, so that nothing stale can be read."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.health = Health("thermometer")

    async def read(self) -> TemperatureBand:
        """Measure once; raises DeviceSilent or DeviceFault. The figure is turned into its band here."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                tenths = await self._ask()
        except (TimeoutError, OSError) as error:
            self.health.note(DeviceStatus.SILENT)
            raise DeviceSilent(f"the thermometer is silent: {error!r}") from error
        except DeviceFault:
            self.health.note(DeviceStatus.FAULT)
            raise
        self.health.note(DeviceStatus.OK)
        return band_of(tenths)

    async def _ask(self) -> int | None:
        stream, writer = await asyncio.open_connection(*self._address)
        try:
            writer.write(b"READ\r\n")
            await writer.drain()
            return await self._answer(LineReader(stream, LONGEST_LINE))
        finally:
            writer.close()

    async def _answer(self, reader: LineReader) -> int | None:
        for _ in range(LINES_BEFORE_GIVING_UP):
            try:
                line = await reader.line()
            except (TooLong, UnicodeDecodeError):
                continue
            if found := ANSWER.fullmatch(line):
                return int(found.group(1).replace(".", ""))
            if line == NOBODY_THERE:
                return None
            if line.startswith("ERR"):
                raise DeviceFault(f"the thermometer reports {line[4:]!r}")
        raise DeviceFault("the thermometer sends garbage")
