"""What an uploaded image is, told from its bytes before anybody else touches it."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from backend.captures.model import BoxRow
from backend.captures.rules import Crop
from core.images import BROKEN, ImageType, broken, headers_of, type_of
from core.problems import ProblemCode, Refusal

MOST_CROP_BYTES = 16 * 1024
"""Of one cut-out: nine of them, as text, fit into one request."""

READERS: dict[ImageType, type[ImageFile.ImageFile]] = {
    ImageType.JPEG: JpegImageFile,
    ImageType.PNG: PngImageFile,
    ImageType.WEBP: WebPImageFile,
}


@dataclass(frozen=True)
class ImageFacts:
    """A sound image: its media type, its size in pixels as it is to be seen, and the SHA-256 of its bytes in hex."""

    content_type: str
    width: int
    height: int
    sha256: str


def inspect(body: bytes) -> ImageFacts:
    """Tell what the image is by its own bytes; a stated content type is not asked.

    The headers are held to every limit before a pixel is decoded; then it is decoded once, so that a truncated file
    is refused at the door and not by a worker. Width and height are those of the upright picture: what a worker
    frames in it is counted in the same pixels. Takes up to some 100 ms: call it in a thread.

    Raises Refusal IMAGE_TOO_LARGE, IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS or IMAGE_BROKEN.
    """
    headers, content_type = headers_of(body), type_of(body)
    try:
        # The reader's own class, not Image.open: its size check comes as a process-wide warning.
        with READERS[content_type](BytesIO(headers.picture)) as image:
            if image.size != (headers.width, headers.height):
                raise broken(content_type)
            # JPEG decodes at an eighth: enough to see that all of it is there
            image.draft("L", (max(1, headers.width // 8), max(1, headers.height // 8)))
            image.load()
    except BROKEN as error:
        raise broken(content_type) from error
    width, height = headers.upright_size
    return ImageFacts(content_type.value, width, height, hashlib.sha256(body).hexdigest())


def crop_of(box: BoxRow, text: str, *path: str) -> Crop:
    """Return the cut-out that a worker sent as base64.

    Raises Refusal INVALID_INPUT with its path, or IMAGE_* where its bytes are no sound image.
    """
    try:
        body = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal(ProblemCode.INVALID_INPUT, path=path, args={"reason": "base64"}) from error
    if len(body) > MOST_CROP_BYTES:
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=path, args={"reason": f"at most {MOST_CROP_BYTES} bytes"}
        )
    return Crop(box, inspect(body).content_type, body)
