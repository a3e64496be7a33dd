"""`scripts/doctor`: looks at an installation and says of each part whether it will do, and if not what to do."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.compose import secrets
from scripts.house import packages, servers, setup
from scripts.house.fetch import is_complete
from scripts.house.models import WHEELS as MODEL_WHEELS
from scripts.house.mongod_binary import find_mongod
from scripts.house.places import MODELS, ROOT, STATE, HouseError
from scripts.house.ports import is_free
from scripts.house.steps import say

DISK_GIB = 3.0
MEMORY_GIB = 3.0
SET_UP = "run scripts/setup"


def main(arguments: list[str]) -> int:
    """Print one line a part; 1 if something is wrong."""
    wrong = 0
    for name, probe in PROBES.items():
        try:
            found = probe()
        except HouseError as error:
            wrong += 1
            say(f"  bad {name}: {error}")
        else:
            say(f"  ok  {name}: {found}")
    say(f"doctor: {'nothing is wrong' if not wrong else f'{wrong} to mend'}")
    return 1 if wrong or arguments else 0


def _tools() -> str:
    setup.check_tools()
    return f"Python {sys.version.split()[0]}, Node {'.'.join(map(str, setup.node_version() or ()))}"


def _system_packages() -> str:
    wanted = packages.missing()
    if wanted:
        names = ", ".join(f"{package.name} ({package.purpose})" for package in wanted)
        raise HouseError(f"missing {names}", packages.advice(wanted))
    return "all there"


def _environment() -> str:
    if not setup.python_is_ready():
        raise HouseError("not made, or older than requirements.lock", SET_UP)
    return "as requirements.lock"


def _node_packages() -> str:
    if not setup.node_is_ready():
        raise HouseError("not installed, or older than package-lock.json", SET_UP)
    return "as package-lock.json"


def _pages() -> str:
    if not setup.pages_are_built():
        raise HouseError("not built, or older than their sources", SET_UP)
    return "as their sources"


def _models() -> str:
    if not is_complete(MODELS, MODEL_WHEELS):
        raise HouseError("not fetched", SET_UP)
    return "four, by hash"


def _database() -> str:
    if os.environ.get("CLEARLANE_MONGODB_URI"):
        return "CLEARLANE_MONGODB_URI (start-up says whether it answers)"
    found = find_mongod()
    if found is None:
        raise HouseError("no mongod", f"{SET_UP}, or set CLEARLANE_MONGODB_URI to a replica set")
    return "embedded, for demo and tests only"


def _servers() -> str:
    if not servers.are_there():
        missing = " and ".join(sorted(set(servers.PROGRAMS.values())))
        raise HouseError(
            f"{missing} are missing, needed to test {servers.CHECKED}", f"{SET_UP}, or install them"
        )
    return "Caddy and coturn, for the test of docker-compose.yml"


def _production() -> str:
    """What `docker compose up` needs beside the images; nothing of it where nobody began with it."""
    folder = Path(os.environ.get("SECRETS_FOLDER") or ROOT / secrets.FOLDER)
    if not folder.is_dir():
        return "no secrets, so this is a demo (docs/operations.md, Production)"
    make = f"run python3 -m scripts.compose.secrets {folder}"
    if missing := secrets.missing(folder):
        raise HouseError(f"{folder} lacks {', '.join(missing)}", make)
    if secrets.open_to_others(folder):
        raise HouseError(f"{folder} is open to others on this machine", f"chmod 700 {folder}")
    if strangers := secrets.of_another_password(folder):
        raise HouseError(strangers, f"delete it, then {make}")
    devices = os.environ.get("DEVICES_FILE")
    if devices and not Path(devices).is_file():
        raise HouseError(f"DEVICES_FILE {devices} is not there", "name the file of the lanes' devices")
    return f"secrets in {folder}"


def _ports() -> str:
    first = int(os.environ.get("CLEARLANE_PORT", "8000"))
    taken = [str(port) for port in range(first, first + 3) if not is_free(port)]
    if taken:
        raise HouseError(
            f"{', '.join(taken)} taken (by a running Clearlane?)", "stop it, or set CLEARLANE_PORT"
        )
    return f"{first} to {first + 2} are free"


def _disk() -> str:
    free = shutil.disk_usage(ROOT).free / 2**30
    if free < DISK_GIB:
        raise HouseError(f"{free:.1f} GiB free", f"free {DISK_GIB:.0f} GiB on the disk of {ROOT}")
    if STATE.exists() and not os.access(STATE, os.W_OK):
        raise HouseError(f"{STATE} cannot be written", "give yourself the right")
    return f"{free:.0f} GiB free"


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    if total < MEMORY_GIB:
        raise HouseError(
            f"{total:.1f} GiB", f"give the machine {MEMORY_GIB:.0f} GiB; all parts together need that"
        )
    return f"{total:.0f} GiB"


PROBES: dict[str, Callable[[], str]] = {
    "tools": _tools,
    "system packages": _system_packages,
    "Python environment": _environment,
    "Node packages": _node_packages,
    "pages": _pages,
    "models": _models,
    "database": _database,
    "servers": _servers,
    "production": _production,
    "ports": _ports,
    "disk": _disk,
    "memory": _memory,
}
