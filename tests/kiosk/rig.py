"""The devices of one lane as small real servers that a test moves: they speak the drivers' protocols."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails when it does not within a ceiling against hanging."""
    async with asyncio.timeout(20):
        while True:
            if holds():
                return
            await asyncio.sleep(0.002)


def jpeg() -> bytes:
    """Return a small grey picture."""
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 90, 90)).save(stream, "JPEG")
    return stream.getvalue()


@asynccontextmanager
async def tcp_device(talk: Talk) -> AsyncIterator[int]:
    """Serve one talk for each connection; give the port. A talk ends with the test or when the other hangs up."""

    talking: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking)


@dataclass
class Rig:
    """One lane's devices; a test sets and moves them."""

    lane_id: str
    temperature: str = "T=36.5"
    picture: bytes = field(default_factory=jpeg)
    arm: str = "closed"
    fault: str | None = None
    obeys: bool = True
    """Whether the barrier moves when told."""
    commands: list[str] = field(default_factory=list)
    """What the barrier was told, in order."""
    pictures_taken: int = 0
    loops: dict[str, bool] = field(default_factory=lambda: {"approach": False, "exit": False, "side": False})
    version: int = 0
    base: str = ""
    _felt: asyncio.Condition = field(default_factory=asyncio.Condition)
    scanners: list[asyncio.StreamWriter] = field(default_factory=list)
    _scanner_port: int = 0
    _thermometer_port: int = 0

    def entry(self) -> dict[str, Any]:
        """Return this lane's entry in the catalogue."""
        return {
            "laneId": self.lane_id,
            "scanner": {"host": "127.0.0.1", "port": self._scanner_port},
            "thermometer": {"host": "127.0.0.1", "port": self._thermometer_port},
            "cameras": {"FRONT": f"{self.base}/front", "REAR": f"{self.base}/rear"},
            "barrier": f"{self.base}/barrier",
            "loops": f"{self.base}/loops",
        }

    async def feel(self, **loops: bool) -> None:
        """Set loops: `await rig.feel(approach=True)`."""
        async with self._felt:
            self.loops.update(loops)
            self.version += 1
            self._felt.notify_all()

    async def drive_out(self) -> None:
        """The vehicle drives over the loop behind the barrier and away."""
        await self.feel(approach=False, exit=True)
        await self.polled()
        await self.feel(exit=False)

    async def drive_aside(self) -> None:
        """The vehicle leaves by the side way."""
        await self.feel(approach=False, side=True)
        await self.polled()
        await self.feel(side=False)

    async def polled(self) -> None:
        """Wait until the agent has fetched the present state of the loops."""
        async with self._felt:
            await self._felt.wait_for(lambda: self._asked_after >= self.version)

    async def scan(self, text: str) -> None:
        """Show a code to the scanner."""
        await until(lambda: bool(self.scanners))
        for writer in self.scanners:
            writer.write(f"{text}\r\n".encode())

    _asked_after: int = -1

    # ---- the servers

    async def scanner(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep the agent's connection for `scan`."""
        self.scanners.append(writer)
        await reader.read()

    async def thermometer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each READ."""
        while await reader.readline() == b"READ\r\n":
            writer.write(f"{self.temperature}\r\n".encode())
        writer.close()

    async def camera(self, _: web.Request) -> web.Response:
        """Give the picture."""
        self.pictures_taken += 1
        return web.Response(body=self.picture, content_type="image/jpeg")

    async def barrier(self, _: web.Request) -> web.Response:
        """Say where the arm is."""
        return web.json_response({"state": self.arm, "fault": self.fault})

    async def command(self, request: web.Request) -> web.Response:
        """Obey, or only say so."""
        command = request.match_info["command"]
        self.commands.append(command)
        if self.obeys:
            self.arm = {"open": "open", "close": "closed"}[command]
        return await self.barrier(request)

    async def long_poll(self, request: web.Request) -> web.Response:
        """Answer once something changed, or after the wait."""
        after, wait = int(request.query["after"]), float(request.query["wait"])
        async with self._felt:
            self._asked_after = after
            self._felt.notify_all()
            if self.version <= after:
                await self._changed(after, wait)
            return web.json_response({"version": self.version, **self.loops})

    async def _changed(self, after: int, wait: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._felt.wait_for(lambda: self.version > after)


@asynccontextmanager
async def rigged(*lane_ids: str) -> AsyncIterator[dict[str, Rig]]:
    """Serve the devices of these lanes."""
    rigs = {lane_id: Rig(lane_id) for lane_id in lane_ids}
    app = web.Application()
    for rig in rigs.values():
        at = f"/{rig.lane_id}"
        app.add_routes(
            [
                web.get(f"{at}/front", rig.camera),
                web.get(f"{at}/rear", rig.camera),
                web.get(f"{at}/barrier", rig.barrier),
                web.post(f"{at}/barrier/{{command:open|close}}", rig.command),
                web.get(f"{at}/loops", rig.long_poll),
            ]
        )

    async def catalogue(_: web.Request) -> web.Response:
        return web.json_response({"lanes": [rig.entry() for rig in rigs.values()]})

    app.router.add_get("/devices", catalogue)
    async with served(app) as base, _talking(rigs) as ports:
        for lane_id, rig in rigs.items():
            rig.base = f"{base}/{lane_id}"
            rig._scanner_port, rig._thermometer_port = ports[lane_id]
        yield rigs


@asynccontextmanager
async def _talking(rigs: dict[str, Rig]) -> AsyncIterator[dict[str, tuple[int, int]]]:
    async with AsyncExitStack() as open_servers:
        ports = {}
        for lane_id, rig in rigs.items():
            scanner = await open_servers.enter_async_context(tcp_device(rig.scanner))
            thermometer = await open_servers.enter_async_context(tcp_device(rig.thermometer))
            ports[lane_id] = (scanner, thermometer)
        yield ports


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Serve an HTTP device; give its address."""
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
