"""The text of a code: issued by the office, completed by the phone, verified strictly at lane and hub."""

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

import base45
from cwt import COSE, COSEKey, VerifyError

from core.problems import ProblemCode, Refusal
from core.vouchers import live as live_proof
from core.vouchers import wire
from core.vouchers.claims import Presentation, VoucherClaims
from core.vouchers.keys import KID_BYTES, KeySet, SigningKey
from core.vouchers.live import LINK_BYTES, LiveProof, LiveState

__all__ = [
    "PREFIX",
    "KeySet",
    "LiveProof",
    "LiveState",
    "SigningKey",
    "VerifiedVoucher",
    "claims_of",
    "envelope",
    "issue",
    "verify",
]

PREFIX = "CL1:"
MAX_TEXT = 1000
"""Characters; a code of four plates and four containers has fewer than half."""
SKEW = timedelta(seconds=60)

_LENGTH_CHARACTERS = 3
_LIVE_BYTES = 2 + LINK_BYTES
_SIGNATURE_BYTES = 64
_ALG, _KID, _EDDSA = 1, 4, -8
_KTY, _OKP, _KEY_ALG, _KEY_KID, _CRV, _ED25519, _X, _D = 1, 1, 3, 2, -1, 6, -2, -4
# A COSE_Sign1 (tag 18, array of 4) whose protected header is exactly {alg: EdDSA, kid: 4 bytes} beside an
# empty unprotected one. Compared byte by byte: no other header, algorithm or encoding is ever looked at.
_BEFORE_KID = bytes.fromhex("d28449a201270444")
_AFTER_KID = bytes.fromhex("a0")
_BEFORE_SIGNATURE = bytes.fromhex("5840")


@dataclass(frozen=True)
class VerifiedVoucher:
    """A code that is genuine and timely; whether it is spent, revoked or superseded only the hub knows."""

    claims: VoucherClaims
    key_id: bytes
    live: LiveState
    """AHEAD is referred with CLOCK_AHEAD: the phone's clock is up to ten minutes early."""


def issue(claims: VoucherClaims, key: SigningKey) -> str:
    """Return part one of a code: base45 (RFC 9285) of the signed claims (COSE_Sign1, RFC 9052)."""
    private = key.private.private_bytes_raw()
    signer = COSEKey.new({_KTY: _OKP, _CRV: _ED25519, _KEY_ALG: _EDDSA, _X: key.public, _D: private})
    signed = COSE.new().encode_and_sign(
        wire.encode(claims), signer, protected={_ALG: _EDDSA, _KID: key.kid}, unprotected={}
    )
    return _to_base45(bytes(signed))


def claims_of(part_one: str) -> VoucherClaims:
    """Return what a part one of our own says; nothing is verified, so never use it on what somebody showed.

    Raises:
        ValueError: it is no part one.
    """
    signed = _from_base45(part_one)
    content = signed[
        len(_BEFORE_KID) + KID_BYTES + len(_AFTER_KID) : -(len(_BEFORE_SIGNATURE) + _SIGNATURE_BYTES)
    ]
    return wire.decode(content[_string_head(content) :])


def key_name(part_one: str) -> bytes:
    """Return the name of the key that a part one of ours says it was signed with; nothing is verified."""
    return _from_base45(part_one)[len(_BEFORE_KID) : len(_BEFORE_KID) + KID_BYTES]


def envelope(part_one: str, live: LiveProof | None) -> str:
    """Return the text of the QR code: `CL1:`, the length of part one (3 characters), part one, the live part.

    A printed code has no live part. The phone makes the same text from its seed (see `core/vectors`).
    """
    length = _to_base45(struct.pack(">H", len(part_one)))
    part_two = _to_base45(struct.pack(">H", live.step) + live.link) if live else ""
    return f"{PREFIX}{length}{part_one}{part_two}"


