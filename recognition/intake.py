"""Images that come from outside, measured before a pixel is decoded, turned upright."""

from io import BytesIO

import cv2
import numpy as np
from PIL import ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from core.images import BROKEN, ImageType, check_bytes, check_pixels, type_of
from core.problems import ProblemCode, Refusal
from recognition.values import Frame

READERS: dict[ImageType, type[ImageFile.ImageFile]] = {
    ImageType.JPEG: JpegImageFile,
    ImageType.PNG: PngImageFile,
    ImageType.WEBP: WebPImageFile,
}


def decode_image(data: bytes) -> Frame:
    """The first picture of a JPEG, PNG or WebP file, upright by its EXIF rotation, blue-green-red, 8 bits a channel.

    Raises:
        Refusal: IMAGE_TOO_LARGE (bytes), IMAGE_TYPE, IMAGE_TOO_MANY_PIXELS (before decoding), IMAGE_BROKEN.
    """
    check_bytes(data)
    reader = READERS[type_of(data)]
    try:
        # The format's own class, not Image.open: that one's check of the size is a process-wide warning.
        with reader(BytesIO(data)) as image:
            check_pixels(*image.size)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except BROKEN as error:
        raise Refusal(ProblemCode.IMAGE_BROKEN) from error
    return np.asarray(cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR), dtype=np.uint8)
