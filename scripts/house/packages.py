"""What the system itself must bring: a browser for the journeys, a font that draws Chinese plates."""

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.house.places import HouseError
from scripts.house.steps import command, say, step

APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
SILENT = {"DEBIAN_FRONTEND": "noninteractive"}


@dataclass(frozen=True)
class Package:
    """A Debian package, the file that shows it is there, and what it is for."""

    name: str
    file: Path
    purpose: str


PACKAGES = (
    Package("chromium", Path("/usr/bin/chromium"), "the browser journeys of scripts/test"),
    Package(
        "fonts-noto-cjk",
        Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
        "the simulator's Chinese plates",
    ),
)


def missing() -> list[Package]:
    return [package for package in PACKAGES if not package.file.exists()]


def advice(packages: list[Package]) -> str:
    return f"apt install {' '.join(package.name for package in packages)}"


def install_missing() -> None:
    """Install what is missing, or say what will not work without it."""
    wanted = missing()
    if wanted:
        _install(wanted)
    for package in missing():
        say(f"  note: {package.name} is missing, needed for {package.purpose}: {advice([package])}")


def install_venv() -> None:
    """Debian and Ubuntu keep the part of Python that makes environments in a package of its own."""
    if importlib.util.find_spec("ensurepip") is None:
        _install([Package("python3-venv", Path(), "the Python environment")])


def _install(wanted: list[Package]) -> None:
    """Install with apt where this is root on Debian or Ubuntu."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    names = [package.name for package in wanted]
    with step(f"system packages {' '.join(names)}"):
        try:
            for words in (["update"], ["install", "-y", "--no-install-recommends", *names]):
                command([*APT, *words], what="apt failed", do=advice(wanted), environment=os.environ | SILENT)
        except HouseError as error:
            say(f"  note: {error}")
