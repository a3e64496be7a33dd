"""The keys that sign vouchers: Ed25519 only, each named by a part of its thumbprint (RFC 7638, RFC 8037)."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from core.canonical import canonical

KID_BYTES = 4


def base64url(data: bytes) -> str:
    """Return base64url without padding, as JWK and JWT write bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(public: bytes) -> bytes:
    """Return the 32 bytes of the JWK thumbprint of a raw Ed25519 public key."""
    return hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": base64url(public)})).digest()


def key_id(public: bytes) -> bytes:
    """Return the 4 bytes that name a key in a code; in a key set they stand as hexadecimal text."""
    return thumbprint(public)[:KID_BYTES]


@dataclass(frozen=True)
class SigningKey:
    """A private key of the office that issues vouchers."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> bytes:
        """The name of the key, 4 bytes."""
        return key_id(self.public)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of 32 secret bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Return the key of an unencrypted PKCS #8 file.

        Raises:
            ValueError: not a PEM file, or not an Ed25519 key.
        """
        private = load_pem_private_key(pem, password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("vouchers are signed with Ed25519 keys only")
        return cls(private)

    def to_pem(self) -> bytes:
        """Return the key as an unencrypted PKCS #8 file: keep it where only the API can read."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class KeySet:
    """The public keys a verifier accepts, by name; a revoked name is never accepted again."""

    public: Mapping[bytes, bytes] = field(default_factory=lambda: MappingProxyType({}))
    revoked: frozenset[bytes] = frozenset()

    def __post_init__(self) -> None:
        for kid, public in self.public.items():
            Ed25519PublicKey.from_public_bytes(public)
            if kid != key_id(public):
                raise ValueError(f"key {kid.hex()} does not bear its own name")

    @classmethod
    def of(cls, *keys: SigningKey, revoked: frozenset[bytes] = frozenset()) -> Self:
        """Return the set of the public halves of these keys."""
        return cls({key.kid: key.public for key in keys}, revoked)

    def accepted(self, kid: bytes) -> bytes | None:
        """Return the raw public key, or None where the name is unknown or revoked."""
        return None if kid in self.revoked else self.public.get(kid)

    @classmethod
    def from_jwks(cls, jwks: Mapping[str, object]) -> Self:
        """Return the keys of a JWK set as `to_jwks` writes it.

        Raises:
            ValueError: an entry that is not a public Ed25519 key under its own name.
        """
        entries, revoked = jwks.get("keys"), jwks.get("revoked", [])
        if not isinstance(entries, list) or not isinstance(revoked, list):
            raise ValueError("a JWK set holds a list of keys")
        pairs = [_entry(entry) for entry in entries]
        return cls(dict(pairs), frozenset(_kid(text) for text in revoked))

    def to_jwks(self) -> dict[str, list[dict[str, str]] | list[str]]:
        """Return a JWK set (RFC 7517); revoked names stand beside the keys, for offline verifiers."""
        keys = [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": kid.hex(),
                "x": base64url(x),
            }
            for kid, x in self.public.items()
            if kid not in self.revoked
        ]
        return {"keys": keys, "revoked": sorted(kid.hex() for kid in self.revoked)}


def _kid(text: object) -> bytes:
    if not isinstance(text, str) or len(text) != 2 * KID_BYTES or text != text.lower():
        raise ValueError("a key name is 8 hexadecimal digits")
    return bytes.fromhex(text)


def _entry(entry: object) -> tuple[bytes, bytes]:
    if not isinstance(entry, dict) or "d" in entry:
        raise ValueError("a key set holds public keys only")
    if (entry.get("kty"), entry.get("crv"), entry.get("alg", "EdDSA")) != ("OKP", "Ed25519", "EdDSA"):
        raise ValueError("vouchers are signed with Ed25519 keys only")
    x = entry.get("x")
    if not isinstance(x, str) or len(x) != 43:
        raise ValueError("an Ed25519 public key is 43 base64url characters")
    public = base64.b64decode(x + "=", altchars=b"-_", validate=True)
    if base64url(public) != x:
        raise ValueError("an Ed25519 public key has one base64url form")
    return _kid(entry.get("kid")), public
