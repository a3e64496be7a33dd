"""Plates as they are made: mainland (GA 36), cross-border, Hong Kong, Macao, trailer; straight on, in pixels."""

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageDraw

from core.identifiers.plates import Jurisdiction, Plate, PlateKind
from simulator.images.fonts import bold

Colour = tuple[int, int, int]

WHITE, BLACK = (240, 242, 240), (22, 22, 24)
BLUE, YELLOW, GREEN = (24, 62, 158), (242, 188, 34), (108, 196, 122)
HONG_KONG_YELLOW = (248, 212, 48)

SIGN_HEIGHT = 62
"""Pixels of one row of signs before the camera's distance is applied."""


class Side(StrEnum):
    """Which end of the vehicle carries the plate."""

    FRONT = "FRONT"
    REAR = "REAR"


@dataclass(frozen=True)
class _Style:
    ground: Colour
    ink: Colour
    fade: Colour | None = None
    """The lower edge's colour where the ground fades."""


def draw_plate(plate: Plate, side: Side, *, two_rows: bool = False) -> Image.Image:
    """Return the plate straight on. Two rows where the jurisdiction has such plates: Hong Kong, yellow mainland."""
    style = _style(plate, side)
    rows = _rows(plate, two_rows=two_rows)
    widths = [_width(row) for row in rows]
    margin = SIGN_HEIGHT // 3
    width = max(widths) + 2 * margin
    height = len(rows) * (SIGN_HEIGHT + 10) + margin
    image = _ground(width, height, style)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((3, 3, width - 4, height - 4), radius=7, outline=style.ink, width=3)
    for place, row in enumerate(rows):
        middle = margin // 2 + (SIGN_HEIGHT + 10) * place + (SIGN_HEIGHT + 10) // 2
        _write(image, row, ((width - widths[place]) // 2, middle), style.ink)
    return image


def _style(plate: Plate, side: Side) -> _Style:
    match plate.jurisdiction, plate.kind:
        case Jurisdiction.HK, _:
            return _Style(WHITE if side is Side.FRONT else HONG_KONG_YELLOW, BLACK)
        case Jurisdiction.MO, _:
            return _Style(BLACK, WHITE)
        case _, PlateKind.CROSS_BORDER_HK | PlateKind.CROSS_BORDER_MO:
            return _Style(BLACK, WHITE)
        case _, PlateKind.NEW_ENERGY:
            return _Style(WHITE, BLACK, GREEN)
        case _, PlateKind.TRAILER:
            return _Style(YELLOW, BLACK)
        case Jurisdiction.CN, _:
            return _Style(*((YELLOW, BLACK) if is_heavy(plate) else (BLUE, WHITE)))
        case _:
            return _Style(WHITE, BLACK)


def is_heavy(plate: Plate) -> bool:
    """Whether a standard mainland plate is a heavy vehicle's (yellow): here, its last digit is even."""
    digits = [sign for sign in plate.text if sign.isdigit()]
    return plate.kind is PlateKind.STANDARD and bool(digits) and int(digits[-1]) % 2 == 0


def _rows(plate: Plate, *, two_rows: bool) -> list[str]:
    text = plate.display()
    if not two_rows:
        return [text]
    if plate.kind is PlateKind.HONG_KONG and " " in text:
        return text.split(" ")
    if plate.kind in (PlateKind.STANDARD, PlateKind.TRAILER):
        return [f"{text[0]}·{text[1]}", text[3:]]
    return [text]


def _ground(width: int, height: int, style: _Style) -> Image.Image:
    image = Image.new("RGB", (width, height), style.ground)
    if style.fade is not None:
        shade = Image.linear_gradient("L").resize((width, height))
        image.paste(Image.new("RGB", (width, height), style.fade), (0, 0), shade)
    return image


def _width(row: str) -> int:
    return sum(_advance(sign) for sign in row)


def _advance(sign: str) -> int:
    """Return the pixels a sign takes: each has a field of its own width, as on stamped plates."""
    if sign in "· ":
        return SIGN_HEIGHT * 2 // 5
    return SIGN_HEIGHT if ord(sign) > 0x2E80 else SIGN_HEIGHT * 7 // 10


def _write(image: Image.Image, row: str, place: tuple[int, int], ink: Colour) -> None:
    """Write the signs into their fields, each as tall as the field: that is how the stamps are cut."""
    left, middle = place
    for sign in row:
        width = _advance(sign)
        if sign == "·":
            radius = SIGN_HEIGHT // 12
            centre = left + width // 2
            ImageDraw.Draw(image).ellipse(
                (centre - radius, middle - radius, centre + radius, middle + radius), fill=ink
            )
        elif sign == "-":
            ImageDraw.Draw(image).rectangle(
                (left + width // 5, middle - 4, left + width * 4 // 5, middle + 4), fill=ink
            )
        elif sign != " ":
            _stamp(image, sign, (left, middle, width), ink)
        left += width


def _stamp(image: Image.Image, sign: str, field: tuple[int, int, int], ink: Colour) -> None:
    left, middle, width = field
    font = bold(SIGN_HEIGHT * 2)
    box = font.getbbox(sign)
    across, tall = round(box[2] - box[0]), round(box[3] - box[1])
    drawn = Image.new("L", (across, tall), 0)
    ImageDraw.Draw(drawn).text((-box[0], -box[1]), sign, fill=255, font=font)
    wanted = min(width - 8, max(round(across * SIGN_HEIGHT / tall), 10))
    if sign in "1IJ":
        wanted = min(wanted, width // 2)
    mask = drawn.resize((wanted, SIGN_HEIGHT), Image.Resampling.LANCZOS)
    image.paste(ink, (left + (width - wanted) // 2, middle - SIGN_HEIGHT // 2), mask)
