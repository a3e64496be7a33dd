"""What an uploaded image is, told from its bytes before anybody else touches it."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.images import BROKEN, ImageType, check_bytes, check_pixels, type_of
from core.problems import ProblemCode, Refusal

READERS: dict[ImageType, type[ImageFile.ImageFile]] = {
    ImageType.JPEG: JpegImageFile,
    ImageType.PNG: PngImageFile,
    ImageType.WEBP: WebPImageFile,
}


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
    check_bytes(body)
    content_type = type_of(body)
    try:
        # The reader's own class, not Image.open: its size check comes as a process-wide warning.
        with READERS[content_type](BytesIO(body)) as image:
            width, height = image.size
            check_pixels(width, height)
            image.draft(
                "L", (max(1, width // 8), max(1, height // 8))
            )  # JPEG decodes at an eighth: enough to see
            image.load()
    except BROKEN as error:
        raise Refusal(ProblemCode.IMAGE_BROKEN, args={"type": content_type.value}) from error
    return ImageFacts(content_type.value, width, height, hashlib.sha256(body).hexdigest())
