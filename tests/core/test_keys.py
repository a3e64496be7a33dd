"""Keys and key sets: Ed25519 only, each under its own name, private halves never shown."""

import base64
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.vectors.issuer import KEY, KEYS, REVOKED_KEY, UNKNOWN_KEY
from core.vouchers.keys import KeySet, SigningKey, base64url, thumbprint

JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "alg": "EdDSA",
    "use": "sig",
    "kid": KEY.kid.hex(),
    "x": base64url(KEY.public),
}


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# 43 characters carry 258 bits: the last two say nothing, so that four spellings decode to the same key
SECOND_SPELLING = JWK["x"][:-1] + _ALPHABET[_ALPHABET.index(JWK["x"][-1]) + 1]


def test_public_key_and_thumbprint_are_those_of_rfc_8037() -> None:
    # RFC 8037, A.1 to A.3; the key is the first of RFC 8032, 7.1
    seed = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = SigningKey.from_seed(seed)
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert base64url(thumbprint(key.public)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.kid == thumbprint(key.public)[:4]


def test_a_key_set_reads_back_as_itself_without_revoked_keys() -> None:
    jwks = KEYS.to_jwks()
    assert jwks == {"keys": [JWK], "revoked": [REVOKED_KEY.kid.hex()]}
    again = KeySet.from_jwks(jwks)
    assert again.accepted(KEY.kid) == KEY.public
    assert again.accepted(REVOKED_KEY.kid) is None
    assert again.accepted(UNKNOWN_KEY.kid) is None


def test_a_revoked_name_is_not_accepted_though_its_key_is_known() -> None:
    assert KEYS.public[REVOKED_KEY.kid] == REVOKED_KEY.public
    assert KEYS.accepted(REVOKED_KEY.kid) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"crv": "X25519"},
        {"alg": "ES256"},
        {"d": "secret"},
        {"kid": "00000000"},
        {"kid": KEY.kid.hex().upper() + "0"},
        {"kid": 7},
        {"x": JWK["x"] + "="},
        {"x": JWK["x"][:-1] + "\n"},
        {"x": SECOND_SPELLING},
        {"x": None},
    ],
    ids=str,
)
def test_an_entry_that_is_no_public_ed25519_key_under_its_name_is_refused(
    change: Mapping[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"."):
        KeySet.from_jwks({"keys": [{**JWK, **change}]})


@pytest.mark.parametrize("jwks", [{}, {"keys": {}}, {"keys": [7]}, {"keys": [], "revoked": "all"}], ids=str)
def test_what_is_no_key_set_is_refused(jwks: Mapping[str, object]) -> None:
    with pytest.raises(ValueError, match="key"):
        KeySet.from_jwks(jwks)


def test_a_key_under_another_keys_name_is_refused() -> None:
    with pytest.raises(ValueError, match="does not bear its own name"):
        KeySet({KEY.kid: UNKNOWN_KEY.public})


def test_a_signing_key_reads_back_from_its_file() -> None:
    assert SigningKey.from_pem(KEY.to_pem()).public == KEY.public
    assert SigningKey.generate().kid != SigningKey.generate().kid


def test_a_key_of_another_kind_is_refused() -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="Ed25519 keys only"):
        SigningKey.from_pem(pem)


def test_a_signing_key_does_not_show_its_secret() -> None:
    assert repr(KEY) == "SigningKey()"
