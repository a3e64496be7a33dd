"""The rear end of a container with its marking (ISO 6346): owner and serial number, boxed check digit, size type."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from simulator.images.fonts import bold
from simulator.images.plates import BLACK, WHITE, Colour

WIDTH, HEIGHT = 620, 640
"""Pixels of the two doors."""
COLOURS: tuple[Colour, ...] = (
    (134, 52, 38), (36, 78, 128), (44, 96, 74), (112, 114, 118), (168, 92, 34), (206, 206, 200),
)  # fmt: skip
SIZE_TYPES = ("22G1", "42G1", "45G1", "45R1")
SIGNS = 42
"""Height of the marking's font, pixels."""


@dataclass(frozen=True)
class Marking:
    """What is painted on a door: 11 characters and the size type, on one line or on two."""

    number: str
    size_type: str
    rows: int


def draw_doors(number: str | None, random: Random) -> Image.Image:
    """Return the closed doors; without a number the doors of a plain box truck."""
    ground = random.choice(COLOURS)
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    draw = ImageDraw.Draw(image)
    _ribs(draw, ground)
    _bars(draw, random)
    if number is not None:
        ink = BLACK if sum(ground) > 480 else WHITE
        _mark(draw, Marking(number, random.choice(SIZE_TYPES), random.choice((1, 1, 2))), ink)
    return image


def draw_front_wall(number: str, random: Random) -> Image.Image:
    """Return the upper part of a container's front wall, with its marking, as it stands over a cab."""
    ground = random.choice(COLOURS)
    image = Image.new("RGB", (WIDTH, 150), ground)
    draw = ImageDraw.Draw(image)
    for left in range(0, WIDTH, 40):
        draw.rectangle((left, 0, left + 12, 150), fill=_shade(ground, 0.93))
    draw.rectangle((130, 30, 560, 110), fill=ground)
    _mark_row(draw, number, (150, 45), BLACK if sum(ground) > 480 else WHITE)
    return image


def _ribs(draw: ImageDraw.ImageDraw, ground: Colour) -> None:
    for top in range(30, HEIGHT, 122):
        draw.rectangle((18, top, WIDTH - 18, top + 96), fill=_shade(ground, 1.05))
    draw.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=_shade(ground, 0.6), width=14)
    draw.line((WIDTH // 2, 0, WIDTH // 2, HEIGHT), fill=_shade(ground, 0.4), width=5)


def _bars(draw: ImageDraw.ImageDraw, random: Random) -> None:
    """The locking bars with their handles; the marking stands between the right door's bars."""
    for left in (46, 190, 258, 338, 566):
        draw.rectangle((left, 10, left + 11, HEIGHT - 10), fill=(166, 168, 170))
        draw.line((left + 3, 10, left + 3, HEIGHT - 10), fill=(206, 208, 210), width=2)
    height = random.randint(410, 450)
    for left in (60, 272, 352):
        draw.rectangle((left, height, left + 74, height + 12), fill=(140, 142, 144))


def _mark(draw: ImageDraw.ImageDraw, marking: Marking, ink: Colour) -> None:
    left = 358
    if marking.rows == 1:
        draw.rectangle((338, 52, 349, 160), fill=(166, 168, 170))
        font = bold(SIGNS * 2 // 3)
        _mark_row(draw, marking.number, (left - 4, 60), ink, size=SIGNS * 3 // 5)
        draw.text((left + 60, 108), marking.size_type, fill=ink, font=font)
        return
    font = bold(SIGNS)
    draw.text((left, 48), marking.number[:4], fill=ink, font=font)
    draw.text((left, 104), marking.number[4:10], fill=ink, font=font)
    right = left + round(font.getlength(marking.number[4:10])) + 12
    _boxed(draw, marking.number[10], (right, 104), ink, SIGNS)
    draw.text((left, 160), marking.size_type, fill=ink, font=font)


def _mark_row(
    draw: ImageDraw.ImageDraw, number: str, place: tuple[int, int], ink: Colour, size: int = SIGNS
) -> None:
    font = bold(size)
    left, top = place
    gap = size // 3
    for part in (number[:4], number[4:10]):
        draw.text((left, top), part, fill=ink, font=font)
        left += round(font.getlength(part)) + gap
    _boxed(draw, number[10], (left, top), ink, size)


def _boxed(draw: ImageDraw.ImageDraw, digit: str, place: tuple[int, int], ink: Colour, size: int) -> None:
    left, top = place
    font = bold(size)
    box = font.getbbox(digit)
    edge = max(size // 8, 3)
    draw.text(place, digit, fill=ink, font=font)
    draw.rectangle(
        (left + box[0] - edge - 2, top + box[1] - edge, left + box[2] + edge + 1, top + box[3] + edge),
        outline=ink,
        width=2,
    )


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue
