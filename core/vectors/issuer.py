"""The office, the phone and the claims that the code vectors are made of; every secret in it is public."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import base45
import cbor2

from core.identifiers.containers import parse_container
from core.identifiers.plates import Jurisdiction, parse_plate
from core.vouchers import live
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims
from core.vouchers.codec import envelope, issue
from core.vouchers.keys import KeySet, SigningKey
from core.vouchers.live import LiveProof
from core.words import Language

KEY = SigningKey.from_seed(bytes(range(32)))
REVOKED_KEY = SigningKey.from_seed(bytes(range(32, 64)))
UNKNOWN_KEY = SigningKey.from_seed(bytes(range(64, 96)))
KEYS = KeySet.of(KEY, REVOKED_KEY, revoked=frozenset({REVOKED_KEY.kid}))
SEED = bytes(range(100, 116))
NOT_BEFORE = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
NOW = NOT_BEFORE + timedelta(hours=1, seconds=10)

CLAIMS = VoucherClaims(
    voucher_id=bytes(range(1, 13)),
    not_before=NOT_BEFORE,
    expires=NOT_BEFORE + timedelta(hours=24),
    trip_id=bytes(range(21, 33)),
    direction=Direction.SOUTHBOUND,
    checkpoint=1,
    plates=(parse_plate("粤ZDF15港", Jurisdiction.CN), parse_plate("UP2643", Jurisdiction.HK)),
    containers=(parse_container("CSQU3054383"), parse_container("TOLU4734787")),
    driver=bytes(range(41, 49)),
    crew=1,
    language=Language.ZH_HANS,
    lane_class=LaneClass.GOODS,
    presentation=Presentation.LIVE,
    anchor=live.anchor(SEED),
)
PRINTED = replace(CLAIMS, presentation=Presentation.PRINT, anchor=None)


def shown_at(moment: datetime, *, seed: bytes = SEED) -> LiveProof:
    """Return the live part that a phone with this clock shows."""
    step = live.step_at(NOT_BEFORE, moment)
    return LiveProof(step, live.proof(seed, step))


PART_ONE = issue(CLAIMS, KEY)
TEXT = envelope(PART_ONE, shown_at(NOW))


def signed_by_hand(
    payload: bytes, *, protected: bytes | None = None, unprotected: object = None, tag: int = 18
) -> str:
    """Return part one with any headers around any payload, rightly signed: a careless issuer's work."""
    header = cbor2.dumps({1: -8, 4: KEY.kid}) if protected is None else protected
    signature = KEY.private.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    outer = cbor2.CBORTag(tag, [header, {} if unprotected is None else unprotected, payload, signature])
    return to_base45(cbor2.dumps(outer))


def to_base45(data: bytes) -> str:
    """Return base45 text."""
    return str(base45.b45encode(data), "ascii")


def live_text(part_one: str) -> str:
    """Return the code that the phone shows at NOW."""
    return envelope(part_one, shown_at(NOW))
