"""Children of a start: begun with their own log, waited for, told to end in reverse order."""

import http.client
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.house.fetch import last_line
from scripts.house.mongod import dies_with_parent
from scripts.house.places import ROOT, VENV_PYTHON, HouseError, shown

END_SECONDS = 10.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Child:
    """One running part and where its words go."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> HouseError:
        """The line that says it has stopped by itself."""
        words = last_line(self.log.read_text(errors="replace"))
        what = f"{self.name} stopped with exit code {self.process.returncode} ({words[:200]})"
        return HouseError(what, f"read {shown(self.log)}")


def start(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], logs: Path, *, goes_on: bool = False
) -> Child:
    """Start `python -m arguments...` of the environment; its log begins anew unless it `goes_on`."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name.replace(' ', '-')}.log"
    with log.open("ab" if goes_on else "wb") as words:
        process = subprocess.Popen(
            [*dies_with_parent(), str(VENV_PYTHON), "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the start alone, which ends its children in order
        )
    return Child(name, process, log)


def wait_until_served(child: Child, port: int, path: str, seconds: float) -> None:
    """Return when `path` is answered with 200. Raises HouseError if the child ends or the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _is_served(port, path):
            return
        look_after([child])
    raise HouseError(f"{child.name} did not answer within {seconds:.0f} s", f"read {shown(child.log)}")


def look_after(children: Sequence[Child]) -> None:
    """Wait a moment; raises HouseError for a child that has ended by itself."""
    for child in children:
        if child.process.poll() is not None:
            raise child.ended()
    try:
        children[0].process.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return
    raise children[0].ended()


def end(children: Sequence[Child]) -> None:
    """End all, the last started first; what does not listen is killed."""
    for child in reversed(children):
        child.process.terminate()
    until = time.monotonic() + END_SECONDS
    for child in reversed(children):
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _is_served(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
