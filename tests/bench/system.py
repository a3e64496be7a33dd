"""The system under measurement: started as `scripts/run` starts it, or the API and its database alone."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from scripts.house import processes
from scripts.house.mongod import dies_with_parent, start_embedded, stop_embedded
from scripts.house.places import ROOT, STATE, VENV_PYTHON, HouseError
from scripts.house.ports import free_port, is_free
from tests.bench.figures import progress

START_SECONDS = 90.0
END_SECONDS = 40.0
PORTS = 3
IDLE_SECONDS = 5.0


@dataclass(frozen=True)
class System:
    """Where a running system is; its folder goes with it."""

    home: Path
    port: int
    mongodb_uri: str

    @property
    def hub_url(self) -> str:
        """The API's address."""
        return f"http://localhost:{self.port}"

    @property
    def agent_url(self) -> str:
        """The lane agent's address."""
        return f"http://localhost:{self.port + 1}"


@dataclass(frozen=True)
class Used:
    """Processor time of the API and of its database in milliseconds, and requests that reached the database."""

    api: float = 0.0
    database: float = 0.0
    requests: float = 0.0

    def __add__(self, other: "Used") -> "Used":
        return Used(self.api + other.api, self.database + other.database, self.requests + other.requests)

    def __sub__(self, other: "Used") -> "Used":
        return Used(self.api - other.api, self.database - other.database, self.requests - other.requests)

    def __truediv__(self, number: float) -> "Used":
        return Used(self.api / number, self.database / number, self.requests / number)


@dataclass(frozen=True)
class Alone:
    """The API with its database, and nobody else who asks it anything."""

    system: System
    api_pid: int
    database_pid: int
    database: MongoClient[dict[str, Any]]

    def before(self) -> Used:
        """Return what has been used so far, as the last thing before an operation."""
        requests = self._requests()
        return replace(self._processors(), requests=requests)

    def after(self) -> Used:
        """Return what has been used so far, as the first thing after an operation."""
        processors = self._processors()
        return replace(processors, requests=self._requests() - 1)  # the question itself is one

    async def idle(self) -> Used:
        """Return what is used in a second in which nobody asks anything."""
        before, began = self.before(), time.monotonic()
        await asyncio.sleep(IDLE_SECONDS)
        return (self.after() - before) / (time.monotonic() - began)

    def _processors(self) -> Used:
        return Used(processor_milliseconds(self.api_pid), processor_milliseconds(self.database_pid))

    def _requests(self) -> float:
        counted = self.database.admin.command("serverStatus", repl=0, metrics=0, locks=0, tcmalloc=0)
        return float(counted["network"]["numRequests"])


def processor_milliseconds(pid: int) -> float:
    """Return user and system time of a process, all its threads, as its CPU clock has it: /proc counts in 10 ms only.

    The clock's number is made as clock_getcpuclockid(3) makes it. Raises OSError where there is no such process.
    """
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e6


@contextmanager
def whole_system() -> Iterator[System]:
    """`scripts/run --no-simulator` with an empty database of its own; whoever measures plays the devices."""
    with TemporaryDirectory(dir=STATE, prefix="bench-") as folder:
        home, port = Path(folder), free_ports()
        command = [*dies_with_parent(), str(VENV_PYTHON), "-m", "scripts.house", "run", "--no-simulator"]
        start = subprocess.Popen(
            command, cwd=ROOT, env=environment(home, port), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        try:
            _until_ready(start)
            yield System(home, port, _told(home / "run.env", "CLEARLANE_MONGODB_URI"))
        finally:
            _end(start)


@contextmanager
def api_alone() -> Iterator[Alone]:
    """The API and its database only, so that every bit of their time is for what is asked."""
    with TemporaryDirectory(dir=STATE, prefix="bench-") as folder, ExitStack() as stack:
        home, port = Path(folder), free_ports()
        uri, database = start_embedded(home / "mongo")
        stack.callback(lambda: stop_embedded(database))
        told = environment(home, port) | {
            "CLEARLANE_MONGODB_URI": uri,
            "CLEARLANE_DEMO": "true",
            "CLEARLANE_PUBLIC_URL": f"http://localhost:{port}",
        }
        api = processes.start("api", ("backend", "serve"), told, home / "logs")
        stack.callback(lambda: processes.end([api]))
        processes.wait_until_served(api, port, "/healthz", START_SECONDS)
        client = stack.enter_context(MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=10_000))
        yield Alone(System(home, port, uri), api.process.pid, database.pid, client)


def environment(home: Path, port: int) -> dict[str, str]:
    """No traffic, no random review, and never the database of somebody else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLEARLANE_")}
    return kept | {
        "CLEARLANE_SET_UP": "1",
        "CLEARLANE_HOME": str(home),
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_RANDOM_REVIEW_SHARE": "0",
        "CLEARLANE_AGENCY_DEADLINE_SECONDS": "3600",
    }


def free_ports() -> int:
    """The first of the ports a start needs: API, lane agent, devices."""
    while True:
        port = free_port()
        if all(is_free(port + more) for more in range(PORTS)):
            return port


def _until_ready(start: subprocess.Popen[bytes]) -> None:
    assert start.stdout is not None  # it was asked for
    for line in start.stdout:
        words = line.decode(errors="replace").rstrip()
        progress(words)
        if words.startswith("ready"):
            return
    raise HouseError("the system did not start", "the lines above say why")


def _end(start: subprocess.Popen[bytes]) -> None:
    start.send_signal(signal.SIGINT)
    try:
        start.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        start.kill()  # its children end with it
        start.communicate()


def _told(file: Path, name: str) -> str:
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return next(value for key, _, value in lines if key == name)
