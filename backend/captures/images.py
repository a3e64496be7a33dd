"""What an uploaded image is, told from its bytes before anybody else touches it."""

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.problems import ProblemCode, Refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000  # decoded it takes 75 MB in a worker; lane cameras give 2 to 12 million
LEAST_SIDE = 16  # pixels; nothing can be read in less

# What Pillow's readers raise on bytes that are not what their first ones promise.
BROKEN = (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, OverflowError, struct.error)


@dataclass(frozen=True)
class ImageFacts:
    """A sound image: its media type, its size in pixels, and the SHA-256 of its bytes in hex."""

    content_type: str
    width: int
    height: int
    sha256: str


def inspect(body: bytes) -> ImageFacts:
    """Tell what the image is by its own bytes; a stated content type is not asked.

    The size is read from the header and checked before a pixel is decoded; then it is decoded once, so that a
    truncated file is refused at the door and not by a worker. Takes up to some 100 ms: call it in a thread.

    Raises Refusal IMAGE_TOO_LARGE, IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS or IMAGE_BROKEN.
    """
    if len(body) > MOST_BYTES:
        raise too_large(len(body))
    content_type, reader = _kind(body)
    try:
        # The reader's own class, not Image.open: its size check comes as a process-wide warning.
        with reader(BytesIO(body)) as image:
            width, height = image.size
            _check_size(width, height)
            image.draft(
                "L", (max(1, width // 8), max(1, height // 8))
            )  # JPEG decodes at an eighth: enough to see
            image.load()
    except BROKEN as error:
        raise Refusal(ProblemCode.IMAGE_BROKEN, args={"type": content_type}) from error
    return ImageFacts(content_type, width, height, hashlib.sha256(body).hexdigest())


def too_large(size: int) -> Refusal:
    """The refusal of a body of `size` bytes (or of at least so many, where reading stopped)."""
    return Refusal(ProblemCode.IMAGE_TOO_LARGE, args={"bytes": str(size), "most": str(MOST_BYTES)})


def _kind(body: bytes) -> tuple[str, type[ImageFile.ImageFile]]:
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", JpegImageFile
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", PngImageFile
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp", WebPImageFile
    raise Refusal(ProblemCode.IMAGE_TYPE, args={"accepted": "JPEG, PNG, WebP"})


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        args = {"width": str(width), "height": str(height), "most": str(MOST_PIXELS)}
        raise Refusal(ProblemCode.IMAGE_TOO_MANY_PIXELS, args=args)
    if min(width, height) < LEAST_SIDE:
        raise Refusal(ProblemCode.IMAGE_BROKEN, args={"type": f"{width} x {height}"})
