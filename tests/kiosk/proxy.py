"""A line to the hub that a test can cut: a TCP forwarder."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Line:
    """The way from an agent to its hub."""

    hub_port: int
    port: int = 0
    is_cut: bool = False
    loses_answers_to: bytes | None = None
    """A request that holds these bytes arrives; its answer, and all that follows on its connection, does not."""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The address the agent asks."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Nothing goes through any more, and what was open breaks off."""
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """All goes through again."""
        self.is_cut, self.loses_answers_to = False, None
        for writer in self._writers:
            writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        if self.is_cut:
            writer.transport.abort()
            return
        with contextlib.ExitStack() as ending:
            ending.callback(writer.transport.abort)  # also where the test ends while the hub is being called
            onward_reader, onward = await asyncio.open_connection("127.0.0.1", self.hub_port)
            ending.callback(onward.transport.abort)
            self._writers |= {writer, onward}
            ending.callback(self._writers.difference_update, {writer, onward})
            mute = asyncio.Event()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await asyncio.gather(
                    self._ask(reader, onward, mute), self._answer(onward_reader, writer, mute)
                )

    async def _ask(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, mute: asyncio.Event
    ) -> None:
        while part := await source.read(65536):
            if self.loses_answers_to is not None and self.loses_answers_to in part:
                mute.set()
            target.write(part)
            await target.drain()
        target.transport.abort()

    async def _answer(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, mute: asyncio.Event
    ) -> None:
        while part := await source.read(65536):
            if not mute.is_set():
                target.write(part)
                await target.drain()
        target.transport.abort()


@asynccontextmanager
async def line_to(hub_port: int) -> AsyncIterator[Line]:
    """Lay a line to the hub."""
    line = Line(hub_port)
    carrying: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        carrying.add(task)
        await line.carry(reader, writer)

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.cut()
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
