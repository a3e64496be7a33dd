"""The servers that stand beside ours in production, Caddy and coturn, for the test that runs them as compose does.

Fetched as Debian packages and unpacked below `.clearlane`, never installed: an installed one starts with the machine.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scripts.house.places import STATE, HouseError
from scripts.house.steps import command, say

SERVERS = STATE / "servers"
PROGRAMS: Mapping[str, str] = {
    "caddy": "caddy",
    "turnserver": "coturn",
    "turnutils_stunclient": "coturn",
    "turnutils_uclient": "coturn",
}
"""Each program and the package it is in."""
CHECKED = "that docker-compose.yml's own commands serve"


def environment() -> dict[str, str]:
    """Return what a process needs to be told to find these programs and their libraries."""
    libraries = [str(folder) for folder in (SERVERS / "usr" / "lib").glob("*-linux-gnu")]
    found = {"PATH": f"{SERVERS / 'usr' / 'bin'}:{os.environ.get('PATH', os.defpath)}"}
    return found | ({"LD_LIBRARY_PATH": ":".join(libraries)} if libraries else {})


def are_there() -> bool:
    """Whether all of them are fetched, or on PATH."""
    return all(shutil.which(name, path=environment()["PATH"]) for name in PROGRAMS)


def install_servers() -> bool:
    """Fetch them unless they are there; False if nothing was to do, or where this is no Debian or Ubuntu."""
    if are_there() or shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return False
    STATE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATE, prefix=".new-") as work:
        try:
            _fetch(Path(work))
        except HouseError as error:
            say(f"  note: {error}")
            return False
        fresh = Path(work) / "unpacked"
        for package in sorted(Path(work).glob("*.deb")):
            unpacked = ["dpkg-deb", "-x", str(package), str(fresh)]
            command(unpacked, what=f"{package.name} cannot be unpacked", do="start again")
        shutil.rmtree(SERVERS, ignore_errors=True)
        fresh.rename(SERVERS)
    return True


def _fetch(folder: Path) -> None:
    """Download what is missing of both and of their libraries; apt checks the signatures."""
    (folder / "partial").mkdir()
    packages = sorted(set(PROGRAMS.values()))
    download = ["apt-get", "-qq", "install", "--download-only", "--no-install-recommends", "--yes"]
    download += ["-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={folder}", *packages]
    if subprocess.run(download, capture_output=True, check=False).returncode == 0:
        return
    do = f"apt-get update, then scripts/setup; without them it is not tested {CHECKED}"
    if os.geteuid() == 0:
        command(["apt-get", "-qq", "update"], what="apt failed", do=do)
    command(download, what=f"{' and '.join(packages)} could not be fetched", do=do)


if __name__ == "__main__":
    install_servers()
