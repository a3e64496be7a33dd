"""The rules for images that come from outside: type, bytes, pixels; hub and reader hold to the same ones."""

import struct
from enum import StrEnum

from core import image_headers
from core.image_headers import MOST_PARTS, Headers
from core.problems import ProblemCode, Refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000  # decoded it takes 180 MB in a worker; lane cameras give 2 to 12 million
MOST_PIXELS_OF_WEBP = 13_000_000  # its decoder keeps three copies of four bytes a pixel
LEAST_SIDE = 16  # pixels; nothing can be read in less
MOST_SCANNED = 500_000_000  # pixels times scans: a progressive JPEG is decoded whole for each of its scans

# What decoders raise on bytes that are not what their first ones promise; there is no common class for it.
BROKEN = (
    OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, OverflowError, AssertionError, struct.error,
)  # fmt: skip


class ImageType(StrEnum):
    """What is accepted, as its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


def type_of(data: bytes) -> ImageType:
    """Tell the type by the bytes alone.

    Raises Refusal IMAGE_TYPE.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return ImageType.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ImageType.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageType.WEBP
    raise Refusal(ProblemCode.IMAGE_TYPE, args={"accepted": "JPEG, PNG, WebP"})


def headers_of(data: bytes) -> Headers:
    """What the file says of itself, held to every limit: after this it may be given to a decoder.

    Raises Refusal IMAGE_TOO_LARGE, IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS or IMAGE_BROKEN.
    """
    check_bytes(data)
    content_type = type_of(data)
    headers = _WALKS[content_type](data)
    most = MOST_PIXELS_OF_WEBP if content_type is ImageType.WEBP else MOST_PIXELS
    _check_pixels(headers.width, headers.height, most)
    if headers.parts > MOST_PARTS or headers.scans * headers.width * headers.height > MOST_SCANNED:
        raise broken(content_type)
    return headers


def broken(content_type: ImageType) -> Refusal:
    """Return the refusal of bytes that are no sound image of their type."""
    return Refusal(ProblemCode.IMAGE_BROKEN, args={"type": content_type.value})


def too_large(size: int) -> Refusal:
    """Return the refusal of `size` bytes (or of at least so many, where reading stopped)."""
    return Refusal(ProblemCode.IMAGE_TOO_LARGE, args={"bytes": str(size), "most": str(MOST_BYTES)})


def check_bytes(data: bytes) -> None:
    """Raise Refusal IMAGE_TOO_LARGE above the limit."""
    if len(data) > MOST_BYTES:
        raise too_large(len(data))


def _check_pixels(width: int, height: int, most: int) -> None:
    """Refuse a size before a pixel is decoded.

    Raises Refusal IMAGE_TOO_MANY_PIXELS, or IMAGE_BROKEN where nothing can be read in so small a picture.
    """
    if width * height > most:
        args = {"width": str(width), "height": str(height), "most": str(most)}
        raise Refusal(ProblemCode.IMAGE_TOO_MANY_PIXELS, args=args)
    if min(width, height) < LEAST_SIDE:
        raise Refusal(ProblemCode.IMAGE_BROKEN, args={"type": f"{width} x {height}"})


_WALKS = {
    ImageType.JPEG: image_headers.of_jpeg,
    ImageType.PNG: image_headers.of_png,
    ImageType.WEBP: image_headers.of_webp,
}
