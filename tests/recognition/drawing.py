"""Draws what a lane camera sees: plates of each jurisdiction and container doors, on a plain scene."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from recognition.values import Frame

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
Colour = tuple[int, int, int]

WHITE, BLACK, BLUE, YELLOW, BROWN = (
    (245, 245, 245),
    (18, 18, 18),
    (20, 60, 170),
    (245, 200, 40),
    (120, 60, 40),
)


def scene(*pictures: tuple[Image.Image, tuple[int, int]], size: tuple[int, int] = (960, 720)) -> Frame:
    """The pictures at their places on a grey, slightly blurred and noisy background; blue-green-red."""
    image = Image.new("RGB", size, (112, 116, 120))
    for picture, place in pictures:
        image.paste(picture, place)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8))).astype(np.int16)
    noise = np.random.default_rng(7).integers(-6, 7, blurred.shape)
    return np.ascontiguousarray(np.clip(blurred + noise, 0, 255)[:, :, ::-1], dtype=np.uint8)


def plate(rows: list[str], ink: Colour, ground: Colour, height: int = 60) -> Image.Image:
    """A plate with one or two rows; `height` is that of one row in pixels."""
    font = ImageFont.truetype(str(FONT), round(height * 0.74))
    widths = [round(font.getlength(row)) for row in rows]
    image = Image.new("RGB", (max(widths) + height, height * len(rows) + 8), ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((2, 2, image.width - 3, image.height - 3), outline=ink, width=2)
    for index, (row, width) in enumerate(zip(rows, widths, strict=True)):
        place = ((image.width - width) // 2, index * height + height // 2 + 4)
        draw.text(place, row, fill=ink, font=font, anchor="lm")
    return image


def mainland(text: str) -> Image.Image:
    """A blue mainland plate, written with its dot."""
    return plate([f"{text[:2]}·{text[2:]}"], WHITE, BLUE)


def cross_border(text: str) -> Image.Image:
    """The black plate 粤Z of a vehicle that crosses the border."""
    return plate([f"{text[:2]}·{text[2:]}"], WHITE, BLACK)


def hong_kong(letters: str, digits: str, *, rows: int = 1) -> Image.Image:
    """A Hong Kong plate: white in one row, or the yellow one of a rear in two."""
    return (
        plate([f"{letters} {digits}"], BLACK, WHITE) if rows == 1 else plate([letters, digits], BLACK, YELLOW)
    )


def macao(text: str) -> Image.Image:
    """A Macao plate with its hyphens."""
    return plate([text], WHITE, BLACK)


def container_door(number: str, size_type: str = "22G1", *, rows: int = 1) -> Image.Image:
    """The right door of a container with its marking: in one row, or owner over serial number."""
    image = Image.new("RGB", (520, 600), BROWN)
    draw = ImageDraw.Draw(image)
    for x in (60, 190, 330, 460):
        draw.rectangle((x, 0, x + 8, 600), fill=(150, 150, 150))
    font = ImageFont.truetype(str(FONT), 40)
    owner, serial, digit = number[:4], number[4:10], number[10]
    if rows == 1:
        places = ((90, 60, owner), (212, 60, serial), (385, 60, digit), (212, 120, size_type))
        draw.rectangle((378, 62, 416, 116), outline=WHITE, width=3)
    else:
        places = ((212, 60, owner), (212, 115, serial), (385, 115, digit), (212, 175, size_type))
        draw.rectangle((378, 117, 416, 171), outline=WHITE, width=3)
    for x, y, text in places:
        draw.text((x, y), text, fill=WHITE, font=font)
    return image


def container_column(number: str, height: int = 44) -> Image.Image:
    """A container's side with its number from the top down, a gap before the serial number and the check digit."""
    image = Image.new("RGB", (120, 14 * height + 40), BROWN)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), height)
    for place, sign in enumerate(number):
        row = place + (place > 3) + (place > 9)
        draw.text((60, round((row + 0.5) * height) + 20), sign, fill=WHITE, font=font, anchor="mm")
    return image
