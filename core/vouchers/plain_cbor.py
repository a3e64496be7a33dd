"""A look at CBOR before it is decoded: whole numbers, text, bytes, lists, maps and null, nothing else."""

from enum import IntEnum

NULL = 0xF6
_IN_THE_HEAD, _EIGHT_BYTES = 24, 27


class _Major(IntEnum):
    """The major types of RFC 8949, 3.1."""

    BYTES = 2
    TEXT = 3
    LIST = 4
    MAP = 5
    TAG = 6
    SIMPLE = 7


def need_plain(payload: bytes) -> None:
    """Walk over one item and all that is in it, without recursion and without believing a length.

    A decoder makes dates, decimals, patterns and addresses of what stands behind a tag, each with failures of its
    own; here no tag reaches it, nor a float, an open-ended item, or a length beyond the end.

    Raises:
        ValueError: any of these, or bytes behind the item.
    """
    place, items = 0, 1
    while items:
        if place >= len(payload):
            raise ValueError("the end is missing")
        head, place = payload[place], place + 1
        major, number = head >> 5, head & 0x1F
        if number > _EIGHT_BYTES or major == _Major.TAG or (major == _Major.SIMPLE and head != NULL):
            raise ValueError("not plain")
        if major != _Major.SIMPLE and number >= _IN_THE_HEAD:
            size = 1 << number - _IN_THE_HEAD
            number, place = int.from_bytes(payload[place : place + size], "big"), place + size
        items -= 1
        if major in (_Major.BYTES, _Major.TEXT):
            place += number
        elif major in (_Major.LIST, _Major.MAP):
            items += number * (2 if major == _Major.MAP else 1)
    if place != len(payload):
        raise ValueError("bytes behind the end, or too few")
