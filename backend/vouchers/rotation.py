"""Changing keys on disk, each step whole and in an order that leaves every process able to sign and to verify."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from backend.kit.keyfiles import make_once
from backend.vouchers.keys import ACTIVE, FOLLOWING, REVOKED, moment
from core.canonical import millis
from core.vouchers.keys import SigningKey

LOCK = ".lock"
DRAFT = "following.draft"
"""A key on its way into `active.pem`; no `*.pem`, so nobody reads it."""


class KeysRefused(Exception):
    """What was asked of the keys cannot be done; the words say why and what to do."""


class KeyState(StrEnum):
    """What a key is good for."""

    NEXT = "NEXT"
    """Published: verifiers fetch it; it signs from its moment on."""
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    """Signs no more; what it signed is good until it expires."""
    REVOKED = "REVOKED"
    """Nothing it signed is good."""


@dataclass(frozen=True, kw_only=True)
class HeldKey:
    """One key of the folder."""

    key_id: str
    state: KeyState
    signs_from: datetime | None = None
    """Of a NEXT key."""
    file: Path


def held(directory: Path, now: datetime) -> list[HeldKey]:
    """Return the keys of the folder: what follows, what signs, what is retired, what is revoked."""
    revoked = _revoked(directory)
    nexts = [key for key in _following(directory) if key.key_id not in revoked]
    begun = [key for key in nexts if key.signs_from is not None and key.signs_from <= now]
    signing = begun[-1].file if begun else directory / ACTIVE
    keys = {key.key_id: key for key in nexts if key not in begun}
    others = sorted(directory.glob("*.pem"), key=lambda path: path != signing)
    for path in others:
        key_id = _name(path)
        if key_id not in keys and key_id not in revoked:
            state = KeyState.ACTIVE if path == signing else KeyState.RETIRED
            keys[key_id] = HeldKey(key_id=key_id, state=state, file=path)
    for key_id, path in revoked.items():
        keys[key_id] = HeldKey(key_id=key_id, state=KeyState.REVOKED, file=path)
    return sorted(keys.values(), key=lambda key: (list(KeyState).index(key.state), key.key_id))


def _revoked(directory: Path) -> dict[str, Path]:
    paths = sorted(directory.glob("revoked-*.json"))
    return {match[1]: path for path in paths if (match := REVOKED.fullmatch(path.name)) is not None}


def _following(directory: Path) -> list[HeldKey]:
    found = []
    for path in sorted(directory.glob("next-*.pem")):
        if (match := FOLLOWING.fullmatch(path.name)) is not None:
            begins = moment(match[1])
            found.append(HeldKey(key_id=_name(path), state=KeyState.NEXT, signs_from=begins, file=path))
    return found


def _name(path: Path) -> str:
    return SigningKey.from_pem(path.read_bytes()).kid.hex()


def rotate(directory: Path, now: datetime, after: timedelta) -> HeldKey:
    """Publish a new key that signs once `after` has passed; until then all verifiers have fetched it.

    Raises:
        KeysRefused: a published key still waits for its moment.
    """
    with _alone(directory):
        _take_over(directory, now)
        if waiting := _following(directory):
            raise KeysRefused(
                f"key {waiting[0].key_id} is published already and signs from {waiting[0].signs_from}: "
                "wait until then"
            )
        begins = now + after
        path = directory / f"next-{int(begins.timestamp() * 1000):013d}.pem"
        make_once(path, lambda: SigningKey.generate().to_pem())
        if after <= timedelta():
            _take_over(directory, moment(path.stem.removeprefix("next-")))
            path = directory / ACTIVE
        return next(key for key in held(directory, now) if key.file == path)


def retire(directory: Path, key_id: str, now: datetime) -> None:
    """Take a retired key away for good: what it signed is then signed by nobody known.

    Raises:
        KeysRefused: it is not RETIRED.
    """
    with _alone(directory):
        _take_over(directory, now)
        found = _find(directory, key_id, now)
        if found.state is not KeyState.RETIRED:
            raise KeysRefused(f"key {key_id} is {found.state}: only a RETIRED key is taken away")
        _remove(directory, key_id)


def revoke(directory: Path, key_id: str, reason: str, now: datetime) -> None:
    """Never accept a key again, nor sign with it: another one signs first, then its name is barred, then it is gone.

    Raises:
        KeysRefused: the folder has no such key, or it is revoked already.
    """
    with _alone(directory):
        _take_over(directory, now)
        found = _find(directory, key_id, now)
        if found.state is KeyState.REVOKED:
            raise KeysRefused(f"key {key_id} is revoked already")
        if found.state is KeyState.ACTIVE:
            _replace_active(directory)
        said = json.dumps({"kid": key_id, "at": millis(now), "reason": reason}, ensure_ascii=False)
        make_once(directory / f"revoked-{key_id}.json", said.encode)
        _remove(directory, key_id)


def _find(directory: Path, key_id: str, now: datetime) -> HeldKey:
    found = next((key for key in held(directory, now) if key.key_id == key_id), None)
    if found is None:
        raise KeysRefused(f"{directory} has no key {key_id}: `keys list` names them")
    return found


def _take_over(directory: Path, now: datetime) -> None:
    """Make a key whose moment has come `active.pem`; the former is kept as a retired one."""
    for key in _following(directory):
        if key.signs_from is not None and key.signs_from <= now:
            _activate(directory, key.file)


def _replace_active(directory: Path) -> None:
    """Let the key that waits sign from now on, or else a new one."""
    waiting = _following(directory)
    if waiting:
        _activate(directory, waiting[0].file)
        return
    draft = directory / DRAFT
    draft.unlink(missing_ok=True)
    make_once(draft, lambda: SigningKey.generate().to_pem())
    _activate(directory, draft)


def _activate(directory: Path, file: Path) -> None:
    active = directory / ACTIVE
    with contextlib.suppress(FileExistsError):  # an earlier attempt came so far
        (directory / f"retired-{_name(active)}.pem").hardlink_to(active)
    file.replace(active)  # one step: there is no moment without a key that signs


def _remove(directory: Path, key_id: str) -> None:
    for path in directory.glob("*.pem"):
        if path.name != ACTIVE and _name(path) == key_id:
            path.unlink()


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one command at a time change the folder."""
    with os.fdopen(os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