def verify(
    text: str, keys: KeySet, now: datetime, *, skew: timedelta = SKEW, in_open_passage: bool = False
) -> VerifiedVoucher:
    """Return the voucher behind the text of a scanned code.

    Args:
        text: exactly what was in the QR code, without a line end.
        keys: the keys accepted now.
        now: the verifier's time, with a zone.
        skew: how far the window is widened on both sides.
        in_open_passage: the voucher's passage is open, which froze its expiry and the need for the live part.

    Raises:
        Refusal: CODE_NOT_OURS, CODE_MALFORMED, CODE_KEY_UNKNOWN, CODE_KEY_REVOKED, CODE_FORGED; CODE_NOT_YET,
            CODE_EXPIRED; LIVE_MISSING, LIVE_FORGED, LIVE_STALE, LIVE_AHEAD.
    """
    signed, live = _take_apart(text)
    kid, payload = _claims_of(signed, keys)
    try:
        claims = wire.decode(payload)
    except ValueError as error:
        raise Refusal(ProblemCode.CODE_MALFORMED) from error
    if claims.presentation is Presentation.PRINT and live is not None:
        raise Refusal(ProblemCode.CODE_MALFORMED)
    if in_open_passage:
        return VerifiedVoucher(claims, kid, LiveState.NOT_NEEDED)
    if now < claims.not_before - skew:
        raise Refusal(ProblemCode.CODE_NOT_YET)
    if now >= claims.expires + skew:
        raise Refusal(ProblemCode.CODE_EXPIRED)
    return VerifiedVoucher(claims, kid, _live_state(claims, live, now))


def _live_state(claims: VoucherClaims, live: LiveProof | None, now: datetime) -> LiveState:
    if claims.anchor is None:
        return LiveState.NOT_NEEDED
    if live is None:
        raise Refusal(ProblemCode.LIVE_MISSING)
    return live_proof.check(live, claims.anchor, claims.not_before, now)


def _take_apart(text: str) -> tuple[bytes, LiveProof | None]:
    """Return the signed bytes and the live part of a code's text."""
    if not text.startswith(PREFIX):
        raise Refusal(ProblemCode.CODE_NOT_OURS)
    if len(text) > MAX_TEXT:
        raise Refusal(ProblemCode.CODE_MALFORMED)
    try:
        body = text[len(PREFIX) :]
        (length,) = struct.unpack(">H", _from_base45(body[:_LENGTH_CHARACTERS]))
        part_one, part_two = (
            body[_LENGTH_CHARACTERS : _LENGTH_CHARACTERS + length],
            body[_LENGTH_CHARACTERS + length :],
        )
        if len(part_one) != length:
            raise ValueError("part one is cut off")
        return _from_base45(part_one), _live_part(part_two) if part_two else None
    except (ValueError, struct.error) as error:
        raise Refusal(ProblemCode.CODE_MALFORMED) from error


def _live_part(part_two: str) -> LiveProof:
    step, link = struct.unpack(f">H{LINK_BYTES}s", _from_base45(part_two))
    return LiveProof(step, link)


def _claims_of(signed: bytes, keys: KeySet) -> tuple[bytes, bytes]:
    """Return the key's name and the payload, its signature verified."""
    kid = signed[len(_BEFORE_KID) : len(_BEFORE_KID) + KID_BYTES]
    start = len(_BEFORE_KID) + KID_BYTES + len(_AFTER_KID)
    tail = len(_BEFORE_SIGNATURE) + _SIGNATURE_BYTES
    content = signed[start:-tail]
    payload = content[_string_head(content) :]
    expected = _BEFORE_KID + kid + _AFTER_KID + _head_of(len(payload)) + payload + _BEFORE_SIGNATURE
    if not payload or signed[:-_SIGNATURE_BYTES] != expected:
        raise Refusal(ProblemCode.CODE_MALFORMED)
    if kid in keys.revoked:
        raise Refusal(ProblemCode.CODE_KEY_REVOKED)
    public = keys.accepted(kid)
    if public is None:
        raise Refusal(ProblemCode.CODE_KEY_UNKNOWN)
    verifier = COSEKey.new({_KTY: _OKP, _CRV: _ED25519, _KEY_ALG: _EDDSA, _X: public, _KEY_KID: kid})
    try:
        verified = COSE.new(verify_kid=True).decode(signed, verifier)
    except VerifyError as error:
        raise Refusal(ProblemCode.CODE_FORGED) from error
    return kid, bytes(verified)


def _string_head(content: bytes) -> int:
    """Return how many bytes the head of a CBOR byte string of this size takes (RFC 8949, 3.1)."""
    if len(content) <= 24:
        return 1
    return 2 if len(content) <= 2 + 0xFF else 3


def _head_of(length: int) -> bytes:
    if length < 24:
        return bytes([0x40 + length])
    return bytes([0x58, length]) if length <= 0xFF else b"\x59" + struct.pack(">H", length)


def _to_base45(data: bytes) -> str:
    text: str = base45.b45encode(data).decode("ascii")
    return text


def _from_base45(text: str) -> bytes:
    """Return the bytes of base45 text; a second spelling of the same bytes is a ValueError."""
    data: bytes = base45.b45decode(text)
    if _to_base45(data) != text:
        raise ValueError("base45 has one spelling")
    return data
