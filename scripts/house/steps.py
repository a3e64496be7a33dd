"""Progress on the terminal: one line when a step begins and ends, with its time."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.house.fetch import explained, last_line
from scripts.house.places import ROOT, STATE, HouseError, shown

STAMPS = STATE / "stamps"


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say that a step begins, and how long it took."""
    began = time.monotonic()
    say(f"  ...          {name}")
    yield
    say(f"  ok {time.monotonic() - began:7.1f} s {name}")


def say(line: str) -> None:
    """One line on standard output, at once, also into a pipe."""
    print(line, flush=True)


def command(
    arguments: Sequence[str],
    *,
    what: str,
    do: str,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> None:
    """Run a tool quietly; its failure becomes one line and its output goes to `.clearlane/logs/setup.log`."""
    with explained(folder / "file"):
        result = subprocess.run(
            arguments,
            cwd=folder,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode == 0:
        return
    if "No space left" in result.stdout or "ENOSPC" in result.stdout:
        raise HouseError(f"the disk of {folder} is full", "free some 3 GB there, then start again")
    log = STATE / "logs" / "setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(result.stdout)
    raise HouseError(f"{what} ({last_line(result.stdout)})", f"{do}; the whole output is in {shown(log)}")


def digest(files: Iterable[Path], *words: str) -> str:
    """What a stamp holds: the files' names and contents, and further words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def fail(error: HouseError) -> int:
    """Print the line and return the exit code."""
    print(f"clearlane: {error}", file=sys.stderr, flush=True)
    return 1
