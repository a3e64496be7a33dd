"""The devices that speak lines of text over TCP: the code scanner and the thermometer."""

import asyncio
import errno
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress

LONGEST_LINE = 256
CONNECT_SECONDS = 3.0


class NobodyListens(Exception):
    """No lane agent is connected to this scanner."""


class LineServer(ABC):
    """One TCP device; its connections end with it."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, host: str, wished_port: int) -> None:
        """Listen on the wished port, or on any free one where that is taken (or 0)."""
        try:
            self._server = await asyncio.start_server(self._accept, host, wished_port, limit=LONGEST_LINE)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            self._server = await asyncio.start_server(self._accept, host, 0, limit=LONGEST_LINE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None  # a connection is always served in a task
        self._talks.add(talk)
        try:
            await self.talk(reader, writer)
        except (OSError, asyncio.CancelledError):
            # the other side hung up, or the device is being switched off
            pass
        finally:
            self._talks.discard(talk)
            writer.close()

    @abstractmethod
    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""


class ScannerPort(LineServer):
    """A code scanner: sends each code as a line to whoever is connected."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners: set[asyncio.StreamWriter] = set()
        self._connected = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many lane agents are connected."""
        return len(self._listeners)

    async def scan(self, code: str) -> None:
        """Send a code. Raises NobodyListens when no agent connects within three seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._connected.wait()
        if not self._listeners:
            raise NobodyListens("no lane agent is connected to the scanner: start it, then scan again")
        for writer in self._listeners:
            writer.write(f"{code}\r\n".encode())

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep the connection; what the other side says is ignored."""
        self._listeners.add(writer)
        self._connected.set()
        try:
            while await reader.read(LONGEST_LINE):
                pass
        finally:
            self._listeners.discard(writer)
            if not self._listeners:
                self._connected.clear()


class ThermometerPort(LineServer):
    """A thermometer at the driver's window: `READ` is answered `T=36.5`, or `ERR EMPTY` with nobody there."""

    def __init__(self, measure: Callable[[], float | None]) -> None:
        super().__init__()
        self._measure = measure

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each line."""
        while True:
            try:
                line = await reader.readline()
            except ValueError:  # a line past the limit: no master of this device sends one
                return
            if not line:
                return
            writer.write(f"{self._answer(line)}\r\n".encode())
            await writer.drain()

    def _answer(self, line: bytes) -> str:
        if line.strip() != b"READ":
            return "ERR COMMAND"
        measured = self._measure()
        return "ERR EMPTY" if measured is None else f"T={measured:.1f}"
