"""The agent's own key, and the public keys with which codes are verified, kept on disk for a hub that is away."""

import asyncio
import json
import logging
import os
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from core.vouchers.codec import KeySet

log = logging.getLogger(__name__)

KEY_SET_PAGE = "/.well-known/jwks.json"
SOONEST_REFRESH = 5.0
"""Seconds between two looks at the hub's key set: codes with invented key names must not make it busy."""


def device_key(private_file: Path, public_file: Path) -> Ed25519PrivateKey:
    """Return this device's key, made at the first start; the public half is written beside for its enrolment.

    Raises:
        ValueError: the file holds another kind of key.
    """
    if private_file.exists():
        key = load_pem_private_key(private_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{private_file} holds no Ed25519 key")
    else:
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(private_file, pem, mode=0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(public_file, public, mode=0o644)
    return key


class KeyRing:
    """The key set of the hub's vouchers."""

    def __init__(self, hub: Hub, cache: Path) -> None:
        self._hub = hub
        self._cache = cache
        self._next_look = 0.0
        self._looking = asyncio.Lock()
        self.keys = self._cached()

    async def refresh(self) -> bool:
        """Ask the hub for its keys, unless that was done a moment ago; True when the set is another one now."""
        async with self._looking:
            if time.monotonic() < self._next_look:
                return False
            self._next_look = time.monotonic() + SOONEST_REFRESH
            try:
                jwks = await self._hub.get_json(KEY_SET_PAGE)
                keys = KeySet.from_jwks(jwks)
            except (HubUnreachable, HubProblem, HubBroken, ValueError, AttributeError) as error:
                log.warning("no new key set: %s", error)
                return False
            changed, self.keys = keys != self.keys, keys
            if changed:
                await asyncio.to_thread(_write, self._cache, json.dumps(jwks).encode(), mode=0o644)
            return changed

    def _cached(self) -> KeySet:
        try:
            return KeySet.from_jwks(json.loads(self._cache.read_bytes()))
        except FileNotFoundError:
            return KeySet()
        except ValueError as error:
            log.warning("the cached key set at %s is of no use: %s", self._cache, error)
            return KeySet()


def _write(file: Path, content: bytes, *, mode: int) -> None:
    """Write so that the file is never seen half written, and never readable by more than `mode` says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
