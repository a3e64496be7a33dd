"""Published vectors at what we verify with: the primitives agree with the standards, and our profile is narrower."""

import base64
import json
from functools import partial
from pathlib import Path
from typing import Any

import base45
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cwt import COSE, COSEKey

from core.identity import verify_device_assertion
from core.problems import ProblemCode, Refusal
from core.vectors.issuer import CLAIMS, NOW, shown_at
from core.vouchers.codec import PREFIX, envelope, issue, verify
from core.vouchers.keys import KeySet, SigningKey, base64url, key_id

PUBLISHED = json.loads((Path(__file__).parent / "published_vectors.json").read_text("utf-8"))
RFC_8037, COSE_EXAMPLES = PUBLISHED["rfc8037"], PUBLISHED["cose"]
KEY = SigningKey.from_seed(base64.urlsafe_b64decode(RFC_8037["secret"] + "="))
KEYS = KeySet.of(KEY)
"""The key of RFC 8032's first test, RFC 8037's appendix and the COSE working group's examples, as an office's key."""


def refusal(text: str) -> ProblemCode:
    """Return why the strict verifier refuses a text; fails where it accepts it."""
    with pytest.raises(Refusal) as refused:
        verify(text, KEYS, NOW)
    return refused.value.code


@pytest.mark.parametrize(
    "case", PUBLISHED["rfc8032"]["cases"], ids=lambda case: case["message"][:8] or "empty"
)
def test_signatures_are_those_of_rfc_8032(case: dict[str, str]) -> None:
    secret, public, message, signature = map(bytes.fromhex, case.values())
    key = SigningKey.from_seed(secret)
    assert (key.public, key.private.sign(message)) == (public, signature)
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def test_the_key_of_rfc_8037_is_taken_under_its_own_name_alone() -> None:
    named = {**RFC_8037["jwk"], "kid": key_id(KEY.public).hex()}
    assert KeySet.from_jwks({"keys": [named]}).accepted(KEY.kid) == KEY.public
    for entry in (RFC_8037["jwk"], {**named, "kid": "Bilbo Baggins"}, {**named, "d": RFC_8037["secret"]}):
        with pytest.raises(ValueError, match=r"key"):
            KeySet.from_jwks({"keys": [entry]})


def test_the_jws_of_rfc_8037_is_rightly_signed_and_is_neither_a_code_nor_an_assertion() -> None:
    covered, _, signature = RFC_8037["jws"].rpartition(".")
    assert base64url(KEY.private.sign(covered.encode())) == signature
    assert refusal(RFC_8037["jws"]) is ProblemCode.CODE_NOT_OURS
    assert refusal(PREFIX + RFC_8037["jws"]) is ProblemCode.CODE_MALFORMED
    with pytest.raises(Refusal) as refused:
        verify_device_assertion(RFC_8037["jws"], KEY.private.public_key(), NOW)
    assert refused.value.code is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize(("plain", "text"), PUBLISHED["rfc9285"]["pairs"])
def test_base45_is_that_of_rfc_9285(plain: str, text: str) -> None:
    assert base45.b45encode(plain.encode()).decode() == text
    assert base45.b45decode(text) == plain.encode()


@pytest.mark.parametrize("text", PUBLISHED["rfc9285"]["refused"])
def test_text_that_is_not_the_one_base45_of_its_bytes_is_refused_in_every_place(text: str) -> None:
    sound = envelope(issue(CLAIMS, KEY), shown_at(NOW))
    assert verify(sound, KEYS, NOW).claims == CLAIMS
    for damaged in (
        PREFIX + text,
        PREFIX + text + sound[7:],
        sound[:-3] + text,
        sound[:7] + text + sound[7:],
    ):
        assert refusal(damaged) is ProblemCode.CODE_MALFORMED, damaged


@pytest.mark.parametrize("case", COSE_EXAMPLES["cases"], ids=lambda case: case["name"])
def test_every_example_of_the_cose_working_group_is_outside_our_profile(case: dict[str, str]) -> None:
    """Another algorithm, another structure, or other headers than exactly {alg: EdDSA, kid: 4 bytes}."""
    signed = base45.b45encode(bytes.fromhex(case["cbor"])).decode()
    assert refusal(envelope(signed, shown_at(NOW))) is ProblemCode.CODE_MALFORMED
    assert refusal(envelope(signed, None)) is ProblemCode.CODE_MALFORMED


def test_the_example_signed_by_ed25519_is_sound_where_the_profile_is_not_asked() -> None:
    """So it is the profile that refuses it, not a verifier that knows no good signature."""
    example = COSE_EXAMPLES["signed_by_ed25519"]
    signed = bytes.fromhex(
        next(case["cbor"] for case in COSE_EXAMPLES["cases"] if case["name"] == example["name"])
    )
    KEY.private.public_key().verify(signed[-64:], bytes.fromhex(example["to_be_signed"]))
    verifier = COSEKey.new({1: 1, -1: 6, 3: -8, -2: KEY.public, 2: b"11"})
    assert COSE.new().decode(signed, verifier) == b"This is the content."


def _odd_signatures() -> list[Any]:
    return [
        pytest.param(group["public"], group["message"], signature, id=f"{group['flag']}-{number}")
        for group in PUBLISHED["wycheproof"]["groups"]
        for number, signature in enumerate(group["signatures"])
    ]


@pytest.mark.parametrize(("public", "message", "signature"), _odd_signatures())
def test_a_second_encoding_of_a_signature_is_none(public: str, message: str, signature: str) -> None:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    check = partial(key.verify, bytes.fromhex(signature), bytes.fromhex(message))
    with pytest.raises(InvalidSignature):
        check()
