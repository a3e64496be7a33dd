"""Images that come from outside: held to the limits before a pixel is decoded, then turned upright."""

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.images import BROKEN, ImageType, broken, headers_of, type_of
from recognition.values import Frame

READERS: dict[ImageType, type[ImageFile.ImageFile]] = {
    ImageType.JPEG: JpegImageFile,
    ImageType.PNG: PngImageFile,
    ImageType.WEBP: WebPImageFile,
}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PAPER = (255, 255, 255)


def decode_image(data: bytes) -> Frame:
    """The picture of a JPEG, PNG or WebP file, upright by its EXIF rotation, blue-green-red, 8 bits a channel.

    Of an animation it is the first picture. What is transparent is white, as on paper; colour profiles are ignored.

    Raises:
        Refusal: IMAGE_TOO_LARGE (bytes), IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS (before decoding), IMAGE_BROKEN.
    """
    headers, kind = headers_of(data), type_of(data)
    try:
        # The format's own class, not Image.open: that one's check of the size is a process-wide warning.
        with READERS[kind](BytesIO(headers.picture)) as image:
            if image.size != (headers.width, headers.height):
                raise broken(kind)
            pixels = _colours(image)
    except BROKEN as error:
        raise broken(kind) from error
    if headers.orientation in _TURNS:
        pixels = pixels.transpose(_TURNS[headers.orientation])
    return np.asarray(cv2.cvtColor(np.asarray(pixels), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _colours(image: Image.Image) -> Image.Image:
    """Decode into red, green and blue of 8 bits each, whatever the file keeps."""
    image.load()
    if image.mode.startswith(
        "I"
    ):  # Pillow's own conversion of 16 bits of grey makes all but the darkest white
        wide: NDArray[np.uint16] = np.asarray(image).astype(np.uint16)
        return Image.fromarray((wide >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    see_through = image.convert("RGBA")
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(see_through, mask=see_through)
    return paper
