"""What the system itself must bring: a browser for the journeys, a font that draws Chinese plates."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.house.places import HouseError
from scripts.house.steps import command, say, step


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
    """Install with apt where this is root on Debian or Ubuntu; elsewhere say what will not work."""
    wanted = missing()
    if not wanted:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        with step(f"system packages {' '.join(package.name for package in wanted)}"):
            try:
                for words in (
                    ["update"],
                    ["install", "-y", "--no-install-recommends", *(p.name for p in wanted)],
                ):
                    command(
                        ["apt-get", "-qq", *words],
                        what="apt failed",
                        do=advice(wanted),
                        environment=environment,
                    )
            except HouseError as error:
                say(f"  note: {error}")
    for package in missing():
        say(f"  note: {package.name} is missing, needed for {package.purpose}: {advice([package])}")
