"""The code as a JWT: the same claims for those whom the trip concerns, strict to verify, worth nothing at a lane."""

import base64
import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
import pytest

from backend.kit.context import Services
from backend.settings import Settings
from backend.vouchers.keys import keys_of
from core.roles import Role
from core.vouchers import codec
from core.vouchers.keys import KeySet, SigningKey, base64url
from core.vouchers.twin import AUDIENCE, TYPE
from docs.examples.verify_voucher_jwt import NotAVoucher, verify
from tests.backend.client import Client, new_key
from tests.backend.lanes.steps import REVOKE, Port
from tests.backend.steps import Answer, Journey, put_on_paper, voucher_of
from tests.conftest import SignIn

JWT = "query($id: ID!) { voucherJwt(tripId: $id) { voucherId token keyId expiresAt } }"
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "verify_voucher_jwt.py"


async def twin_of(client: Client, journey: Journey) -> Answer:
    """Return the twin of the trip's present code."""
    found: Answer = await client.ask(JWT, id=journey.trip_id)
    return found


def jwks_of(settings: Settings) -> dict[str, Any]:
    """Return the key set as partners fetch it."""
    found: dict[str, Any] = keys_of(settings).verifying.to_jwks()
    return found


async def test_a_twin_says_what_the_code_says_and_ends_with_it(journey: Journey, settings: Settings) -> None:
    voucher, twin = await voucher_of(journey), await twin_of(journey.driver, journey)
    claims = verify(twin["token"], jwks_of(settings), settings.public_url)
    code = codec.claims_of(voucher["partOne"])
    assert jwt.get_unverified_header(twin["token"]) == {
        "typ": TYPE,
        "alg": "EdDSA",
        "kid": keys_of(settings).signing.kid.hex(),
    }
    assert (claims["iss"], claims["aud"]) == (settings.public_url, AUDIENCE)
    assert (claims["jti"], claims["sub"]) == (voucher["id"], journey.trip_id)
    assert datetime.fromisoformat(voucher["expiresAt"]).timestamp() == claims["exp"]
    assert datetime.fromisoformat(voucher["notBefore"]).timestamp() == claims["nbf"]
    assert claims["clearlane"] == {
        "version": 1,
        "direction": "SOUTHBOUND",
        "checkpoint": 1,
        "plates": [
            {"jurisdiction": "CN", "text": code.plates[0].text},
            {"jurisdiction": "HK", "text": "UP2643"},
        ],
        "containers": ["CSQU3054383"],
        "driver": base64url(code.driver),
        "crew": 1,
        "language": code.language.value,
        "laneClass": "GOODS",
        "presentation": "LIVE",
        "anchor": voucher["anchor"],
    }


async def test_driver_carrier_and_officer_get_it_and_nobody_else(
    journey: Journey, carrier: Client, officer: Client, sign_in: SignIn
) -> None:
    token = (await twin_of(journey.driver, journey))["token"]
    for entitled in (carrier, officer):
        assert (await twin_of(entitled, journey))["token"] == token
    for role in (Role.DRIVER, Role.CARRIER):
        other = await sign_in(role, "carrier-kwaichung" if role is Role.CARRIER else None)
        assert await twin_of(other, journey) is None
    for role in (Role.ANONYMOUS, Role.AGENCY, Role.LANE_AGENT, Role.WORKER):
        refused = await (await sign_in(role)).raw(JWT, id=journey.trip_id)
        told = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
        assert (role, refused["errors"][0]["extensions"]["code"]) == (role, told)
        assert token not in json.dumps(refused)


async def test_only_the_present_code_has_a_twin(journey: Journey, officer: Client) -> None:
    live = await twin_of(officer, journey)
    printed = await put_on_paper(journey, (await voucher_of(journey))["id"])
    paper = await twin_of(officer, journey)
    assert (paper["voucherId"], paper["voucherId"] == live["voucherId"]) == (printed["id"], False)
    asked = {"idempotencyKey": new_key(), "voucherId": printed["id"], "reason": "reported stolen"}
    assert (await officer.ask(REVOKE, input=asked))["state"] == "REVOKED"
    assert await twin_of(officer, journey) is None


