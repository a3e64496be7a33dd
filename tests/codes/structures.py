"""Codes rightly signed by the office's own key around what it never signs: other headers, structures, encodings."""

import hashlib
import hmac
import struct
from random import Random
from typing import Any

import cbor2

from core.vouchers import wire
from core.vouchers.codec import SigningKey
from tests.codes.genuine import Genuine

NONE, ES256, HS256, EDDSA, PS256, ES256K = 0, -7, 5, -8, -37, -47
ALG, CRIT, CONTENT_TYPE, KID, X5CHAIN, X5U = 1, 2, 3, 4, 33, 35


def headers(code: Genuine, chance: Random) -> str:
    """Another algorithm, a critical header, a key or its address in the header, a key name of the wrong kind."""
    kid: Any = code.key.kid
    odd_kid = chance.choice(
        (b"", kid[:3], kid + b"\x00", kid.hex(), 11, None, [kid], chance.randbytes(8), kid * 9)
    )
    url = f"https://example.org/{chance.randrange(10**6)}"
    number = chance.randrange(-70_000, 70_000)
    header = chance.choice(
        (
            {
                ALG: chance.choice((NONE, ES256, HS256, PS256, ES256K, "none", "EdDSA", "HS256", None)),
                KID: kid,
            },
            {ALG: EDDSA, KID: odd_kid},
            {KID: kid},
            {ALG: EDDSA},
            {},
            {ALG: EDDSA, CRIT: [number], KID: kid, number: 1},
            {ALG: EDDSA, CRIT: chance.choice(([], [ALG], 1, "x")), KID: kid},
            {ALG: EDDSA, CONTENT_TYPE: number, KID: kid},
            {ALG: EDDSA, KID: kid, X5U: url},
            {ALG: EDDSA, KID: kid, X5CHAIN: chance.randbytes(40)},
            {ALG: EDDSA, KID: kid, "jku": url},
            {ALG: EDDSA, KID: kid, "x5u": url},
            {ALG: EDDSA, KID: kid, "jwk": code.key.public},
            {ALG: EDDSA, KID: kid, number if abs(number) > 40 else 99: chance.randbytes(3)},
            {KID: kid, ALG: EDDSA},
        )
    )
    return code.sealed(_payload(code), protected=cbor2.dumps(header))


def moved_headers(code: Genuine, chance: Random) -> str:
    """Protected headers in the unprotected place, or in both."""
    kid, extra = code.key.kid, chance.randrange(10**6)
    both = cbor2.dumps({ALG: EDDSA, KID: kid})
    protected, unprotected = chance.choice(
        (
            (b"", {ALG: EDDSA, KID: kid}),
            (cbor2.dumps({ALG: EDDSA}), {KID: kid}),
            (cbor2.dumps({KID: kid}), {ALG: EDDSA}),
            (both, {KID: kid}),
            (both, {ALG: NONE}),
            (both, {99: extra}),
            (both, {"jku": f"https://example.org/{extra}"}),
            (both, [extra]),
            (both, extra),
            (both, b"\xa0"),
        )
    )
    return code.sealed(_payload(code), protected=protected, unprotected=unprotected)


def header_encodings(code: Genuine, chance: Random) -> str:
    """The right header in another encoding of the same map."""
    kid = code.key.kid
    protected = chance.choice(
        (
            b"\xbf\x01\x27\x04\x44" + kid + b"\xff",
            b"\xa2\x18\x01\x27\x04\x44" + kid,
            b"\xa2\x01\x38\x07\x04\x44" + kid,
            b"\xa2\x01\x27\x04\x58\x04" + kid,
            b"\xa2\x01\x27\x04\x5f\x44" + kid + b"\xff",
            b"\xb8\x02\x01\x27\x04\x44" + kid,
            b"\xa3\x01\x27\x01\x27\x04\x44" + kid,
            b"\xa3\x01\x26\x01\x27\x04\x44" + kid,
            b"\xa2\x01\xfb" + struct.pack(">d", -8.0) + b"\x04\x44" + kid,
            b"\xa2\x01\xc3\x41\x07\x04\x44" + kid,
            b"\xa2\x01\x27\x04\x44" + kid + b"\x00",
            b"\xc0\xa2\x01\x27\x04\x44" + kid,
        )
    )
    return code.sealed(_payload(code), protected=protected)


