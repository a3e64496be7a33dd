"""The hub's secrets on disk: the Ed25519 key that signs vouchers, and the key of its pseudonyms."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from backend.kit.keyfiles import make_once
from backend.settings import Settings
from core.vouchers.keys import KeySet, SigningKey

ACTIVE = "active.pem"
PSEUDONYMS = "pseudonyms.key"
SECRET_BYTES = 32


@dataclass(frozen=True)
class VoucherKeys:
    """The key that signs, all keys that verify (retired ones too), and the secret of keyed hashes."""

    signing: SigningKey
    verifying: KeySet
    secret: bytes = field(repr=False)

    def pseudonym(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes that stand for `text`: equal for equal text, useless without the hub's secret."""
        return hmac.new(self.secret, f"{purpose}\x00{text}".encode(), hashlib.sha256).digest()


def keys_of(settings: Settings) -> VoucherKeys:
    """Return the keys of this hub, read again when a file is added, replaced or taken away.

    So all processes turn to a new key in the same moment: one that knew it only after its restart would refuse the
    vouchers that another one signs.

    Folder `settings.keys_directory`: `active.pem` signs, every other `*.pem` (PKCS 8, Ed25519) still
    verifies. In demo mode what is missing is made.

    Raises:
        FileNotFoundError: a key is missing outside demo mode; the message names the file and the setting.
        ValueError: a file holds something else than an Ed25519 key.
    """
    directory = settings.keys_directory.absolute()
    return _load(directory, settings.demo, _files(directory))


def make_missing_keys(directory: Path) -> None:
    """Make the key that signs and the secret of pseudonyms, each where it is not there yet."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_once(directory / ACTIVE, lambda: SigningKey.generate().to_pem())
    make_once(directory / PSEUDONYMS, lambda: secrets.token_bytes(SECRET_BYTES))


def _files(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, number and time of each file: another one under the same name differs."""
    try:
        with os.scandir(directory) as entries:
            return tuple(sorted((entry.name, entry.inode(), entry.stat().st_mtime_ns) for entry in entries))
    except FileNotFoundError:
        return ()


@lru_cache(maxsize=8)
def _load(directory: Path, make_missing: bool, _files: tuple[tuple[str, int, int], ...]) -> VoucherKeys:
    if make_missing:
        make_missing_keys(directory)
    for name in (ACTIVE, PSEUDONYMS):
        if not (directory / name).exists():
            raise FileNotFoundError(
                f"{directory / name} is missing: vouchers cannot be signed (CLEARLANE_KEYS); "
                "`python -m backend keys` makes it"
            )
    keys = {path.name: SigningKey.from_pem(path.read_bytes()) for path in sorted(directory.glob("*.pem"))}
    return VoucherKeys(keys[ACTIVE], KeySet.of(*keys.values()), (directory / PSEUDONYMS).read_bytes())
