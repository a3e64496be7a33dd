"""Verifies a Clearlane voucher as a JWT; needs PyJWT and cryptography only, no part of Clearlane.

    python verify_voucher_jwt.py TOKEN --jwks jwks.json --issuer https://hub.example
    python verify_voucher_jwt.py TOKEN --jwks https://hub.example/.well-known/jwks.json --issuer https://hub.example

Prints the claims and exits with 0, or says what is wrong and exits with 1. A genuine voucher may be spent or revoked:
ask the hub for its state. Keep the key set for a minute at most: a key that was revoked is gone from it.
"""

import argparse
import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

import jwt
from jwt.algorithms import OKPAlgorithm

TYPE, AUDIENCE, ALGORITHM = "clearlane-voucher+jwt", "urn:clearlane:partner", "EdDSA"
HEADER = {"typ": TYPE, "alg": ALGORITHM}
CLAIMS = ["iss", "aud", "sub", "jti", "iat", "nbf", "exp", "clearlane"]
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
LONGEST = 4096
SKEW_SECONDS = 60


class NotAVoucher(Exception):
    """Says what is wrong with it."""


def verify(token: str, jwks: dict[str, Any], issuer: str) -> dict[str, Any]:
    """Return the claims of a genuine, timely voucher of this hub.

    Strict on purpose: the key is found by its name in our own key set and by nothing that the token says otherwise
    (`jku`, `x5u`, `jwk`), the algorithm is ours, and a header we do not know is refused.

    Raises:
        NotAVoucher: with what is wrong.
    """
    if len(token) > LONGEST or not COMPACT.fullmatch(token):
        raise NotAVoucher("not a compact JWT")
    try:
        header = jwt.get_unverified_header(token)
        if set(header) != {"typ", "alg", "kid"} or {name: header[name] for name in HEADER} != HEADER:
            raise NotAVoucher("a header other than typ, alg and kid as a voucher has them")
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(jwks, header["kid"]),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=issuer,
            leeway=SKEW_SECONDS,
            options={"require": CLAIMS, "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise NotAVoucher(str(error)) from error
    return claims


def _key(jwks: dict[str, Any], kid: str) -> Any:
    for key in jwks["keys"]:
        if (key["kid"], key["kty"], key["crv"], key["alg"]) == (kid, "OKP", "Ed25519", ALGORITHM):
            return OKPAlgorithm.from_jwk(key)
    raise NotAVoucher(f"no key {kid} in the key set: unknown, retired or revoked")


def _key_set(place: str) -> dict[str, Any]:
    if not place.startswith("https://") and not place.startswith("http://localhost:"):
        return dict(json.loads(Path(place).read_text()))
    with urllib.request.urlopen(place, timeout=10) as answer:
        return dict(json.load(answer))


def main() -> int:
    """Verify the one that is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("token")
    parser.add_argument("--jwks", required=True, help="a file, or the address of the hub's key set")
    parser.add_argument("--issuer", required=True, help="the hub's address, exactly as in iss")
    chosen = parser.parse_args()
    try:
        claims = verify(chosen.token, _key_set(chosen.jwks), chosen.issuer)
    except NotAVoucher as wrong:
        print(f"BAD {wrong}", file=sys.stderr)
        return 1
    print(json.dumps(claims, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
