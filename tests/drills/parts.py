"""The parts of a running system, each to be killed, frozen, ended and started again by a drill."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.house import processes
from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.part_settings import LANES, settings_of_parts
from tests.bench.system import environment

SERVED_SECONDS = 90.0
END_SECONDS = 30.0


class NotRunning(Exception):
    """The part was not started, or has ended."""


@dataclass
class Part:
    """`python -m ARGUMENTS` with these settings; every start after the first goes on with the same log.

    Start it from a thread that lives as long as the part: the system ends a child with the thread that began it.
    """

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    logs: Path
    served: tuple[int, str] | None = None
    """Port and path that answer 200 once it serves; None for a part that serves nothing."""
    starts: int = field(default=0, init=False)
    _child: processes.Child | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and return at once."""
        if self.is_alive:
            raise RuntimeError(f"{self.name} runs already")
        went_on = self.starts > 0
        self._child = processes.start(self.name, self.arguments, self.environment, self.logs, goes_on=went_on)
        self.starts += 1

    def wait_until_served(self, seconds: float = SERVED_SECONDS) -> None:
        """Return when it serves. Raises HouseError where it ends before, or does not within that time."""
        if self.served is not None:
            processes.wait_until_served(self._running, *self.served, seconds)

    @property
    def is_alive(self) -> bool:
        """Whether its process runs (or is frozen)."""
        return self._child is not None and self._child.process.poll() is None

    @property
    def pid(self) -> int:
        """The process. Raises NotRunning."""
        return self._running.process.pid

    @property
    def log(self) -> Path:
        """Where its words go."""
        return self.logs / f"{self.name.replace(' ', '-')}.log"

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone. Raises NotRunning."""
        process = self._running.process
        process.kill()
        process.wait()

    def stop(self, seconds: float = END_SECONDS) -> int:
        """SIGTERM, and wait; return the exit code. Raises NotRunning, or TimeoutExpired where it does not end."""
        process = self._running.process
        process.terminate()
        return process.wait(seconds)

    def freeze(self) -> None:
        """SIGSTOP: it holds its connections and says nothing. Raises NotRunning."""
        self._running.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT. Raises NotRunning."""
        self._running.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it in whatever state it is, at the end of a drill."""
        if self.is_alive:
            self.thaw()
            processes.end([self._running])

    @property
    def _running(self) -> processes.Child:
        if self._child is None or self._child.process.poll() is not None:
            raise NotRunning(self.name)
        return self._child


@dataclass
class Database:
    """An embedded mongod over one folder and one port, through all its starts."""

    folder: Path
    uri: str = field(default="", init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it is primary. Raises HouseError."""
        self.uri, self._process = start_embedded(self.folder)

    @property
    def is_alive(self) -> bool:
        """Whether its process runs (or is frozen)."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process. Raises NotRunning."""
        return self._running.pid

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone. Raises NotRunning."""
        process = self._running
        process.kill()
        process.wait()

    def freeze(self) -> None:
        """SIGSTOP. Raises NotRunning."""
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT. Raises NotRunning."""
        self._running.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it in whatever state it is, at the end of a drill."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            stop_embedded(self._process)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            raise NotRunning("database")
        return self._process


def api(home: Path, port: int, uri: str, **extra_environment: str) -> Part:
    """The hub on `port`."""
    told = _told(home, port, uri, extra_environment)
    return Part(f"api {port}", ("backend", "serve"), told, home / "logs", (port, "/healthz"))


def worker(home: Path, port: int, uri: str, **extra_environment: str) -> Part:
    """A recognition worker of the hub on `port`."""
    told = _told(home, port, uri, extra_environment)
    return Part("recognition worker", ("recognition", "work"), told, home / "logs")


def agent(home: Path, port: int, uri: str, **extra_environment: str) -> Part:
    """The lane agent of the hub on `port`, itself on the port after it."""
    told = _told(home, port, uri, extra_environment)
    served = (int(told["CLEARLANE_AGENT_PORT"]), f"/lane/{LANES[0]}/")
    return Part("lane agent", ("kiosk.agent",), told, home / "logs", served)


@contextmanager
def ended_afterwards(*parts: Part | Database) -> Iterator[None]:
    """End all of them when the block is left, the last named first."""
    try:
        yield
    finally:
        for part in reversed(parts):
            part.end()


def _told(home: Path, port: int, uri: str, extra: dict[str, str]) -> dict[str, str]:
    """As `scripts/run` tells it, without what the shell around a drill says of Clearlane."""
    return environment(home, port) | settings_of_parts(home, port) | {"CLEARLANE_MONGODB_URI": uri} | extra
