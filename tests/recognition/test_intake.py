"""Images from outside: what is taken, turned upright, or refused by name."""

import io
import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.images import MOST_BYTES
from core.problems import ProblemCode, Refusal
from recognition.intake import decode_image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def red_left() -> Image.Image:
    image = Image.new("RGB", (64, 32), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 32, 32))
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    size = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + size + struct.pack(">I", 10) + b"IDAT"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_accepted_type_becomes_a_blue_green_red_frame(kind: str) -> None:
    frame = decode_image(encoded(red_left(), kind))
    assert frame.shape == (32, 64, 3)
    assert frame.dtype == np.uint8
    blue, _, red = frame[16, 8]
    assert red > 200 > 60 > blue


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    frame = decode_image(encoded(red_left(), "JPEG", exif=exif))
    assert frame.shape == (64, 32, 3)
    assert frame[8, 16, 2] > 200


def test_transparency_and_palettes_are_taken_as_colours() -> None:
    assert decode_image(encoded(red_left().convert("RGBA"), "PNG")).shape == (32, 64, 3)
    assert decode_image(encoded(red_left().convert("P"), "PNG")).shape == (32, 64, 3)


def test_of_an_animation_the_first_picture_is_taken() -> None:
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ((255, 0, 0), (0, 255, 0))]
    data = encoded(pictures[0], "WEBP", save_all=True, append_images=pictures[1:])
    assert decode_image(data)[16, 16, 2] > 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ProblemCode.IMAGE_TYPE),
        (b"GIF89a" + bytes(100), ProblemCode.IMAGE_TYPE),
        (b"%PDF-1.7", ProblemCode.IMAGE_TYPE),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), ProblemCode.IMAGE_TOO_LARGE),
        (b"\xff\xd8\xff\xe0", ProblemCode.IMAGE_BROKEN),
        (png_header(60_000, 60_000), ProblemCode.IMAGE_TOO_MANY_PIXELS),
        (png_header(640, 480), ProblemCode.IMAGE_BROKEN),
        (encoded(Image.new("RGB", (4, 400)), "PNG"), ProblemCode.IMAGE_BROKEN),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(data: bytes, code: ProblemCode) -> None:
    with pytest.raises(Refusal) as refusal:
        decode_image(data)
    assert refusal.value.code is code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_files_are_refused_or_read_and_never_anything_else(kind: str) -> None:
    source = encoded(red_left(), kind)
    chance = random.Random(20261122)
    outcomes: set[ProblemCode | None] = set()
    for _ in range(150):
        damaged = bytearray(source[: chance.randint(1, len(source))])
        for _ in range(chance.randint(0, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            decode_image(bytes(damaged))
            outcomes.add(None)
        except Refusal as refusal:
            outcomes.add(refusal.code)
    assert outcomes <= {
        None,
        ProblemCode.IMAGE_BROKEN,
        ProblemCode.IMAGE_TYPE,
        ProblemCode.IMAGE_TOO_MANY_PIXELS,
    }
    assert ProblemCode.IMAGE_BROKEN in outcomes
