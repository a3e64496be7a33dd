"""The hub's secrets on disk: the Ed25519 keys that sign vouchers one after another, and the key of its pseudonyms."""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from backend.kit.keyfiles import make_once
from backend.settings import Settings
from core.vouchers.keys import KeySet, SigningKey

ACTIVE = "active.pem"
FOLLOWING = re.compile(r"next-(\d{13})\.pem")
"""A key that is published now and signs from that moment on (milliseconds since 1970)."""
REVOKED = re.compile(r"revoked-([0-9a-f]{8})\.json")
"""The name of a key that is never accepted again; the file says when and why."""
PSEUDONYMS = "pseudonyms.key"
SECRET_BYTES = 32
READS = 100
"""How often a folder is read again that changes while it is read: each change moves a file or two."""


@dataclass(frozen=True)
class VoucherKeys:
    """The key that signs, all keys that verify (retired and following ones too), and the secret of keyed hashes."""

    signing: SigningKey
    verifying: KeySet
    secret: bytes = field(repr=False)

    def pseudonym(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes that stand for `text`: equal for equal text, useless without the hub's secret."""
        return hmac.new(self.secret, f"{purpose}\x00{text}".encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class KeyFolder:
    """What lies in the folder: `active.pem`, what follows it and when, and all keys that verify."""

    active: SigningKey
    following: tuple[tuple[datetime, SigningKey], ...]
    """By their moments."""
    verifying: KeySet
    secret: bytes = field(repr=False)

    def at(self, now: datetime) -> VoucherKeys:
        """Return the keys as they count at a moment: the newest one whose time has come signs, no revoked one ever.

        Raises:
            ValueError: every key is revoked.
        """
        begun = [self.active, *(key for begins, key in self.following if begins <= now)]
        sound = [key for key in begun if key.kid not in self.verifying.revoked]
        if not sound:
            raise ValueError("every key is revoked: make one with `python -m backend keys rotate --after 0`")
        return VoucherKeys(sound[-1], self.verifying, self.secret)


def keys_of(settings: Settings, now: datetime | None = None) -> VoucherKeys:
    """Return the keys of this hub, read again when a file is added, replaced or taken away.

    So all processes turn to a new key in the same moment: one that knew it only after its restart would refuse the
    vouchers that another one signs. `now` decides which one signs; without it, the wall clock does.

    Folder `settings.keys_directory`: `active.pem` signs, unless the time of a `next-<moment>.pem` has come; every
    other `*.pem` (PKCS 8, Ed25519) still verifies; a name in a `revoked-<name>.json` never does. In demo mode what is
    missing is made.

    Raises:
        FileNotFoundError: a key is missing outside demo mode; the message names the file and the setting.
        ValueError: a file holds something else than an Ed25519 key, or every key is revoked.
    """
    return folder_of(settings).at(now or datetime.now(UTC))


class _Changed(Exception):
    """The folder changed while it was read: a key may have been missed on its way from one name to another."""


def folder_of(settings: Settings) -> KeyFolder:
    """Return what lies in the folder, whole: one that changes while it is read is read again.

    Raises FileNotFoundError, ValueError as `keys_of`; OSError where the folder never comes to rest.
    """
    directory = settings.keys_directory.absolute()
    for _ in range(READS):
        with contextlib.suppress(_Changed):
            return _load(directory, settings.demo, _files(directory))
    raise OSError(f"{directory} changes all the time: no key can be read from it")


def make_missing_keys(directory: Path) -> None:
    """Make the key that signs and the secret of pseudonyms, each where it is not there yet."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_once(directory / ACTIVE, lambda: SigningKey.generate().to_pem())
    make_once(directory / PSEUDONYMS, lambda: secrets.token_bytes(SECRET_BYTES))


def _files(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, number and time of each file: another one under the same name differs."""
    try:
        with os.scandir(directory) as entries:
            return tuple(sorted(filter(None, map(_file, entries))))
    except FileNotFoundError:
        return ()


def _file(entry: os.DirEntry[str]) -> tuple[str, int, int] | None:
    try:
        return entry.name, entry.inode(), entry.stat().st_mtime_ns
    except FileNotFoundError:  # moved since the folder was listed
        return None


@lru_cache(maxsize=8)
def _load(directory: Path, make_missing: bool, files: tuple[tuple[str, int, int], ...]) -> KeyFolder:
    if make_missing and not {ACTIVE, PSEUDONYMS} <= {name for name, _, _ in files}:
        make_missing_keys(directory)
        raise _Changed
    try:
        found = _read(directory)
    except FileNotFoundError:
        if _files(directory) != files:
            raise _Changed from None
        raise
    if _files(directory) != files:
        raise _Changed
    return found


def _read(directory: Path) -> KeyFolder:
    for name in (ACTIVE, PSEUDONYMS):
        if not (directory / name).exists():
            raise FileNotFoundError(
                f"{directory / name} is missing: vouchers cannot be signed (CLEARLANE_KEYS); "
                "`python -m backend keys` makes it"
            )
    keys = {path.name: SigningKey.from_pem(path.read_bytes()) for path in sorted(directory.glob("*.pem"))}
    named = (REVOKED.fullmatch(path.name) for path in directory.glob("revoked-*.json"))
    revoked = frozenset(bytes.fromhex(match[1]) for match in named if match)
    following = ((FOLLOWING.fullmatch(name), key) for name, key in keys.items())
    return KeyFolder(
        active=keys[ACTIVE],
        following=tuple((moment(match[1]), key) for match, key in following if match),
        verifying=KeySet.of(*keys.values(), revoked=revoked),
        secret=(directory / PSEUDONYMS).read_bytes(),
    )


def moment(milliseconds: str) -> datetime:
    """Return the moment in a file's name."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
