"""The worker's own key: made at the first start, its public half laid out for enrolment."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


def device_key(private_file: Path, public_file: Path) -> Ed25519PrivateKey:
    """The key of this device.

    Raises:
        ValueError: the file holds another kind of key.
    """
    if private_file.exists():
        key = load_pem_private_key(private_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{private_file} holds no Ed25519 key")
    else:
        key = Ed25519PrivateKey.generate()
        _put(private_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _put(public_file, public, 0o644)
    return key


def _put(file: Path, content: bytes, mode: int) -> None:
    """Written beside and moved into place: whoever looks sees all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
        stream.write(content)
    beside.replace(file)
