"""Codes as scanned at a moment, and what each must yield: claims, or the refusal of every kind of bad code."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import base45
import cbor2

from core.canonical import millis
from core.identifiers.plates import Jurisdiction, parse_plate
from core.problems import ProblemCode
from core.vectors.issuer import (
    CLAIMS,
    KEY,
    KEYS,
    NOT_BEFORE,
    NOW,
    PART_ONE,
    PRINTED,
    REVOKED_KEY,
    SEED,
    TEXT,
    UNKNOWN_KEY,
    live_text,
    shown_at,
    signed_by_hand,
    to_base45,
)
from core.vouchers import wire
from core.vouchers.claims import Direction, LaneClass, VoucherClaims
from core.vouchers.codec import envelope, issue
from core.vouchers.live import STEP, LiveProof, LiveState
from core.words import Language


@dataclass(frozen=True)
class Case:
    """A code as scanned, and what the verifier says of it."""

    name: str
    text: str
    result: LiveState | ProblemCode
    claims: VoucherClaims | None = None
    now: datetime = NOW
    in_open_passage: bool = False


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _good()
    yield from _timing()
    yield from _damaged()
    yield from _foreign_headers()
    yield from _odd_payloads()


def _good() -> Iterator[Case]:
    fresh = LiveState.FRESH
    yield Case("a live code", TEXT, fresh, CLAIMS)
    printed = envelope(issue(PRINTED, KEY), None)
    yield Case("a printed code", printed, LiveState.NOT_NEEDED, PRINTED)
    largest = replace(
        CLAIMS,
        checkpoint=65535,
        crew=99,
        plates=(
            *CLAIMS.plates,
            parse_plate("MA1234", Jurisdiction.HK),
            parse_plate("MA-12-34", Jurisdiction.MO),
        ),
    )
    yield Case("Hong Kong and Macao share a text", live_text(issue(largest, KEY)), fresh, largest)
    smallest = replace(
        CLAIMS,
        direction=Direction.NORTHBOUND,
        plates=(parse_plate("ABC-1234", Jurisdiction.OTHER),),
        containers=(),
        language=Language.EN,
        lane_class=LaneClass.PASSENGER,
    )
    yield Case("no container", live_text(issue(smallest, KEY)), fresh, smallest)
    bare, late = envelope(PART_ONE, None), CLAIMS.expires + timedelta(hours=2)
    yield Case(
        "at the bay without its live part", bare, LiveState.NOT_NEEDED, CLAIMS, late, in_open_passage=True
    )
    yield Case("at the bay as first scanned", TEXT, LiveState.NOT_NEEDED, CLAIMS, late, in_open_passage=True)


def _timing() -> Iterator[Case]:
    for name, offset, result in (
        ("a picture of half a minute ago", -1, LiveState.FRESH),
        ("a code from two minutes ago", -4, ProblemCode.LIVE_STALE),
        ("a clock one step ahead", 1, LiveState.FRESH),
        ("a clock five minutes ahead", 10, LiveState.AHEAD),
        ("a clock ten minutes ahead", 20, LiveState.AHEAD),
        ("a clock eleven minutes ahead", 22, ProblemCode.LIVE_AHEAD),
    ):
        claims = CLAIMS if isinstance(result, LiveState) else None
        yield Case(name, envelope(PART_ONE, shown_at(NOW + offset * STEP)), result, claims)
    second, minute = timedelta(seconds=1), timedelta(seconds=60)
    first, last = shown_at(NOT_BEFORE), shown_at(CLAIMS.expires)
    early, late = NOT_BEFORE - minute, CLAIMS.expires + minute
    yield Case("a minute early", envelope(PART_ONE, first), LiveState.FRESH, CLAIMS, early)
    yield Case("too early", envelope(PART_ONE, first), ProblemCode.CODE_NOT_YET, now=early - second)
    yield Case("just in time", envelope(PART_ONE, last), LiveState.FRESH, CLAIMS, late - second)
    yield Case("too late", envelope(PART_ONE, last), ProblemCode.CODE_EXPIRED, now=late)


def _damaged() -> Iterator[Case]:
    malformed, forged = ProblemCode.CODE_MALFORMED, ProblemCode.CODE_FORGED
    yield Case("nothing", "", ProblemCode.CODE_NOT_OURS)
    yield Case("a web address", "HTTPS://EXAMPLE.ORG/", ProblemCode.CODE_NOT_OURS)
    yield Case("another version", "CL2:" + TEXT[4:], ProblemCode.CODE_NOT_OURS)
    yield Case("a space before", " " + TEXT, ProblemCode.CODE_NOT_OURS)
    yield Case("a line end behind", TEXT + "\n", malformed)
    yield Case("the prefix alone", "CL1:", malformed)
    yield Case("cut within part one", TEXT[:200], malformed)
    yield Case("cut within the live part", TEXT[:-3], malformed)
    yield Case("longer than it should be", TEXT + "000", malformed)
    yield Case("much too long", TEXT + "0" * 2000, malformed)
    yield Case("small letters", "CL1:" + TEXT[4:].lower(), malformed)
    yield Case("full-width digits", TEXT[:20] + "０" + TEXT[21:], malformed)
    yield Case("base45 beyond its range", envelope(PART_ONE[:-3] + ":::", shown_at(NOW)), malformed)
    yield Case("the live part cut off", envelope(PART_ONE, None), ProblemCode.LIVE_MISSING)
    stranger = shown_at(NOW, seed=bytes(16))
    yield Case("another phone's live part", envelope(PART_ONE, stranger), ProblemCode.LIVE_FORGED)
    relabelled = LiveProof(shown_at(NOW).step, shown_at(NOW - 4 * STEP).link)
    yield Case("an old link under a new step", envelope(PART_ONE, relabelled), ProblemCode.LIVE_FORGED)
    beyond = PART_ONE + to_base45(struct.pack(">H", 2881) + bytes(16))
    yield Case("a step beyond the chain", envelope(PART_ONE, None) + beyond[len(PART_ONE) :], malformed)
    printed = issue(PRINTED, KEY)
    yield Case("a live part on a printed code", live_text(printed), malformed)
    overlong = "CL1:" + to_base45(struct.pack(">H", len(printed) + 1)) + printed
    yield Case("a length beyond the end", overlong, malformed)
    flipped = bytearray(base45.b45decode(PART_ONE))
    flipped[-1] ^= 1
    yield Case("a changed signature", live_text(to_base45(bytes(flipped))), forged)
    flipped = bytearray(base45.b45decode(PART_ONE))
    flipped[60] ^= 1
    yield Case("a changed claim", live_text(to_base45(bytes(flipped))), forged)
    yield Case("an unknown key", live_text(issue(CLAIMS, UNKNOWN_KEY)), ProblemCode.CODE_KEY_UNKNOWN)
    yield Case("a revoked key", live_text(issue(CLAIMS, REVOKED_KEY)), ProblemCode.CODE_KEY_REVOKED)


def _foreign_headers() -> Iterator[Case]:
    payload, malformed = wire.encode(CLAIMS), ProblemCode.CODE_MALFORMED
    headers: tuple[tuple[str, dict[object, object]], ...] = (
        ("another algorithm", {1: -7, 4: KEY.kid}),
        ("no algorithm", {4: KEY.kid}),
        ("no key name", {1: -8}),
        ("a critical header", {1: -8, 2: [99], 4: KEY.kid, 99: 1}),
        ("a content type", {1: -8, 3: 61, 4: KEY.kid}),
        ("an x5u header", {1: -8, 4: KEY.kid, 35: "https://example.org/"}),
        ("a jku header", {1: -8, 4: KEY.kid, "jku": "https://example.org/"}),
        ("a jwk header", {1: -8, 4: KEY.kid, "jwk": KEY.public}),
        ("headers in another order", {4: KEY.kid, 1: -8}),
    )
    for name, header in headers:
        text = live_text(signed_by_hand(payload, protected=cbor2.dumps(header)))
        yield Case(name, text, malformed)
    yield Case(
        "an unprotected header", live_text(signed_by_hand(payload, unprotected={4: KEY.kid})), malformed
    )
    yield Case("an unprotected list", live_text(signed_by_hand(payload, unprotected=[])), malformed)
    yield Case("a MAC in place of a signature", live_text(signed_by_hand(payload, tag=17)), malformed)
    tagged = b"\xd8\x3d" + base45.b45decode(PART_ONE)
    yield Case("a CWT tag around it", live_text(to_base45(tagged)), malformed)
    trailing = base45.b45decode(PART_ONE) + b"\x00"
    yield Case("a byte behind the signature", live_text(to_base45(trailing)), malformed)


def _odd_payloads() -> Iterator[Case]:
    for name, payload in (*_odd_forms(), *_odd_values()):
        yield Case(name, live_text(signed_by_hand(payload)), ProblemCode.CODE_MALFORMED)


def _odd_forms() -> tuple[tuple[str, bytes], ...]:
    """CBOR that is not the one form of these claims."""
    good = wire.encode(CLAIMS)
    exp, array = good[1:7], good[good.index(bytes.fromhex("3a00010000")) + 5 :]
    claims_set = cbor2.loads(good)
    return (
        ("an unknown claim", cbor2.dumps({**claims_set, 1: "me"}, canonical=True)),
        ("no claim but times", cbor2.dumps({4: claims_set[4], 5: claims_set[5]}, canonical=True)),
        ("a claim missing", b"\xa3" + good[7:]),
        ("a doubled claim", b"\xa5" + exp + good[1:]),
        ("a byte behind the claims", good + b"\x00"),
        ("claims in another order", b"\xa4" + good[7:13] + exp + good[13:]),
        ("a longer form of a number", good.replace(array[:2], array[:1] + b"\x18\x01", 1)),
        ("a map without its end", good[:-1]),
        ("an open-ended array", good.replace(array, b"\x9f" + array[1:] + b"\xff")),
        ("not a map", cbor2.dumps([1, 2, 3])),
        ("a text of no CBOR", b"\xff\xff"),
        ("deep nesting", b"\x81" * 400 + b"\x01"),
    )


def _odd_values() -> tuple[tuple[str, bytes], ...]:
    """Well-formed claims whose content no voucher may have."""
    claims_set = cbor2.loads(wire.encode(CLAIMS))
    positions = claims_set[wire.CLEARLANE]

    def changed(place: int, value: object) -> bytes:
        odd = [*positions[:place], value, *positions[place + 1 :]]
        return cbor2.dumps({**claims_set, wire.CLEARLANE: odd}, canonical=True)

    return (
        ("another version of the claims", changed(0, 2)),
        ("true in place of one", changed(0, True)),
        ("a short trip id", changed(1, bytes(11))),
        ("an unknown direction", changed(2, 3)),
        ("checkpoint zero", changed(3, 0)),
        ("no plates", changed(4, [])),
        ("a plate twice", changed(4, ["2UP2643", "2UP2643"])),
        ("a plate not in canonical form", changed(4, ["2UP 2643"])),
        ("a plate of an unknown place", changed(4, ["4UP2643"])),
        ("a container with a wrong check digit", changed(5, b"CSQU" + (3054384).to_bytes(3, "big"))),
        ("half a container", changed(5, b"CSQU")),
        ("a live code without anchor", changed(11, None)),
        ("a printed code with anchor", changed(10, 2)),
        ("a position too many", cbor2.dumps({**claims_set, wire.CLEARLANE: [*positions, 0]}, canonical=True)),
        ("valid for more than a day", cbor2.dumps({**claims_set, 4: claims_set[4] + 1}, canonical=True)),
    )


def _claims(claims: VoucherClaims) -> dict[str, object]:
    return {
        "voucher_id": claims.voucher_id.hex(),
        "not_before": millis(claims.not_before),
        "expires": millis(claims.expires),
        "version": claims.version,
        "trip_id": claims.trip_id.hex(),
        "direction": claims.direction,
        "checkpoint": claims.checkpoint,
        "plates": [{"jurisdiction": plate.jurisdiction, "text": plate.text} for plate in claims.plates],
        "containers": [container.text for container in claims.containers],
        "driver": claims.driver.hex(),
        "crew": claims.crew,
        "language": claims.language,
        "lane_class": claims.lane_class,
        "presentation": claims.presentation,
        "anchor": claims.anchor.hex() if claims.anchor else None,
    }


def _case(case: Case) -> dict[str, object]:
    expected: dict[str, object] = {"problem": case.result}
    if case.claims is not None:
        expected = {"live": case.result, "claims": _claims(case.claims)}
    return {
        "name": case.name,
        "text": case.text,
        "now": millis(case.now),
        "in_open_passage": case.in_open_passage,
    } | expected


def vectors() -> dict[str, object]:
    """Return the content of envelope.json; `composed` is what a phone makes of part one and its seed."""
    moments = (NOT_BEFORE, NOW, CLAIMS.expires)
    composed = [
        {
            "part_one": PART_ONE,
            "seed": SEED.hex(),
            "not_before": millis(NOT_BEFORE),
            "now": millis(moment),
            "step": shown_at(moment).step,
            "link": shown_at(moment).link.hex(),
            "text": envelope(PART_ONE, shown_at(moment)),
        }
        for moment in moments
    ]
    return {"keys": KEYS.to_jwks(), "composed": composed, "cases": [_case(case) for case in cases()]}
