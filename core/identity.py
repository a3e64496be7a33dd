"""Device assertions: how a lane agent or a worker proves that it holds its key (EdDSA JWT, RFC 8037)."""

import base64
import json
import re
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.problems import ProblemCode, Refusal

AUDIENCE = "clearlane-device"
LIFETIME = timedelta(seconds=60)
SKEW = timedelta(seconds=60)

_HEADER = {"alg": "EdDSA", "typ": "JWT"}
_CLAIMS = {"iss", "aud", "iat", "exp"}
_DEVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MAX_TOKEN = 1000


def device_assertion(device_id: str, private_key: Ed25519PrivateKey, now: datetime) -> str:
    """Return an assertion good for 60 seconds.

    Raises:
        ValueError: a device id that is not 1 to 63 of a-z, 0-9 and hyphens.
    """
    if not _DEVICE.fullmatch(device_id):
        raise ValueError(f"{device_id!r} is no device id")
    issued = int(now.timestamp())
    claims = {
        "iss": device_id,
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    return jwt.encode(claims, private_key, algorithm="EdDSA")


def claimed_device(token: str) -> str:
    """Return the device that an assertion names, unproven: enough to look up its key.

    Raises:
        Refusal: UNAUTHENTICATED where the text is no assertion at all.
    """
    return str(_claims(token)["iss"])


def verify_device_assertion(token: str, public_key: Ed25519PublicKey, now: datetime) -> str:
    """Return the device id that an assertion proves.

    The header is compared whole, so no other algorithm, key source or extension is ever looked at.

    Raises:
        Refusal: UNAUTHENTICATED for whatever is wrong with it.
    """
    claims = _claims(token)
    try:
        jwt.PyJWS().decode(token, public_key, algorithms=["EdDSA"])
    except jwt.InvalidTokenError as error:
        raise Refusal(ProblemCode.UNAUTHENTICATED) from error
    issued = datetime.fromtimestamp(int(str(claims["iat"])), now.tzinfo)
    if not issued - SKEW <= now < issued + LIFETIME + SKEW:
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    return str(claims["iss"])


def _claims(token: str) -> dict[str, object]:
    try:
        return _parsed(token)
    except (ValueError, RecursionError) as error:
        raise Refusal(ProblemCode.UNAUTHENTICATED) from error


def _parsed(token: str) -> dict[str, object]:
    if len(token) > _MAX_TOKEN:
        raise ValueError("too long")
    header, payload, signature = (_decoded(part) for part in token.split("."))
    claims = _object(payload)
    if _object(header) != _HEADER or set(claims) != _CLAIMS or len(signature) != 64:
        raise ValueError("not the form of an assertion")
    issued, device = claims["iat"], claims["iss"]
    if type(issued) is not int or not 0 < issued < 1 << 32 or not isinstance(device, str):
        raise ValueError("claims of a wrong type")
    if claims["exp"] != issued + int(LIFETIME.total_seconds()) or claims["aud"] != AUDIENCE:
        raise ValueError("an assertion is for this audience and for 60 seconds")
    if not _DEVICE.fullmatch(device):
        raise ValueError("not a device id")
    return claims


def _decoded(part: str) -> bytes:
    data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise ValueError("base64url has one spelling")
    return data


def _object(data: bytes) -> dict[str, object]:
    pairs = json.loads(data, object_pairs_hook=_without_doubles)
    if not isinstance(pairs, dict):
        raise ValueError("an object is expected")
    return pairs


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
