"""The claims on the wire: a CWT claims set (RFC 8392) with one positional array under a private key."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import TypeVar

import cbor2

from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Jurisdiction, Plate
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims
from core.vouchers.plain_cbor import need_plain
from core.words import Language

EXPIRES, NOT_BEFORE, TOKEN_ID, CLEARLANE = 4, 5, 7, -65537
"""The keys of the claims set: exp, nbf, cti (RFC 8392) and the first one for private use."""

JURISDICTIONS = {1: Jurisdiction.CN, 2: Jurisdiction.HK, 3: Jurisdiction.MO, 9: Jurisdiction.OTHER}
DIRECTIONS = {1: Direction.SOUTHBOUND, 2: Direction.NORTHBOUND}
LANE_CLASSES = {1: LaneClass.GOODS, 2: LaneClass.PASSENGER, 3: LaneClass.ANY}
PRESENTATIONS = {1: Presentation.LIVE, 2: Presentation.PRINT}
LANGUAGES = {1: Language.ZH_HANS, 2: Language.ZH_HANT, 3: Language.EN}

_CONTAINER_BYTES = 7
_POSITIONS = 12

_Member = TypeVar("_Member", bound=Enum)
_Value = TypeVar("_Value")


def _number(table: Mapping[int, _Member], member: _Member) -> int:
    return next(number for number, known in table.items() if known is member)


def _container_bytes(container: ContainerNumber) -> bytes:
    """Return 7 bytes: four ASCII letters and the seven digits as an unsigned 24-bit number."""
    return container.text[:4].encode("ascii") + struct.pack(">I", int(container.text[4:]))[1:]


def encode(claims: VoucherClaims) -> bytes:
    """Return the claims set in deterministic CBOR (RFC 8949, 4.2.1)."""
    positions = [
        claims.version,
        claims.trip_id,
        _number(DIRECTIONS, claims.direction),
        claims.checkpoint,
        [f"{_number(JURISDICTIONS, plate.jurisdiction)}{plate.text}" for plate in claims.plates],
        b"".join(_container_bytes(container) for container in claims.containers),
        claims.driver,
        claims.crew,
        _number(LANGUAGES, claims.language),
        _number(LANE_CLASSES, claims.lane_class),
        _number(PRESENTATIONS, claims.presentation),
        claims.anchor,
    ]
    claims_set = {
        EXPIRES: int(claims.expires.timestamp()),
        NOT_BEFORE: int(claims.not_before.timestamp()),
        TOKEN_ID: claims.voucher_id,
        CLEARLANE: positions,
    }
    return cbor2.dumps(claims_set, canonical=True)


def _exactly(kind: type[_Value], value: object) -> _Value:
    # `type(...) is`, since a CBOR true would pass as the integer 1.
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return value


def _member(table: Mapping[int, _Member], value: object) -> _Member:
    member = table.get(_exactly(int, value))
    if member is None:
        raise ValueError("a number that stands for nothing")
    return member


def _moment(value: object) -> datetime:
    seconds = _exactly(int, value)
    if not 0 < seconds < 1 << 32:
        raise ValueError("a time outside 1970 to 2106")
    return datetime.fromtimestamp(seconds, UTC)


def _plate(value: object) -> Plate:
    text = _exactly(str, value)
    if text[:1] not in {str(digit) for digit in JURISDICTIONS}:
        raise ValueError("a plate begins with the digit of its jurisdiction")
    return Plate(JURISDICTIONS[int(text[0])], text[1:])


def _containers(value: object) -> tuple[ContainerNumber, ...]:
    packed = _exactly(bytes, value)
    if len(packed) % _CONTAINER_BYTES:
        raise ValueError("a container takes 7 bytes")
    chunks = (packed[at : at + _CONTAINER_BYTES] for at in range(0, len(packed), _CONTAINER_BYTES))
    return tuple(_container(chunk) for chunk in chunks)


def _container(chunk: bytes) -> ContainerNumber:
    return ContainerNumber(f"{chunk[:4].decode('ascii')}{int.from_bytes(chunk[4:], 'big'):07d}")


def decode(payload: bytes) -> VoucherClaims:
    """Return the claims of a payload whose signature was verified.

    Raises:
        ValueError: anything but the one deterministic form of a known claims set: unknown or doubled keys,
            trailing bytes, longer encodings, wrong types, impossible values.
    """
    need_plain(payload)
    try:
        claims_set = _exactly(dict, cbor2.loads(payload))
    except cbor2.CBORDecodeError as error:
        raise ValueError("not CBOR") from error
    if set(claims_set) != {EXPIRES, NOT_BEFORE, TOKEN_ID, CLEARLANE}:
        raise ValueError("an unknown claim, or one is missing")
    positions = _exactly(list, claims_set[CLEARLANE])
    if len(positions) != _POSITIONS:
        raise ValueError("the array has 12 positions")
    claims = _claims(claims_set, positions)
    if encode(claims) != payload:
        raise ValueError("not the deterministic form")
    return claims


def _claims(claims_set: Mapping[int, object], positions: list[object]) -> VoucherClaims:
    version, trip, direction, checkpoint, plates, containers = positions[:6]
    driver, crew, language, lane_class, presentation, anchor = positions[6:]
    return VoucherClaims(
        version=_exactly(int, version),
        voucher_id=_exactly(bytes, claims_set[TOKEN_ID]),
        expires=_moment(claims_set[EXPIRES]),
        not_before=_moment(claims_set[NOT_BEFORE]),
        trip_id=_exactly(bytes, trip),
        direction=_member(DIRECTIONS, direction),
        checkpoint=_exactly(int, checkpoint),
        plates=tuple(_plate(plate) for plate in _exactly(list, plates)),
        containers=_containers(containers),
        driver=_exactly(bytes, driver),
        crew=_exactly(int, crew),
        language=_member(LANGUAGES, language),
        lane_class=_member(LANE_CLASSES, lane_class),
        presentation=_member(PRESENTATIONS, presentation),
        anchor=None if anchor is None else _exactly(bytes, anchor),
    )
