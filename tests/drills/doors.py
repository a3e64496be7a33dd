"""The way to each member of a replica set: TCP forwarders that know who comes, and whom they let through no more."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CLIENT = -1
"""Who comes and is no member of the set."""
ANSWER_SECONDS = 20.0

WhoseSource = Callable[[int], int]
"""Given the port a connection comes from, returns the member whose process holds it, or CLIENT."""


@dataclass(eq=False)
class Link:
    """One connection: who holds it, and to which member it goes."""

    origin: int
    target: int
    writers: list[asyncio.StreamWriter]
    passes: asyncio.Event = field(default_factory=asyncio.Event)

    def abort(self) -> None:
        """Break it off, both ways."""
        self.passes.set()
        for writer in self.writers:
            writer.transport.abort()


@dataclass(frozen=True)
class Cut:
    """Ways that are cut, as (who comes, to whom). Silent: what is sent vanishes; else connections break off."""

    ways: frozenset[tuple[int, int]]
    silent: bool

    @classmethod
    def around(cls, member: int, others: Collection[int], *, silent: bool = False) -> "Cut":
        """Return the cut between a member and these others."""
        there = {(other, member) for other in others}
        return cls(frozenset(there | {(member, other) for other in others}), silent)


class Doors:
    """A door for each member, served by a thread of its own: drills block theirs."""

    def __init__(self, targets: list[int], whose: WhoseSource) -> None:
        self._targets = targets
        self._whose = whose
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doors", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._cut: Cut | None = None
        self.ports: list[int] = []

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Serve until the block ends."""
        self._thread.start()
        self._on_loop(self._open())
        try:
            yield
        finally:
            self._on_loop(self._close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(ANSWER_SECONDS)
            self._loop.close()

    def cut(self, cut: Cut) -> None:
        """Cut these ways until `heal`."""
        self._on_loop(self._apply(cut))

    def heal(self) -> None:
        """Let everybody through again; what was held up breaks off."""
        self._on_loop(self._apply(None))

    def _on_loop(self, coroutine: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        done.result(ANSWER_SECONDS)

    async def _open(self) -> None:
        for index in range(len(self._targets)):
            server = await asyncio.start_server(self._server_for(index), "127.0.0.1", 0)
            self._servers.append(server)
            self.ports.append(server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for link in self._links:
            link.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _apply(self, cut: Cut | None) -> None:
        before, self._cut = self._cut, cut
        for link in list(self._links):
            way = (link.origin, link.target)
            if before is not None and before.silent and way in before.ways:
                link.abort()
            elif cut is not None and way in cut.ways:
                link.passes.clear() if cut.silent else link.abort()

    def _server_for(
        self, target: int
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None  # the server runs this as one
            self._tasks.add(task)
            source = writer.get_extra_info("peername")[1]
            link = Link(self._whose(source), target, [writer])
            self._links.add(link)
            try:
                with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                    await self._carry(link, reader, writer)
            finally:
                link.abort()
                self._links.discard(link)
                self._tasks.discard(task)

        return serve

    async def _carry(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut is None or (link.origin, link.target) not in self._cut.ways:
            link.passes.set()
        elif not self._cut.silent:
            return
        await link.passes.wait()
        onward_reader, onward = await asyncio.open_connection("127.0.0.1", self._targets[link.target])
        link.writers.append(onward)
        await asyncio.gather(_pass(link, reader, onward), _pass(link, onward_reader, writer))


async def _pass(link: Link, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while part := await source.read(65536):
        await link.passes.wait()
        target.write(part)
        await target.drain()
    link.abort()
