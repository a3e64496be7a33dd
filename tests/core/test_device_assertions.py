"""A device proves that it holds its key, and nothing else passes for that."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from core.identity import claimed_device, device_assertion, verify_device_assertion
from core.problems import ProblemCode, Refusal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2026, 11, 22, 17, 0, 30, tzinfo=UTC)
ISSUED = int(NOW.timestamp())
CLAIMS = {"iss": "worker-1", "aud": "clearlane-device", "iat": ISSUED, "exp": ISSUED + 60}
HEADER = {"alg": "EdDSA", "typ": "JWT"}
TOKEN = device_assertion("worker-1", KEY, NOW)


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _signed(header: bytes, payload: bytes) -> str:
    text = f"{_part(header)}.{_part(payload)}"
    return f"{text}.{_part(KEY.sign(text.encode()))}"


def _with(header: Mapping[str, object], changes: Mapping[str, object]) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return _signed(json.dumps(header).encode(), json.dumps(claims).encode())


def _refused(token: str, now: datetime = NOW) -> ProblemCode:
    with pytest.raises(Refusal) as refused:
        verify_device_assertion(token, KEY.public_key(), now)
    return refused.value.code


def test_an_assertion_names_the_device_and_proves_its_key() -> None:
    assert claimed_device(TOKEN) == "worker-1"
    assert verify_device_assertion(TOKEN, KEY.public_key(), NOW) == "worker-1"
    assert verify_device_assertion(_with(HEADER, {}), KEY.public_key(), NOW) == "worker-1"


def test_the_signature_is_that_of_rfc_8037() -> None:
    # RFC 8037, A.4: the key of A.1 over the header {"alg":"EdDSA"} and "Example of Ed25519 signing"
    seed = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    assert _part(Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())) == signature
    assert _refused(f"{text}.{signature}") is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize("seconds", [-60, -1, 0, 59, 119])
def test_an_assertion_holds_for_a_minute_and_a_minute_of_skew(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert verify_device_assertion(TOKEN, KEY.public_key(), now) == "worker-1"


@pytest.mark.parametrize("seconds", [-61, 120, 86_400])
def test_an_early_or_late_assertion_is_refused(seconds: int) -> None:
    assert _refused(TOKEN, NOW + timedelta(seconds=seconds)) is ProblemCode.UNAUTHENTICATED


def test_another_devices_key_does_not_prove_this_device() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert _refused(device_assertion("worker-1", stranger, NOW)) is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT"},
        {"alg": "HS256", "typ": "JWT"},
        {"alg": "eddsa", "typ": "JWT"},
        {"alg": "EdDSA"},
        {**HEADER, "kid": "worker-1"},
        {**HEADER, "jku": "https://example.org/keys"},
        {**HEADER, "jwk": {"kty": "OKP"}},
        {**HEADER, "x5u": "https://example.org/key"},
        {**HEADER, "crit": ["exp"]},
        {**HEADER, "b64": False},
    ],
)
def test_any_other_header_is_refused_though_rightly_signed(header: dict[str, object]) -> None:
    assert _refused(_with(header, {})) is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", None),
        ("iss", ""),
        ("iss", 7),
        ("iss", "Worker 1"),
        ("aud", "clearlane"),
        ("aud", ["clearlane-device"]),
        ("iat", None),
        ("iat", float(ISSUED)),
        ("iat", True),
        ("iat", 10**30),
        ("exp", ISSUED + 3600),
        ("exp", None),
        ("nbf", ISSUED),
    ],
)
def test_any_other_claims_are_refused_though_rightly_signed(claim: str, value: object) -> None:
    assert _refused(_with(HEADER, {claim: value})) is ProblemCode.UNAUTHENTICATED


def test_a_public_key_is_never_taken_for_a_shared_secret() -> None:
    forged = jwt.encode(CLAIMS, KEY.public_key().public_bytes_raw(), algorithm="HS256")
    assert _refused(forged) is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        "a.b",
        TOKEN + ".",
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.rsplit(".", 1)[0] + ".",
        TOKEN[:-1] + chr(ord(TOKEN[-1]) + 1),
        TOKEN.replace(".", "=.", 1),
        "é" + TOKEN[1:],
        "x" * 5000,
        _signed(b'{"alg":"none","alg":"EdDSA","typ":"JWT"}', json.dumps(CLAIMS).encode()),
        _signed(json.dumps(HEADER).encode(), b'{"iss":"agent-1",' + json.dumps(CLAIMS).encode()[1:]),
        _signed(json.dumps(HEADER).encode(), b"[]"),
        _signed(json.dumps(HEADER).encode(), b"\xff"),
        _signed(json.dumps(HEADER).encode(), b"[" * 400),
    ],
)
def test_a_second_spelling_or_a_broken_text_is_refused(token: str) -> None:
    assert _refused(token) is ProblemCode.UNAUTHENTICATED
    with pytest.raises(Refusal) as refused:
        claimed_device(token)
    assert refused.value.code is ProblemCode.UNAUTHENTICATED


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_change_of_one_character_is_accepted(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    if changed == TOKEN:
        assert verify_device_assertion(changed, KEY.public_key(), NOW) == "worker-1"
    else:
        assert _refused(changed) is ProblemCode.UNAUTHENTICATED


@pytest.mark.parametrize("device", ["", "Worker-1", "worker 1", "-worker", "w" * 64])
def test_a_device_id_has_a_plain_form(device: str) -> None:
    with pytest.raises(ValueError, match="is no device id"):
        device_assertion(device, KEY, NOW)
