"""Images that come from outside: held to the limits before a pixel is decoded, then turned upright."""

from collections.abc import Callable
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

_TURNS: dict[int, Callable[[Frame], Frame]] = {
    2: np.fliplr,
    3: lambda frame: frame[::-1, ::-1],
    4: np.flipud,
    5: lambda frame: frame.transpose(1, 0, 2),
    6: lambda frame: np.rot90(frame, -1),
    7: lambda frame: frame[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90,
}
_STRIP = 256
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
            frame = _pixels(image)
    except BROKEN as error:
        raise broken(kind) from error
    turn = _TURNS.get(headers.orientation)
    return frame if turn is None else np.ascontiguousarray(turn(frame))


def _pixels(image: Image.Image) -> Frame:
    """The whole picture as a frame, a strip at a time: at 25 million pixels a second copy would be 100 MB more."""
    image.load()
    width, height = image.size
    frame = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _STRIP):
        strip = image.crop((0, top, width, min(top + _STRIP, height)))
        cv2.cvtColor(np.asarray(_colours(strip)), cv2.COLOR_RGB2BGR, dst=frame[top : top + _STRIP])
    return frame


def _colours(image: Image.Image) -> Image.Image:
    """Red, green and blue of 8 bits each, whatever the file keeps."""
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
