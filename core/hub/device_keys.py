"""A device's own key: made at its first start, its public half laid out for enrolment."""

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
    """Return this device's key (PKCS 8, PEM), made where there is none; the public half is written each time.

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
        write_whole(private_file, pem, mode=0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_whole(public_file, public, mode=0o644)
    return key


def write_whole(file: Path, content: bytes, *, mode: int) -> None:
    """Write so that the file is never seen half written, and never readable by more than `mode` says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
