"""docker-compose.yml's services as processes on loopback: their own words and settings, other addresses and folders.

What is translated, and nothing else: `host:port` and a service's own ports, 0.0.0.0, the places of volumes, secrets,
files of configuration, /tmp and /opt/clearlane.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scripts.compose import secrets
from scripts.house import servers
from scripts.house.fetch import last_line
from scripts.house.mongod import dies_with_parent
from scripts.house.mongod_binary import find_mongod
from scripts.house.places import MODELS, ROOT, VENV, HouseError
from scripts.house.ports import free_port
from tests.compose.composed import Composed, Service, composed

PORTS = {
    "mongo-1": (27017,),
    "mongo-2": (27017,),
    "mongo-3": (27017,),
    "api-1": (8000,),
    "api-2": (8000,),
    "lane-agent": (8001,),
    "caddy": (8080, 8443, 8081),
    "coturn": (3478,),
}
"""The ports on which each container listens."""
CEILING_SECONDS = 90.0
LOOK_SECONDS = 0.1
COTURN_ON_LOOPBACK = "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nallow-loopback-peers\n"
"""A container's own address is found by coturn itself; calls between two parts of one machine are for tests only."""


@dataclass
class Container:
    """One service, through all its starts."""

    service: Service
    words: list[str]
    environment: dict[str, str]
    health_words: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and return at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*dies_with_parent(), *self.words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """Its process. Raises RuntimeError where it was not started."""
        if self.process is None:
            raise RuntimeError(f"{self.service.name} was not started")
        return self.process

    def execute(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a command in its place, as `docker compose exec` does."""
        return subprocess.run(
            words,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=CEILING_SECONDS,
            check=False,
        )

    def is_healthy(self) -> bool:
        """Whether its own health check passes."""
        return self.execute(self.health_words).returncode == 0

    def wait_until_ready(self) -> None:
        """Return once a job is done, or a part that stays is healthy. Raises HouseError."""
        end = time.monotonic() + CEILING_SECONDS
        while time.monotonic() < end:
            code = self.running.poll()
            if code is not None and (code or not self.service.is_job):
                raise self._failed(f"ended with {code}")
            if code == 0 or (not self.service.is_job and self.is_healthy()):
                return
            time.sleep(LOOK_SECONDS)
        raise self._failed("is not ready")

    def stop(self) -> int:
        """SIGTERM, and wait as long as the file gives it; return the exit code. Raises TimeoutExpired."""
        self.running.terminate()
        return self.running.wait(float(str(self.service.said["stop_grace_period"]).removesuffix("s")))

    def end(self) -> None:
        """End it, whatever it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _failed(self, how: str) -> HouseError:
        words = last_line(self.log.read_text(errors="replace"))
        return HouseError(f"{self.service.name} {how} ({words[:300]})", f"read {self.log}")


class Loopback:
    """All services of the file below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: Composed = composed()
        self.ports = {(name, port): free_port() for name, ports in PORTS.items() for port in ports}
        self.demo: Mapping[str, str] = {}
        """What the services are told beyond the file."""
        self._containers: dict[str, Container] = {}
        secrets.write(folder / "secrets")
        uri = folder / "secrets" / "clearlane_mongodb_uri"
        uri.chmod(0o600)
        uri.write_text(self.translated(self.file.services["api-1"], uri.read_text()))
        _write_programs(folder / "bin")

    def port(self, name: str, port: int) -> int:
        """Where a container's port is here."""
        return self.ports[name, port]

    def container(self, name: str) -> Container:
        """Return a service as it would be started here; the same one each time."""
        if name not in self._containers:
            self._containers[name] = self._made(self.file.services[name])
        return self._containers[name]

    def up(self, *names: str) -> None:
        """Start services and all they depend on, each when what it waits for is ready. Raises HouseError."""
        for name in names:
            self.up(*self.file.services[name].said.get("depends_on", {}))
        begun = [self.container(name) for name in names if self.container(name).process is None]
        for container in begun:
            container.start()
        for container in begun:
            container.wait_until_ready()

    def down(self) -> None:
        """End all of them, the last started first."""
        for container in reversed(self._containers.values()):
            container.end()

    def forget(self, *names: str) -> None:
        """Make them anew at their next start, with what they are told by then."""
        for name in names:
            self._containers.pop(name).end()

    def translated(self, service: Service, text: str) -> str:
        """Return a text of the file with the addresses and places it has here."""
        places = {**self._shared, **self._places(service)}
        pattern = "|".join(sorted(map(_whole, places), key=len, reverse=True))
        return re.sub(pattern, lambda found: places[found[0]], text)

    @cached_property
    def _shared(self) -> dict[str, str]:
        hosts = {f"{name}:{port}": f"127.0.0.1:{here}" for (name, port), here in self.ports.items()}
        return hosts | {
            "0.0.0.0": "127.0.0.1",
            "/run/secrets": str(self.folder / "secrets"),
            "/opt/clearlane/models": str(MODELS),
        }

    def _places(self, service: Service) -> dict[str, str]:
        lender = str(service.said.get("network_mode", "")).removeprefix("service:")
        own = lender or service.name
        places = {str(port): str(here) for (name, port), here in self.ports.items() if name == own}
        places |= {mount.target: str(self.folder / "volumes" / mount.name) for mount in service.volumes}
        places |= {mount.target: str(self._config(service, mount.name)) for mount in service.configs}
        return places | {"/tmp": str(self.folder / "tmp" / service.name)}

    def _config(self, service: Service, name: str) -> Path:
        return self.folder / "configs" / service.name / name

    def _made(self, service: Service) -> Container:
        for mount in service.volumes:
            (self.folder / "volumes" / mount.name).mkdir(parents=True, exist_ok=True)
        (self.folder / "tmp" / service.name).mkdir(parents=True, exist_ok=True)
        for mount in service.configs:
            self._write_config(service, mount.name)
        told = {name: self.translated(service, value) for name, value in service.environment.items()}
        path = f"{self.folder / 'bin'}:{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}"
        check = [] if service.is_job else self._health(service)
        return Container(
            service,
            [self.translated(service, word) for word in service.words],
            {"PATH": path, "PYTHONUNBUFFERED": "1"} | told | self._more(told),
            check,
            self.folder / f"{service.name}.log",
        )

    def _more(self, told: Mapping[str, str]) -> dict[str, str]:
        """What a test adds concerns those parts only that read Clearlane's settings."""
        return dict(self.demo) if any(name.startswith("CLEARLANE_") for name in told) else {}

    def _write_config(self, service: Service, name: str) -> None:
        path = self._config(service, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = self.translated(service, (ROOT / self.file.file_of("configs", name)).read_text())
        path.write_text(text + (COTURN_ON_LOOPBACK if name == "turnserver" else ""))

    def _health(self, service: Service) -> list[str]:
        """The words of the health check; CMD-SHELL gives them to a shell."""
        kind, *words = [self.translated(service, word) for word in service.health]
        return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words


def _whole(place: str) -> str:
    """A place as a pattern that matches it and no longer word or path."""
    return rf"(?<![\w.-]){re.escape(place)}(?![\w-])"


def _write_programs(folder: Path) -> None:
    """Lay out the programs that a container has and this machine has elsewhere. Raises HouseError."""
    binary = find_mongod()
    if binary is None or not servers.are_there():
        raise HouseError("mongod, caddy or coturn is missing", "run scripts/setup")
    folder.mkdir()
    _script(folder / "mongod", [str(binary.path)], binary.libraries)
    found = servers.environment()
    for name in servers.PROGRAMS:
        finding = [f"PATH={json.dumps(found['PATH'])}"]
        finding += [f"{key}={json.dumps(value)}" for key, value in found.items() if key != "PATH"]
        _script(folder / name, ["env", *finding, name], None)
    _script(folder / "mongosh", [str(VENV / "bin" / "python"), "-m", "tests.compose.hello"], None)


def _script(path: Path, words: Sequence[str], libraries: Path | None) -> None:
    told = f"LD_LIBRARY_PATH={json.dumps(str(libraries))} " if libraries else ""
    path.write_text(f'#!/bin/sh\n{told}exec {" ".join(words)} "$@"\n')
    path.chmod(0o755)
