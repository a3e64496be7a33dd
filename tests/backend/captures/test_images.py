"""An image is what its bytes say, and nothing that is none gets in."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from backend.captures.images import inspect
from core.images import MOST_BYTES
from core.problems import Refusal
from tests.backend.lanes.steps import picture


def bomb() -> bytes:
    """A PNG of some hundred bytes that says it is 60,000 x 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"x") + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def gif() -> bytes:
    """A sound image of a kind that no camera here makes."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48)).save(stream, "GIF")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_sound_image_is_known_by_its_bytes(kind: str, media_type: str) -> None:
    body = picture(80, 60, kind)

    facts = inspect(body)

    assert (facts.content_type, facts.width, facts.height) == (media_type, 80, 60)
    assert facts.sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "IMAGE_TYPE"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_TYPE"),
        (lambda: b"%PDF-1.7", "IMAGE_TYPE"),
        (gif, "IMAGE_TYPE"),
        (lambda: b"\xff\xd8\xff" + b"not a picture" * 9, "IMAGE_BROKEN"),
        (lambda: picture()[:-200], "IMAGE_BROKEN"),
        (lambda: picture(kind="PNG")[:200], "IMAGE_BROKEN"),
        (lambda: picture(kind="WEBP")[:300], "IMAGE_BROKEN"),
        (lambda: b"\x89PNG\r\n\x1a\n", "IMAGE_BROKEN"),
        (lambda: picture(8, 8), "IMAGE_BROKEN"),
        (bomb, "IMAGE_TOO_MANY_PIXELS"),
        (lambda: picture() + b"\0" * MOST_BYTES, "IMAGE_TOO_LARGE"),
    ],
)
def test_what_is_no_sound_image_is_refused_by_name(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        inspect(make())

    assert refused.value.code == code


def test_a_thousand_damaged_images_are_read_or_refused_and_nothing_else() -> None:
    sound = picture(96, 64)
    outcomes = set()
    for seed in range(1000):
        digest = hashlib.sha256(str(seed).encode()).digest()
        damaged = bytearray(sound)
        for place, value in zip(digest[::2], digest[1::2], strict=True):
            damaged[(place * 31 + value * 7) % len(damaged)] = value
        try:
            outcomes.add(inspect(bytes(damaged)).content_type)
        except Refusal as refusal:
            outcomes.add(refusal.code.value)

    assert outcomes <= {"image/jpeg", "IMAGE_BROKEN", "IMAGE_TYPE", "IMAGE_TOO_MANY_PIXELS"}
    assert "IMAGE_BROKEN" in outcomes
