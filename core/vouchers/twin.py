"""The same claims as a JWT, for partners who verify with an ordinary library; a lane never takes one."""

from datetime import datetime

import jwt

from core.vouchers.claims import VoucherClaims
from core.vouchers.keys import SigningKey, base64url

TYPE = "clearlane-voucher+jwt"
"""Explicitly typed (RFC 8725, 3.11): no other JWT passes for a voucher, and a voucher for no other JWT."""
AUDIENCE = "urn:clearlane:partner"
ALGORITHM = "EdDSA"


def issue(claims: VoucherClaims, key: SigningKey, *, issuer: str, issued_at: datetime) -> str:
    """Return the claims as a JWT signed with the same key: jti is the voucher, sub the trip, exp and nbf the code's.

    `issuer` is the address of the hub, whose `/.well-known/jwks.json` has the key under `kid`.
    """
    payload = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": claims.trip_id.hex(),
        "jti": claims.voucher_id.hex(),
        "iat": int(issued_at.timestamp()),
        "nbf": int(claims.not_before.timestamp()),
        "exp": int(claims.expires.timestamp()),
        "clearlane": {
            "version": claims.version,
            "direction": claims.direction.value,
            "checkpoint": claims.checkpoint,
            "plates": [
                {"jurisdiction": plate.jurisdiction.value, "text": plate.text} for plate in claims.plates
            ],
            "containers": [container.text for container in claims.containers],
            "driver": base64url(claims.driver),
            "crew": claims.crew,
            "language": claims.language.value,
            "laneClass": claims.lane_class.value,
            "presentation": claims.presentation.value,
            "anchor": None if claims.anchor is None else base64url(claims.anchor),
        },
    }
    return jwt.encode(payload, key.private, ALGORITHM, {"typ": TYPE, "kid": key.kid.hex()})
