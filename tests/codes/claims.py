"""Claims that no voucher may have, or that are not for this lane, signed by the office's own key or by a stranger's."""

from datetime import timedelta
from random import Random
from typing import Any

import cbor2

from core.vouchers import wire
from core.vouchers.claims import LaneClass, Presentation
from core.vouchers.codec import SigningKey, envelope
from tests.codes.genuine import Genuine

CONTAINERS = 5
NAN, ENDLESS = float("nan"), float("inf")


def _odd(chance: Random) -> Any:
    """A value of a type or range that stands nowhere in the claims."""
    return chance.choice(
        (
            NAN,
            ENDLESS,
            -ENDLESS,
            1.0,
            chance.uniform(-9, 9),
            -chance.randrange(1, 10**6),
            chance.randrange(70_000, 10**9),
            2**64 + chance.randrange(99),
            True,
            False,
            cbor2.undefined,
            "",
            "1",
            "\x00" + str(chance.random()),
            b"",
            chance.randbytes(chance.choice((1, 6, 9, 11, 13, 15, 17, 32))),
            [],
            [chance.random()],
            [[[]]],
            {},
            {1: chance.random()},
            cbor2.CBORTag(chance.randrange(30, 900), 1),
            cbor2.CBORSimpleValue(chance.choice((0, 19, 32, 255))),
        )
    )


def odd_positions(code: Genuine, chance: Random) -> str:
    """One or two of the twelve positions hold what they may not."""
    claims, positions = _decoded(code)
    for _ in range(chance.choice((1, 1, 2))):
        place, value = chance.randrange(len(positions)), _odd(chance)
        positions[place] = (
            value if (place, value) != (CONTAINERS, b"") else None
        )  # no container is no mistake
    return _signed(code, claims, chance)


def odd_times_and_names(code: Genuine, chance: Random) -> str:
    """Times out of order, too far apart, of no type of time; a name of another size; claims more or fewer."""
    claims, _ = _decoded(code)
    begins, day = claims[wire.NOT_BEFORE], 86_400
    changes: tuple[dict[Any, Any], ...] = (
        {wire.EXPIRES: begins - chance.randrange(10**6)},
        {wire.EXPIRES: begins + day + chance.randrange(1, 10**6)},
        {wire.EXPIRES: begins + day * 3650},
        {wire.EXPIRES: 2**32 + chance.randrange(10**6)},
        {wire.NOT_BEFORE: -chance.randrange(10**6), wire.EXPIRES: 1},
        {wire.NOT_BEFORE: 0},
        {wire.EXPIRES: float(claims[wire.EXPIRES])},
        {wire.EXPIRES: str(claims[wire.EXPIRES])},
        {wire.EXPIRES: _odd(chance)},
        {wire.NOT_BEFORE: _odd(chance)},
        {wire.TOKEN_ID: chance.randbytes(chance.choice((0, 1, 11, 13, 24)))},
        {wire.TOKEN_ID: claims[wire.TOKEN_ID].hex()},
        {chance.choice((1, 2, 3, 6, 8, -65536, -65538)): chance.randrange(10**6)},
        {chance.choice(("exp", "4", b"4", None, 4.5)): chance.randrange(10**6)},
    )
    claims.update(chance.choice(changes))
    return _signed(code, claims, chance)


