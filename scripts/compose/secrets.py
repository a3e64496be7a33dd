"""`python3 -m scripts.compose.secrets [FOLDER]`: makes the secrets that docker-compose.yml mounts, each once.

Needs nothing but Python: it runs on the machine that starts the containers.
"""

import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(".clearlane/secrets")
MEMBERS = ("mongo-1:27017", "mongo-2:27017", "mongo-3:27017")
HUB_USER = "clearlane"
NAMES = (
    "mongo_keyfile",
    "mongo_admin_password",
    "mongo_hub_password",
    "clearlane_mongodb_uri",
    "turn_secret",
)
FOLDER_MODE = 0o700
"""Nobody but its owner comes to the files from outside a container."""
FILE_MODE = 0o444
"""In a container a secret is mounted as it is here, and its process has a user that is nobody here."""
KEYFILE_BYTES = 741  # 988 characters: MongoDB takes up to 1024


def made(known: Mapping[str, str]) -> dict[str, str]:
    """Return all secrets: those known, and new ones for the rest."""
    wanted = {
        "mongo_keyfile": b64encode(secrets.token_bytes(KEYFILE_BYTES)).decode(),
        "mongo_admin_password": secrets.token_urlsafe(32),
        "mongo_hub_password": secrets.token_urlsafe(32),
        "turn_secret": secrets.token_urlsafe(32),
    }
    wanted.update(known)
    wanted.setdefault("clearlane_mongodb_uri", uri(wanted["mongo_hub_password"]))
    return wanted


def uri(password: str) -> str:
    """Return where the hub finds its database."""
    return f"mongodb://{HUB_USER}:{password}@{','.join(MEMBERS)}/?replicaSet=rs0&authSource=admin"


def missing(folder: Path) -> list[str]:
    """Return the secrets that are not there or empty."""
    return [
        name for name in NAMES if not (folder / name).is_file() or not (folder / name).read_text().strip()
    ]


def open_to_others(folder: Path) -> bool:
    """Whether somebody else than its owner comes into the folder."""
    return bool(folder.stat().st_mode & 0o077)


def of_another_password(folder: Path) -> str | None:
    """Say so where the hub would show its database another password than its user has, or go to other members."""
    password, found = ((folder / name).read_text().strip() for name in (NAMES[2], NAMES[3]))
    return None if found == uri(password) else f"{folder / NAMES[3]} does not fit {NAMES[2]}"


def write(folder: Path) -> list[str]:
    """Make what is missing and return its names; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    wanted = missing(folder)
    known = {name: (folder / name).read_text().strip() for name in NAMES if name not in wanted}
    for name, text in made(known).items():
        if name in wanted:
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text + "\n")
            (folder / name).chmod(FILE_MODE)
    return wanted


def main(arguments: list[str]) -> int:
    """Write them and say which."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else FOLDER
    wanted = write(folder)
    print(f"{folder}: made {', '.join(wanted)}" if wanted else f"{folder}: all there, nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
