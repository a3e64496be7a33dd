"""The Ed25519 key that signs the log's heads: its own, so that whoever issues vouchers cannot restate the record."""

from pathlib import Path

from backend.kit.keyfiles import make_once
from backend.settings import Settings
from core.vouchers.keys import KeySet, SigningKey

FOLDER = "log"
ACTIVE = "active.pem"


def signing_key(settings: Settings) -> SigningKey:
    """Return the key that signs, `log/active.pem` in the keys' folder; made at the first start.

    A folder of its own: every `*.pem` beside the vouchers' key is accepted for vouchers.
    Raises ValueError where the file holds something else than an Ed25519 key.
    """
    directory = folder(settings)
    for place in (directory.parent, directory):  # `parents=True` would leave the upper one open to others
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_once(directory / ACTIVE, lambda: SigningKey.generate().to_pem())
    return SigningKey.from_pem((directory / ACTIVE).read_bytes())


def public_keys(settings: Settings) -> KeySet:
    """Return the public halves of the active key and of every retired one beside it; none before the first start."""
    keys = (SigningKey.from_pem(path.read_bytes()) for path in sorted(folder(settings).glob("*.pem")))
    return KeySet.of(*keys)


def folder(settings: Settings) -> Path:
    """Return where the log's keys lie."""
    return settings.keys_directory / FOLDER