async def test_a_lane_refuses_a_twin_however_it_is_wrapped(port: Port, api: Services) -> None:
    journey = await port.approved()
    token = (await twin_of(journey.driver, journey))["token"]
    assert (await port.scan(token))["code"] == "CODE_NOT_OURS"
    raw = codec.envelope(codec._to_base45(token.encode()), None)
    payload = codec._to_base45(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    for wrapped in (f"CL1:{token}", raw, codec.envelope(payload, None)):
        assert (await port.scan(wrapped))["code"] == "CODE_MALFORMED"
    assert await api.database.collection("passages").count_documents({}) == 0


KEY = SigningKey.from_seed(b"k" * 32)
JWKS: dict[str, Any] = KeySet.of(KEY).to_jwks()
ISSUER = "https://hub.example"


def token_of(header: dict[str, object] | None = None, key: SigningKey = KEY, **changes: object) -> str:
    """Return a sound token, or one with these claims and headers instead; None takes one away."""
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "a" * 24,
        "jti": "b" * 24,
        "clearlane": {},
    }
    claims |= {"iat": now, "nbf": now - 60, "exp": now + 3600} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    headers = {"typ": TYPE, "kid": KEY.kid.hex()} | (header or {})
    return jwt.encode(kept, key.private, "EdDSA", headers)


def unsigned(algorithm: str) -> str:
    """Return a token that names another algorithm."""
    _, payload, signature = token_of().split(".")
    named = json.dumps({"typ": TYPE, "kid": KEY.kid.hex(), "alg": algorithm}).encode()
    return f"{base64url(named)}.{payload}.{signature if algorithm != 'none' else ''}"


def flipped() -> str:
    """Return a token with another signature."""
    head, signature = token_of().rsplit(".", 1)
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


WRONG = {
    "signed by another key under this name": token_of(key=SigningKey.from_seed(b"x" * 32)),
    "a name that is not in the key set": token_of({"kid": "00000000"}),
    "another type": token_of({"typ": "JWT"}),
    "the place of a key in the header": token_of({"jku": "https://evil.example/jwks.json"}),
    "a key in the header": token_of({"jwk": JWKS["keys"][0]}),
    "a critical header": token_of({"crit": ["exp"], "exp": 1}),
    "no signature": unsigned("none"),
    "a shared secret": unsigned("HS256"),
    "a changed signature": flipped(),
    "another issuer": token_of(iss="https://other.example"),
    "another audience": token_of(aud="urn:other"),
    "a list of audiences": token_of(aud=[AUDIENCE, "urn:other"]),
    "a past end": token_of(exp=int(time.time()) - 120),
    "a later begin": token_of(nbf=int(time.time()) + 600),
    "no end": token_of(exp=None),
    "no voucher": token_of(jti=None),
    "padding": token_of() + "=",
    "a fourth part": token_of() + ".AAAA",
    "a line end": token_of() + "\n",
    "nothing": "",
    "far too much": "a" * 5000,
}


@pytest.mark.parametrize("token", WRONG.values(), ids=list(WRONG))
def test_the_partners_example_refuses_what_is_not_exactly_a_voucher(token: str) -> None:
    with pytest.raises(NotAVoucher):
        verify(token, JWKS, ISSUER)
    assert verify(token_of(), JWKS, ISSUER)["jti"] == "b" * 24


def test_the_partners_example_runs_as_a_program(tmp_path: Path) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(JWKS))

    def run(token: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, str(EXAMPLE), token, "--jwks", str(keys), "--issuer", ISSUER]
        return subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    good, bad = run(token_of()), run(flipped())
    assert (good.returncode, json.loads(good.stdout)["jti"]) == (0, "b" * 24)
    assert (bad.returncode, bad.stdout, bad.stderr[:4]) == (1, "", "BAD ")
