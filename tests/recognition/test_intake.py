"""Images from outside: what is taken, turned upright, or refused by name."""

import io
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.images import MOST_BYTES, headers_of
from core.problems import ProblemCode, Refusal
from recognition.intake import decode_image
from tests.hostile_images import animation, chunk, encoded, large, many_scans, png, rows, turned


def red_left() -> Image.Image:
    image = Image.new("RGB", (64, 32), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 32, 32))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_accepted_type_becomes_a_blue_green_red_frame(kind: str) -> None:
    frame = decode_image(encoded(red_left(), kind))
    assert frame.shape == (32, 64, 3)
    assert frame.dtype == np.uint8
    blue, _, red = frame[16, 8]
    assert red > 200 > 60 > blue


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_by_each_of_the_eight_orientations(kind: str, orientation: int) -> None:
    stored = red_left()
    by_pillow = ImageOps.exif_transpose(Image.open(io.BytesIO(turned(stored, kind, orientation))))
    frame = decode_image(turned(stored, kind, orientation))
    assert frame.shape[:2] == ((64, 32) if orientation > 4 else (32, 64))
    difference = np.abs(frame[:, :, ::-1].astype(int) - np.asarray(by_pillow.convert("RGB")).astype(int))
    assert difference.max() <= 8


@pytest.mark.parametrize(
    "exif", [b"", b"MM", b"II*\x00\xff\xff\xff\x7f", b"MM\x00*\x00\x00\x00\x08\xff\xff" + bytes(40)]
)
def test_a_spoilt_exif_block_leaves_the_picture_as_it_is_stored(exif: bytes) -> None:
    data = encoded(red_left(), "JPEG", exif=b"Exif\x00\x00" + exif)
    assert decode_image(data).shape == (32, 64, 3)


def grey() -> NDArray[np.uint8]:
    return np.tile(np.linspace(0, 255, 64).astype(np.uint8), (32, 1))


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (encoded(Image.fromarray(grey()), "PNG"), 0),
        (encoded(Image.fromarray(grey().astype(np.uint16) * 257), "PNG"), 0),
        (encoded(Image.fromarray(grey()).convert("P"), "PNG"), 0),
        (encoded(Image.fromarray(grey()).convert("LA"), "PNG"), 0),
        (encoded(Image.fromarray(grey()).convert("RGBA"), "WEBP", lossless=True), 0),
        (encoded(Image.fromarray(grey()), "JPEG", quality=95), 3),
        (encoded(Image.fromarray(grey()), "JPEG", quality=95, progressive=True), 3),
        (encoded(Image.fromarray(grey()).convert("CMYK"), "JPEG", quality=95), 6),
        (encoded(Image.fromarray(grey()).convert("RGB"), "JPEG", quality=95, icc_profile=b"odd" * 99), 3),
    ],
    ids=["grey", "16 bits", "palette", "alpha", "WebP", "JPEG", "progressive", "CMYK", "profile"],
)
def test_shades_of_grey_come_out_the_same_however_they_are_kept(data: bytes, tolerance: int) -> None:
    frame = decode_image(data).astype(int)
    assert np.abs(frame - grey()[:, :, None]).max() <= tolerance


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 0, 0)])
def test_what_is_transparent_is_white_whatever_colour_hides_in_it(
    kind: str, hidden: tuple[int, int, int]
) -> None:
    image = Image.new("RGBA", (64, 32), (*hidden, 0))
    image.paste((0, 0, 0, 255), (0, 0, 16, 32))
    frame = decode_image(encoded(image, kind, lossless=True))
    assert frame[16, 48].tolist() == [255, 255, 255]
    assert frame[16, 4].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_taken(kind: str) -> None:
    blue, green, red = decode_image(animation(kind))[16, 16]
    assert red > 200 > 60 > max(blue, green)


def test_no_text_profile_or_second_picture_reaches_the_decoder() -> None:
    bomb = zlib.compress(bytes(20_000_000))
    data = png(
        64, 32, chunk(b"zTXt", b"Comment\x00\x00" + bomb), chunk(b"iCCP", b"a\x00\x00" + bomb), rows(64, 32)
    )
    assert headers_of(data).picture == png(64, 32, rows(64, 32))
    assert decode_image(data).max() == 0


def test_a_progressive_picture_is_taken_and_one_whose_scans_never_end_is_refused() -> None:
    assert decode_image(many_scans(300)).shape == (60, 150, 3)
    stream = encoded(Image.new("RGB", (2000, 1500)), "JPEG", progressive=True)
    last = stream.rindex(b"\xff\xda")
    endless = stream[:last] + stream[last:-2] * 200 + stream[-2:]
    with pytest.raises(Refusal) as refusal:
        decode_image(endless)
    assert (refusal.value.code, len(endless) < 50_000) == (ProblemCode.IMAGE_BROKEN, True)


def test_a_file_of_countless_empty_parts_is_refused_before_a_decoder_walks_over_them() -> None:
    for data in (
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 30_000 + encoded(red_left(), "JPEG")[2:],
        png(64, 32, *[chunk(b"tEXt", b"a\x00b")] * 30_000, rows(64, 32)),
    ):
        with pytest.raises(Refusal) as refusal:
            decode_image(data)
        assert refusal.value.code is ProblemCode.IMAGE_BROKEN


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ProblemCode.IMAGE_TYPE),
        (b"GIF89a" + bytes(100), ProblemCode.IMAGE_TYPE),
        (b"%PDF-1.7", ProblemCode.IMAGE_TYPE),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), ProblemCode.IMAGE_TOO_LARGE),
        (b"\xff\xd8\xff\xe0", ProblemCode.IMAGE_BROKEN),
        (png(60_000, 60_000), ProblemCode.IMAGE_TOO_MANY_PIXELS),
        (large(16_000, 16_000, "WEBP"), ProblemCode.IMAGE_TOO_MANY_PIXELS),
        (large(9000, 9000, "JPEG"), ProblemCode.IMAGE_TOO_MANY_PIXELS),
        (large(4200, 3200, "WEBP"), ProblemCode.IMAGE_TOO_MANY_PIXELS),
        (png(640, 480), ProblemCode.IMAGE_BROKEN),
        (encoded(Image.new("RGB", (4, 400)), "PNG"), ProblemCode.IMAGE_BROKEN),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(data: bytes, code: ProblemCode) -> None:
    with pytest.raises(Refusal) as refusal:
        decode_image(data)
    assert refusal.value.code is code


def test_a_picture_of_a_phones_camera_is_taken_in_each_type() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        frame = decode_image(
            encoded(Image.new("RGB", (4096, 3072), (200, 60, 20)), kind, compress_level=1, method=0)
        )
        assert frame.shape == (3072, 4096, 3)
        assert np.abs(frame[[0, 255, 256, -1], -1].astype(int) - (20, 60, 200)).max() <= 4