def public_key_as_secret(code: Genuine, chance: Random) -> str:
    """A COSE_Mac0 (tag 17), or a signature's place, with an HMAC under the public key, which everybody has."""
    protected = cbor2.dumps({ALG: chance.choice((HS256, EDDSA)), KID: code.key.kid})
    payload = _payload(code)
    secret = chance.choice(
        (code.key.public, code.key.public.hex().encode(), code.key.kid, chance.randbytes(4))
    )
    covered = cbor2.dumps([chance.choice(("MAC0", "Signature1")), protected, b"", payload])
    tag = hmac.new(secret, covered, hashlib.sha256).digest() * chance.choice((1, 2))
    return code.around(cbor2.dumps(cbor2.CBORTag(chance.choice((17, 18)), [protected, {}, payload, tag])))


def outer_structures(code: Genuine, chance: Random) -> str:
    """The signed bytes under other tags, in other arrays, with more or less in them."""
    header, unprotected, payload, signature = cbor2.loads(code.signed).value
    parts: list[Any] = [header, unprotected, payload, signature]
    match chance.randrange(5):
        case 0:
            tag = chance.choice((0, 16, 17, 61, 96, 97, 98, 998, 55799, chance.randrange(19, 10**6)))
            return code.around(cbor2.dumps(cbor2.CBORTag(tag, parts)))
        case 1:
            return code.around(
                b"".join((b"\xd8\x3d", b"\xd9\xd9\xf7", b"\xc6")[: chance.randint(1, 3)]) + code.signed
            )
        case 2:
            more: Any = chance.choice((None, b"", chance.randbytes(4), [], {}))
            place = chance.randrange(5)
            return code.around(cbor2.dumps(cbor2.CBORTag(18, [*parts[:place], more, *parts[place:]])))
        case 3:
            place = chance.randrange(4)
            odd: Any = chance.choice(
                (None, "", [], {}, chance.randrange(10**6), chance.randbytes(3), True, 1.5)
            )
            return code.around(cbor2.dumps(cbor2.CBORTag(18, [*parts[:place], odd, *parts[place + 1 :]])))
        case _:
            return code.around(_outer_encodings(code, chance))


def _outer_encodings(code: Genuine, chance: Random) -> bytes:
    signed = code.signed
    payload = cbor2.loads(signed).value[2]
    body = signed[signed.index(payload) - 3 :]
    signature = signed[-64:]
    huge = struct.pack(">BQ", 0x5B, chance.randrange(2**32, 2**63))
    return chance.choice(
        (
            signed[:1] + b"\x9f" + signed[2:] + b"\xff",
            signed[:1] + b"\x98\x04" + signed[2:],
            signed[1:],
            signed + chance.randbytes(chance.randint(1, 5)),
            signed[:-66] + b"\x59\x00\x40" + signature,
            signed[:-66] + b"\x5f\x58\x40" + signature + b"\xff",
            signed[:-66] + huge + signature,
            signed[:-66] + b"\x78\x40" + signature,
            signed[: len(signed) - len(body)] + huge + payload + b"\x58\x40" + signature,
            b"\xd8\x12" + signed[1:],
        )
    )


