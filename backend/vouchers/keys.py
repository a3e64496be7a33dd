"""The hub's secrets on disk: the Ed25519 key that signs vouchers, and the key of its pseudonyms."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import cache
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
    """Return the keys of this hub, read once.

    Folder `settings.keys_directory`: `active.pem` signs, every other `*.pem` (PKCS 8, Ed25519) still
    verifies. In demo mode what is missing is made.

    Raises:
        FileNotFoundError: a key is missing outside demo mode; the message names the file and the setting.
        ValueError: a file holds something else than an Ed25519 key.
    """
    return _load(settings.keys_directory.absolute(), settings.demo)


@cache
def _load(directory: Path, make_missing: bool) -> VoucherKeys:
    if make_missing:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_once(directory / ACTIVE, lambda: SigningKey.generate().to_pem())
        make_once(directory / PSEUDONYMS, lambda: secrets.token_bytes(SECRET_BYTES))
    for name in (ACTIVE, PSEUDONYMS):
        if not (directory / name).exists():
            raise FileNotFoundError(
                f"{directory / name} is missing: vouchers cannot be signed (CLEARLANE_KEYS)"
            )
    keys = {path.name: SigningKey.from_pem(path.read_bytes()) for path in sorted(directory.glob("*.pem"))}
    return VoucherKeys(keys[ACTIVE], KeySet.of(*keys.values()), (directory / PSEUDONYMS).read_bytes())
