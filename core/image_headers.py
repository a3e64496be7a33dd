"""What an image file says of itself before a pixel of it is decoded: how it is to be turned, what decoding costs.

Pure reading of bytes that nobody vouches for: whatever is cut off or makes no sense counts as not said. What a
picture does not need to be seen is left out for the decoder: packed texts, profiles, EXIF and second pictures are
where decoders have had their accidents.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

UPRIGHT = 1
"""The EXIF orientation of a picture that is stored as it is to be seen."""

MOST_PARTS = 20_000
"""Segments or chunks that are walked over: each costs a decoder its step, and 8 MB in blocks of 4 kB are 2,000."""

_ORIENTATION_TAG = 0x0112
_SHORT = 3
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_STANDALONE = frozenset({0x01, 0xD8})
_START_OF_SCAN, _END_OF_IMAGE, _APPLICATION_1 = 0xDA, 0xD9, 0xE1
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_EXIF = b"Exif\x00\x00"
_NEEDLESS_SEGMENTS = frozenset(range(0xE1, 0xF0)) - {0xEE} | {
    0xFE
}  # not APP0 (JFIF), not APP14 (Adobe's colours)
_NEEDED_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True)
class Headers:
    """`parts` are the file's segments or chunks, `scans` the passes over all pixels; width and height as stored.

    Width and height are 0 where the headers do not say them; `orientation` is EXIF's, 1 to 8. `picture` is the file
    without what its pixels do not need.
    """

    width: int
    height: int
    parts: int
    scans: int
    orientation: int
    picture: bytes = field(repr=False)

    @property
    def turned(self) -> bool:
        """Whether width and height change places when the picture is put upright."""
        return self.orientation > 4

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as the picture is to be seen."""
        return (self.height, self.width) if self.turned else (self.width, self.height)


def of_jpeg(data: bytes) -> Headers:
    """Walk over the segments of a JPEG file, up to its end or to where it makes no sense any more."""
    parts, scans, size, exif = 0, 0, (0, 0), b""
    needed, seen = bytearray(), 0
    for marker, start, end in islice(_segments(data), MOST_PARTS + 1):
        parts += 1
        scans += marker == _START_OF_SCAN
        if marker in _FRAMES and end - start >= 5 and not any(size):
            size = struct.unpack_from(">xHH", data, start)
        elif marker == _APPLICATION_1 and not exif and data.startswith(_EXIF, start, end):
            exif = data[start + len(_EXIF) : end]
        if marker in _NEEDLESS_SEGMENTS:
            needed += data[seen : start - 4]
            seen = end
    needed += data[seen:]
    return Headers(size[1], size[0], parts, scans, orientation_in(exif), bytes(needed))


def of_png(data: bytes) -> Headers:
    """Walk over the chunks of a PNG file."""
    width, height = struct.unpack_from(">II", data, 16) if len(data) >= 24 else (0, 0)
    parts, place, exif, needed = 0, 8, b"", bytearray(data[:8])
    while place + 8 <= len(data) and parts <= MOST_PARTS:
        (length,) = struct.unpack_from(">I", data, place)
        name, end = data[place + 4 : place + 8], place + 12 + length
        if name == b"eXIf" and not exif:
            exif = data[place + 8 : end - 4]
        if name in _NEEDED_CHUNKS:
            needed += data[place:end]
        parts += 1
        place = end
    return Headers(width, height, parts, 1, orientation_in(exif), bytes(needed))


def of_webp(data: bytes) -> Headers:
    """Walk over the chunks of a WebP file; an animation's size is that of its canvas."""
    size, parts, place, exif = (0, 0), 0, 12, b""
    while place + 8 <= len(data) and parts <= MOST_PARTS:
        (length,) = struct.unpack_from("<I", data, place + 4)
        name, start = data[place : place + 4], place + 8
        if name == b"EXIF" and not exif:
            exif = data[start : start + length].removeprefix(_EXIF)
        if not any(size):
            size = _webp_size(name, data[start : start + 10])
        parts += 1
        place = start + length + length % 2
    return Headers(*size, parts, 1, orientation_in(exif), data)


def orientation_in(exif: bytes) -> int:
    """The orientation in an EXIF block (a TIFF header and its first directory); UPRIGHT where none is said."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return UPRIGHT
    (place,) = struct.unpack_from(f"{order}I", exif, 4)
    if place + 2 > len(exif):
        return UPRIGHT
    (count,) = struct.unpack_from(f"{order}H", exif, place)
    for entry in range(place + 2, min(place + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == _ORIENTATION_TAG:
            return value if kind == _SHORT and 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker with where its content begins and ends; compressed pixels after a scan's head are passed over."""
    place = 2
    while found := _MARKER.search(data, place):
        marker, place = found.group(1)[0], found.end()
        if marker == _END_OF_IMAGE:
            return
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        yield marker, place + 2, min(place + length, len(data))
        place += max(length, 2)


def _webp_size(chunk: bytes, head: bytes) -> tuple[int, int]:
    if chunk == b"VP8X" and len(head) == 10:
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if chunk == b"VP8L" and len(head) >= 5:
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and len(head) == 10:
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