def odd_lists(code: Genuine, chance: Random) -> str:
    """Plates and containers malformed; positions too many, too few, in another order."""
    claims, positions = _decoded(code)
    digits = chance.randrange(10**7)
    plates: tuple[Any, ...] = (
        [],
        positions[4] * 3,
        [f"2UP{digits % 10_000} "],
        [f"7UP{digits}"],
        [f"UP{digits}"],
        [f"1粤Z{digits}港"],
        [f"2{'A' * 9}{digits}"],
        [f"2up{digits % 9000 + 1000}"],
        [b"2UP2643"],
        f"2UP{digits}",
        ["2UP2643", digits],
        {"2": "UP2643"},
    )
    containers: tuple[Any, ...] = (
        b"CSQU" + ((3_054_384 + digits) % 2**24 | 1).to_bytes(3, "big") + b"\x00",
        b"csqu" + (3_054_383).to_bytes(3, "big"),
        b"CSQU" + (2**24 - 1 - digits % 1000).to_bytes(3, "big"),
        positions[5] + positions[5] + b"".join(b"CSQU" + (3_054_383).to_bytes(3, "big") for _ in range(2)),
        chance.randbytes(7 * chance.randint(1, 3)),
        chance.randbytes(chance.choice((1, 6, 8, 13))),
        [b"CSQU3054383"],
        "CSQU3054383",
    )
    match chance.randrange(4):
        case 0:
            positions[4] = chance.choice(plates)
        case 1:
            positions[5] = chance.choice(containers)
        case 2:
            del positions[chance.randrange(12) :]
        case _:
            positions.insert(chance.randrange(13), chance.choice((None, 0, digits, "")))
    return _signed(code, claims, chance)


def next_version(code: Genuine, chance: Random) -> str:
    """A version of the claims that is not the first."""
    claims, positions = _decoded(code)
    positions[0] = chance.choice((0, -1, 2 + chance.randrange(10**6)))
    return _signed(code, claims, chance)


def presentations_mixed(code: Genuine, chance: Random) -> str:
    """A live code without an anchor, a printed one with an anchor or with a live part."""
    claims, positions = _decoded(code)
    positions[1] = chance.randbytes(12)
    match chance.randrange(3):
        case 0:
            positions[11] = None
        case 1:
            positions[10] = 2
        case _:
            positions[10], positions[11] = 2, None
    return code.sealed(cbor2.dumps(claims, canonical=True))


def elsewhere(code: Genuine, chance: Random) -> str:
    """Genuine, and for another checkpoint."""
    return code.claiming(checkpoint=chance.randrange(2, 65_536), trip_id=chance.randbytes(12))


def another_lane(code: Genuine, chance: Random) -> str:
    """Genuine, and for a lane of another kind."""
    return code.claiming(lane_class=LaneClass.PASSENGER, voucher_id=chance.randbytes(12))


def on_paper(code: Genuine, chance: Random) -> str:
    """Genuine, printed, where the lane takes no paper."""
    sealed = code.claiming(presentation=Presentation.PRINT, anchor=None, voucher_id=chance.randbytes(12))
    part_one = sealed[7:-27]
    return envelope(part_one, None)


def of_tomorrow(code: Genuine, chance: Random) -> str:
    """Genuine, and not valid yet."""
    begins = (code.now + timedelta(seconds=chance.randrange(62, 10**6))).replace(microsecond=0)
    return code.claiming(not_before=begins, expires=begins + timedelta(hours=2), trip_id=chance.randbytes(12))


def of_yesterday(code: Genuine, chance: Random) -> str:
    """Genuine, and valid no more."""
    ended = (code.now - timedelta(seconds=chance.randrange(62, 10**6))).replace(microsecond=0)
    return code.claiming(not_before=ended - timedelta(hours=2), expires=ended, trip_id=chance.randbytes(12))


def _decoded(code: Genuine) -> tuple[dict[Any, Any], list[Any]]:
    claims: dict[Any, Any] = cbor2.loads(wire.encode(code.claims))
    return claims, claims[wire.CLEARLANE]


def _signed(code: Genuine, claims: dict[Any, Any], chance: Random) -> str:
    """Sign them, in one case of four with a stranger's key under the office's name."""
    payload = cbor2.dumps(claims, canonical=chance.random() < 0.9)
    if chance.random() < 0.25:
        return code.sealed(payload, key=SigningKey.from_seed(chance.randbytes(32)), kid=code.key.kid)
    return code.sealed(payload)
