"""The rules for images that come from outside: type, bytes, pixels, rotation; measured before a pixel is decoded."""

import struct
from io import BytesIO

import cv2
import numpy as np
from PIL import ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.problems import ProblemCode, Refusal
from recognition.values import Frame

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000
LEAST_SIDE = 16

# What Pillow's decoders raise on damaged files; there is no common class for it.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    EOFError,
    OverflowError,
    struct.error,
)


def decode_image(data: bytes) -> Frame:
    """The first picture of a JPEG, PNG or WebP file, upright by its EXIF rotation, blue-green-red, 8 bits a channel.

    Raises:
        Refusal: IMAGE_TOO_LARGE (bytes), IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS (before decoding), IMAGE_BROKEN.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(ProblemCode.IMAGE_TOO_LARGE, args={"bytes": str(len(data)), "most": str(MOST_BYTES)})
    reader = _reader(data)
    try:
        # The format's own class, not Image.open: that one's check of the size is a process-wide warning.
        with reader(BytesIO(data)) as image:
            _check_size(*image.size)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except _BROKEN as error:
        raise Refusal(ProblemCode.IMAGE_BROKEN) from error
    return np.asarray(cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _reader(data: bytes) -> type[ImageFile.ImageFile]:
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImageFile
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WebPImageFile
    raise Refusal(ProblemCode.IMAGE_TYPE, args={"accepted": "JPEG, PNG, WebP"})


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        args = {"width": str(width), "height": str(height), "most": str(MOST_PIXELS)}
        raise Refusal(ProblemCode.IMAGE_TOO_MANY_PIXELS, args=args)
    if min(width, height) < LEAST_SIDE:
        raise Refusal(ProblemCode.IMAGE_BROKEN)
