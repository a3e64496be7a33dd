"""A thousand files that cameras never send: damaged, cut off, spliced, huge, moving, and no images at all.

Made of sound encodings by a seed: the same seed gives the same files. Every family is there for a fault of its own
that a decoder somewhere has had.
"""

import io
import random
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, PngImagePlugin

Maker = Callable[[random.Random], bytes]


@dataclass(frozen=True)
class Hostile:
    """One file: the family it comes from, and its bytes."""

    family: str
    data: bytes


def hostile(count: int, seed: int) -> Iterator[Hostile]:
    """`count` files, the families in turn, in an order that the seed shuffles."""
    chance = random.Random(seed)
    names = [name for _, name in zip(range(count), _endless(), strict=False)]
    chance.shuffle(names)
    return (Hostile(name, FAMILIES[name](chance)) for name in names)


IMAGE_PROBLEMS = frozenset({"IMAGE_BROKEN", "IMAGE_TYPE", "IMAGE_TOO_MANY_PIXELS", "IMAGE_TOO_LARGE"})
"""All that may be said of such a file where it is not taken."""


def resident_bytes() -> int:
    """How much memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of this kind."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def plate() -> Image.Image:
    """A small picture of a plate: wide and low, so that reading it is quick."""
    frame = np.full((60, 150, 3), (40, 200, 230), dtype=np.uint8)
    cv2.putText(frame, "UP 2643", (8, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0, 0, 0), 3)
    return Image.fromarray(frame[:, :, ::-1].copy())


@cache
def sound() -> tuple[bytes, ...]:
    """The same picture in every way of writing that is taken."""
    image = plate()
    grey = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return (
        encoded(image, "JPEG"),
        encoded(image, "JPEG", progressive=True),
        encoded(image.convert("L"), "JPEG"),
        encoded(image.convert("CMYK"), "JPEG"),
        encoded(image, "PNG"),
        encoded(image.convert("RGBA"), "PNG"),
        encoded(image.convert("P"), "PNG"),
        encoded(Image.fromarray(grey), "PNG"),
        encoded(image, "WEBP"),
        encoded(image, "WEBP", lossless=True),
        encoded(image.convert("RGBA"), "WEBP"),
        turned(image, "JPEG", 6),
    )


def turned(image: Image.Image, kind: str, orientation: int) -> bytes:
    """The image with an EXIF orientation written beside its pixels."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, kind, exif=exif)


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk with its right check sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that promises a size in true colour, with the chunks that follow its header."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def rows(width: int, height: int) -> bytes:
    """A chunk with all pixels of a black true-colour picture; a thousandth of their size."""
    return chunk(b"IDAT", zlib.compress(bytes((width * 3 + 1) * height), 9))


def animation(kind: str) -> bytes:
    """Three pictures in one file, the first one red."""
    colours = ("red", "green", "blue")
    first, *others = [Image.new("RGB", (150, 60), colour) for colour in colours]
    return encoded(first, kind, save_all=True, append_images=others, duration=40)


