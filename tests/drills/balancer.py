"""A balancer of TCP connections before several APIs: each in turn, of those whose /healthz says 200."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

LOOK_SECONDS = 0.2
"""Between two looks at /healthz; the APIs' CLEARLANE_DRAIN_SECONDS must be more than two of them."""
HEALTH_SECONDS = 2.0
PART_BYTES = 65_536


@dataclass
class Balancer:
    """Where connections go. Who cannot be connected to is passed over, as is who says that he drains."""

    port: int
    backends: Sequence[int]
    healthy: set[int] = field(default_factory=set)
    connections: int = 0
    passed_over: int = 0
    """Connections that the first choice did not take."""
    refused: int = 0
    """Connections that nobody took."""
    _turn: int = 0

    def candidates(self) -> list[int]:
        """Return the backends in the order in which the next connection tries them."""
        self._turn += 1
        turned = [
            self.backends[(self._turn + place) % len(self.backends)] for place in range(len(self.backends))
        ]
        return sorted(turned, key=lambda backend: backend not in self.healthy)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        self.connections += 1
        onward = await self._connected()
        if onward is None:
            self.refused += 1
            writer.transport.abort()
            return
        await asyncio.gather(_pipe(reader, onward[1]), _pipe(onward[0], writer))

    async def watch(self, backend: int) -> None:
        """Look at one backend's /healthz, for ever."""
        timeout = aiohttp.ClientTimeout(total=HEALTH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            while True:
                serves = await _serves(http, backend)
                (self.healthy.add if serves else self.healthy.discard)(backend)
                await asyncio.sleep(LOOK_SECONDS)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for number, backend in enumerate(self.candidates()):
            try:
                opened = await asyncio.open_connection("127.0.0.1", backend)
            except OSError:
                continue
            self.passed_over += int(number > 0)
            return opened
        return None


async def _serves(http: aiohttp.ClientSession, backend: int) -> bool:
    try:
        async with http.get(f"http://localhost:{backend}/healthz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Hand on until the source ends or breaks off, then close in the same manner."""
    try:
        while part := await source.read(PART_BYTES):
            target.write(part)
            await target.drain()
    except OSError:
        target.transport.abort()
    finally:
        target.close()


@asynccontextmanager
async def balanced(port: int, backends: Sequence[int]) -> AsyncIterator[Balancer]:
    """Balance until the block ends."""
    balancer = Balancer(port, backends)
    carrying: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        carrying.add(task)
        task.add_done_callback(carrying.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await balancer.carry(reader, writer)

    server = await asyncio.start_server(carry, "127.0.0.1", port)
    watching = [asyncio.create_task(balancer.watch(backend)) for backend in backends]
    try:
        yield balancer
    finally:
        server.close()
        tasks = [*watching, *carrying]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
