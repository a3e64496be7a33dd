"""The key of a device on its disk."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.hub import device_key


def test_the_key_is_made_once_and_its_public_half_laid_out(tmp_path: Path) -> None:
    private, public = tmp_path / "worker" / "key.pem", tmp_path / "devices" / "worker-1.pub.pem"
    first = device_key(private, public)
    again = device_key(private, public)
    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert private.stat().st_mode & 0o777 == 0o600
    assert b"PUBLIC KEY" in public.read_bytes()
    assert [path.name for path in private.parent.iterdir()] == ["key.pem"]


def test_a_key_of_another_kind_is_named_and_left_alone(tmp_path: Path) -> None:
    private = tmp_path / "key.pem"
    pem = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private.write_bytes(pem)
    with pytest.raises(ValueError, match=r"key\.pem holds no Ed25519 key"):
        device_key(private, tmp_path / "device.pub.pem")
    assert private.read_bytes() == pem
    assert not (tmp_path / "device.pub.pem").exists()
