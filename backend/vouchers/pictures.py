"""A printed code as a picture: dark on white, level L, four modules of quiet zone."""

import io
from enum import StrEnum

import qrcode
from qrcode.constants import ERROR_CORRECT_L
from qrcode.image.svg import SvgPathFillImage

QUIET_MODULES = 4
PIXELS_A_MODULE = 12
"""A code of 53 modules is 732 pixels wide: at 300 dpi 62 mm."""


class PictureKind(StrEnum):
    """The formats of a picture, by the ending of its address."""

    SVG = "svg"
    PNG = "png"


MEDIA_TYPES = {PictureKind.SVG: "image/svg+xml", PictureKind.PNG: "image/png"}


def draw(text: str, kind: PictureKind) -> bytes:
    """Return the QR code of the text; at level L, which at a given size is read as well as M or better."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=QUIET_MODULES, box_size=PIXELS_A_MODULE)
    code.add_data(text)
    picture = (
        code.make_image(image_factory=SvgPathFillImage) if kind is PictureKind.SVG else code.make_image()
    )
    stream = io.BytesIO()
    picture.save(stream)
    return stream.getvalue()