def payload_encodings(code: Genuine, chance: Random) -> str:
    """The right claims in another encoding: CBOR that says the same in another way, or nothing at all."""
    good = _payload(code)
    expires, array = good[1:7], good[good.index(bytes.fromhex("3a00010000")) + 5 :]
    seconds = struct.unpack(">I", expires[2:])[0]
    depth = chance.randrange(10, 380)
    huge = struct.pack(">Q", chance.randrange(2**31, 2**64))
    payload = chance.choice(
        (
            b"\xbf" + good[1:] + b"\xff",
            good.replace(array, b"\x9f" + array[1:] + b"\xff"),
            good.replace(array[:2], array[:1] + b"\x18\x01", 1),
            good.replace(expires, b"\x04\x1b" + struct.pack(">Q", seconds)),
            good.replace(expires, b"\x04\xfb" + struct.pack(">d", seconds)),
            good.replace(expires, b"\x04\xc1\x1a" + expires[2:]),
            good.replace(expires, b"\x04\xc2\x44" + expires[2:]),
            good.replace(expires, b"\x18\x04\x1a" + expires[2:]),
            b"\xa5" + expires + good[1:],
            b"\xa4" + good[7:13] + expires + good[13:],
            b"\xb8\x04" + good[1:],
            b"\xb9\x00\x04" + good[1:],
            good + chance.randbytes(chance.randint(1, 4)),
            good[: chance.randrange(1, len(good))],
            b"\x81" * depth + b"\x01",
            b"\xc1" * depth + b"\x01",
            b"\xa1\x01" * depth + b"\x01",
            bytes((chance.choice((0x5B, 0x7B, 0x9B, 0xBB)),)) + huge,
            b"\xa1" + bytes((chance.choice((0x5B, 0x7B, 0x9B, 0xBB)),)) + huge,
            chance.randbytes(chance.randint(1, 200)),
            bytes((chance.choice((0xF6, 0xF7, 0xF4, 0xF5, 0xE0, 0xFF, 0x1C, 0xF8)),)) + chance.randbytes(2),
            b"\xd9\x01\x03" + good,
            b"\xd8\x1c" + good,
            b"\xd8\x18\x58" + bytes((min(len(good), 255),)) + good,
        )
    )
    return code.sealed(payload)


def tagged_payloads(code: Genuine, chance: Random) -> str:
    """A tag somewhere in the claims: decoders make dates, decimals, patterns and addresses of what follows it."""
    tag = chance.choice(
        (*range(6), 21, 22, 23, 24, 25, 28, 29, 30, 35, 36, 37, 43, 100, 110, 256, 258, 260, 261, 1004)
    )
    content = chance.choice(TAGGED)
    claims: dict[Any, Any] = cbor2.loads(_payload(code))
    match chance.randrange(3):
        case 0:
            return code.sealed(cbor2.dumps(cbor2.CBORTag(tag, content)))
        case 1:
            claims[chance.choice(list(claims))] = cbor2.CBORTag(tag, content)
        case _:
            claims[wire.CLEARLANE][chance.randrange(12)] = cbor2.CBORTag(tag, content)
    return code.sealed(cbor2.dumps(claims))


TAGGED: tuple[Any, ...] = (
    *(
        1,
        -1,
        2**70,
        10**9,
        1e300,
        float("nan"),
        float("inf"),
        None,
        True,
        "x",
        "(",
        "9999-99-99T",
        b"",
        b"\xff" * 9,
    ),
    *(
        [],
        {},
        [1, 0],
        [1, 2],
        [2**40, 1],
        [10**12, 3],
        [1, [1, 2]],
        {1: 2},
        "http://x",
        "2013-03-21T20:04:00Z",
    ),
)


def other_key(code: Genuine, chance: Random) -> str:
    """Right in everything, under the name of a key that nobody here knows."""
    return code.sealed(_payload(code), key=_stranger(chance))


def other_key_under_our_name(code: Genuine, chance: Random) -> str:
    """Right in everything but the signature: a stranger's, under the name of the office's key."""
    return code.sealed(_payload(code), key=_stranger(chance), kid=code.key.kid)


def _stranger(chance: Random) -> SigningKey:
    return SigningKey.from_seed(chance.randbytes(32))


def _payload(code: Genuine) -> bytes:
    return wire.encode(code.claims)