@cache
def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes `count` times more."""
    data = encoded(plate(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (count + 1) + data[-2:]


def large(width: int, height: int, kind: str) -> bytes:
    """A sound small picture whose header promises another size."""
    data = bytearray(encoded(plate(), kind))
    if kind == "JPEG":
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = struct.pack(">HH", height, width)
    elif kind == "PNG":
        head = b"IHDR" + struct.pack(">II", width, height) + bytes(data[24:29])
        data[12:33] = head + struct.pack(">I", zlib.crc32(head))
    else:
        canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = b"VP8X" + struct.pack("<I", 10) + bytes([2, 0, 0, 0]) + canvas + bytes(data[12:])
        data = bytearray(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body)
    return bytes(data)


def _endless() -> Iterator[str]:
    while True:
        yield from FAMILIES


def _mutated(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(sound()))
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _mutated_head(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(sound()))
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(min(64, len(data)))] = chance.randrange(256)
    return bytes(data)


def _truncated(chance: random.Random) -> bytes:
    data = chance.choice(sound())
    return data[: chance.randrange(len(data))]


def _spliced(chance: random.Random) -> bytes:
    one, other = chance.choice(sound()), chance.choice(sound())
    return one[: chance.randrange(12, len(one))] + other[chance.randrange(len(other)) :]


def _shuffled(chance: random.Random) -> bytes:
    data = chance.choice(sound())
    step = chance.randint(16, 200)
    blocks = [data[place : place + step] for place in range(12, len(data), step)]
    chance.shuffle(blocks)
    return data[:12] + b"".join(blocks)


def _wrong_type(chance: random.Random) -> bytes:
    magic = chance.choice((b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x01\x00\x00WEBPVP8 "))
    return magic + chance.choice(sound())[len(magic) :]


def _no_image(chance: random.Random) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("plate.jpg", sound()[0])
    return chance.choice(
        (
            b"",
            b"\x00",
            b"\xff\xd8\xff",
            "粤Z 港, no picture\n".encode() * 9,
            b"<!doctype html><title>404</title>",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            b"%PDF-1.7\n",
            b"\x7fELF" + bytes(200),
            archive.getvalue(),
            encoded(plate(), "GIF"),
            encoded(plate(), "BMP"),
            encoded(plate(), "TIFF"),
            chance.randbytes(500),
        )
    )


def _polyglot(chance: random.Random) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("index.html", "<script>1</script>")
    tail = chance.choice((archive.getvalue(), b"<html><script>1</script>", encoded(plate(), "GIF")))
    return chance.choice(sound()) + tail


def _promised(chance: random.Random) -> bytes:
    width, height = chance.choice(((16_000, 16_000), (5000, 5000), (16_383, 4), (1, 1), (600, 900)))
    return large(width, height, chance.choice(("JPEG", "PNG", "WEBP")))


@cache
def packed() -> tuple[bytes, ...]:
    """Much in little: text, a profile, or pixels that are all the same."""
    bomb, text = zlib.compress(bytes(20_000_000), 9), zlib.compress(bytes(1_000_000))
    return (
        png(150, 60, chunk(b"zTXt", b"Comment\x00\x00" + bomb), rows(150, 60)),
        png(150, 60, *[chunk(b"zTXt", b"Comment\x00\x00" + text)] * 90, rows(150, 60)),
        png(150, 60, chunk(b"iCCP", b"profile\x00\x00" + bomb), rows(150, 60)),
        png(150, 60, chunk(b"iTXt", b"Comment\x00\x01\x00\x00\x00" + bomb), rows(150, 60)),
        png(150, 60, chunk(b"IDAT", bomb)),
        png(1600, 600, rows(1600, 600)),
    )


def _packed(chance: random.Random) -> bytes:
    return chance.choice(packed())


def _many_parts(chance: random.Random) -> bytes:
    many = chance.choice((3, 500, 30_000))
    return chance.choice(
        (
            lambda: many_scans(many),
            lambda: png(150, 60, *[chunk(b"tEXt", b"a\x00b")] * many, rows(150, 60)),
            lambda: b"\xff\xd8" + b"\xff\xe1\x00\x02" * many + sound()[0][2:],
        )
    )()


def _moving(chance: random.Random) -> bytes:
    data = bytearray(animation(chance.choice(("PNG", "WEBP"))))
    if chance.random() < 0.5:
        data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _odd_exif(chance: random.Random) -> bytes:
    kind = chance.choice(("JPEG", "PNG", "WEBP"))
    data = bytearray(turned(plate(), kind, chance.randint(1, 8)))
    place = max(data.find(b"MM\x00*"), data.find(b"II*\x00"), 12)
    for _ in range(chance.randint(0, 6)):
        data[min(place + chance.randrange(30), len(data) - 1)] = chance.randrange(256)
    return bytes(data)


def _odd_profile(chance: random.Random) -> bytes:
    profile = chance.randbytes(chance.choice((0, 1, 300, 4000)))
    return encoded(plate(), chance.choice(("JPEG", "PNG", "WEBP")), icc_profile=profile)


def _odd_text(chance: random.Random) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("XML:com.adobe.xmp", "<x:xmpmeta" + "<" * chance.randrange(2000))
    told.add_text("Comment", "\x00" * chance.randrange(100), zip=True)
    return encoded(plate(), "PNG", pnginfo=told)


FAMILIES: dict[str, Maker] = {
    "mutated": _mutated,
    "mutated head": _mutated_head,
    "truncated": _truncated,
    "truncated again": _truncated,
    "spliced": _spliced,
    "shuffled": _shuffled,
    "wrong type": _wrong_type,
    "no image": _no_image,
    "polyglot": _polyglot,
    "promised": _promised,
    "packed": _packed,
    "many parts": _many_parts,
    "moving": _moving,
    "odd exif": _odd_exif,
    "odd profile": _odd_profile,
    "odd text": _odd_text,
}
