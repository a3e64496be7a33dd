"""Plates as they are stamped, in millimetres: mainland (GA 36), cross-border, Hong Kong, Macao; one row or two."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from core.identifiers.plates import Jurisdiction, Plate, PlateKind
from simulator.images.camera import Pixels
from simulator.images.hard.lettering import Face, plate_face, sign_mask
from simulator.images.hard.strokes import Mask
from simulator.images.hard.surfaces import Colour, clouds, ink, lit, mix, plain, slope

WHITE, BLACK, BLUE, YELLOW = (236, 240, 238), (30, 26, 25), (150, 62, 24), (34, 178, 236)
GREEN, HONG_KONG_YELLOW, RED = (128, 196, 104), (44, 204, 246), (40, 30, 178)


@dataclass(frozen=True)
class Row:
    """Signs of one row; sizes in millimetres."""

    text: str
    width: int
    height: int
    gap: int
    dot: int = 0
    """Room of the dot after the second sign, 0 where there is none."""

    @property
    def length(self) -> int:
        """Its length in millimetres."""
        return sum(self.room(sign) for sign in self.text) - self.gap + self.dot

    def room(self, sign: str) -> int:
        """How far the next sign stands from this one."""
        return (self.width * 2 // 3 if sign in "- " else self.width) + self.gap


@dataclass(frozen=True)
class Form:
    """A plate's size and rows."""

    width: int
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Made:
    """A plate of metal: one pixel a millimetre and its size in metres; `sign` is the least height of a sign there."""

    pixels: Pixels
    mask: Mask
    width: float
    height: float
    sign: float


def stamp(plate: Plate, random: Random, *, two_rows: bool = False, rear: bool = False) -> Made:
    """Return the plate, straight on and clean; two rows where its kind has such plates."""
    form = _form(plate, two_rows=two_rows)
    ground, signs = _colours(plate, random, rear=rear, heavy=two_rows)
    surface = _ground(form, ground, plate.kind)
    relief = _relief(form, plate_face(random))
    _emboss(surface, relief, signs, plate)
    _frame(surface, form, signs, random)
    shine = slope(form.width, form.height, random.uniform(0.95, 1.12), random.uniform(0.82, 1.0))
    worn = 0.94 + 0.12 * clouds(form.width, form.height, random)
    mask = _rounded(form)
    made = lit(surface, np.asarray(shine * worn, dtype=np.float32))
    return Made(
        made, mask, form.width / 1000, form.height / 1000, min(row.height for row in form.rows) / 1000
    )


def _form(plate: Plate, *, two_rows: bool) -> Form:
    text = plate.text
    match plate.kind:
        case PlateKind.HONG_KONG | PlateKind.HONG_KONG_PERSONALISED:
            return _hong_kong(plate, two_rows=two_rows)
        case PlateKind.MACAO if two_rows:
            return Form(280, 200, (Row(text[:-4], 50, 76, 14), Row(f"{text[-4:-2]}-{text[-2:]}", 42, 76, 8)))
        case PlateKind.MACAO:
            return Form(360, 110, (Row(plate.display(), 38, 72, 7),))
        case PlateKind.NEW_ENERGY:
            return Form(480, 140, (Row(text, 43, 90, 9, 34),))
        case PlateKind.TRAILER | PlateKind.STANDARD if two_rows:
            return Form(440, 220, (Row(text[:2], 80, 60, 35, 30), Row(text[2:], 65, 110, 15)))
        case _ if "使" in text:
            return Form(440, 140, (Row(text, 45, 90, 12),))
        case _:
            return Form(440, 140, (Row(text, 45, 90, 12, 22),))


def _hong_kong(plate: Plate, *, two_rows: bool) -> Form:
    letters, _, digits = plate.display().partition(" ")
    if two_rows and digits:
        rows = (Row(letters, 50, 79, 14), Row(digits, 50, 79, 14))
        return Form(max(row.length for row in rows) + 50, 208, rows)
    row = Row(plate.display(), 48, 79, 12)
    return Form(row.length + 60, 112, (row,))


def _colours(plate: Plate, random: Random, *, rear: bool, heavy: bool) -> tuple[Colour, Colour]:
    """Ground and signs."""
    match plate.kind:
        case PlateKind.HONG_KONG | PlateKind.HONG_KONG_PERSONALISED:
            return (HONG_KONG_YELLOW if rear else WHITE), BLACK
        case PlateKind.MACAO | PlateKind.CROSS_BORDER_HK | PlateKind.CROSS_BORDER_MO:
            return BLACK, WHITE
        case PlateKind.NEW_ENERGY:
            return WHITE, BLACK
        case PlateKind.TRAILER:
            return YELLOW, BLACK
        case PlateKind.SPECIAL if "学" in plate.text:
            return YELLOW, BLACK
        case PlateKind.SPECIAL if "警" in plate.text:
            return WHITE, BLACK
        case PlateKind.SPECIAL:
            return BLACK, WHITE
        case PlateKind.STANDARD if heavy or random.random() < 0.2:
            return YELLOW, BLACK
        case _:
            return (BLUE, WHITE) if plate.jurisdiction is Jurisdiction.CN else (WHITE, BLACK)


def _ground(form: Form, ground: Colour, kind: PlateKind) -> Pixels:
    surface = plain(form.width, form.height, ground)
    if kind is PlateKind.NEW_ENERGY:
        mix(surface, slope(form.width, form.height, 0.0, 1.0), GREEN)
    return surface


def _relief(form: Form, face: Face) -> Mask:
    """Return where the plate is stamped: its signs and dots."""
    relief = np.zeros((form.height, form.width), dtype=np.uint8)
    space = (form.height - sum(row.height for row in form.rows)) // (len(form.rows) + 1)
    top = space
    for row in form.rows:
        _stamp_row(relief, row, ((form.width - row.length) // 2, top), face)
        top += row.height + space
    return relief


def _stamp_row(relief: Mask, row: Row, place: tuple[int, int], face: Face) -> None:
    left, top = place
    for at, sign in enumerate(row.text):
        if (at == 2 and row.dot) or (at == 1 and row.dot and len(row.text) == 2):
            cv2.circle(relief, (left + row.dot // 2 - row.gap // 2, top + row.height // 2), 6, 255, -1)
            left += row.dot
        if sign == "-":
            middle = top + row.height // 2
            relief[middle - 5 : middle + 5, left + 2 : left + row.width * 2 // 3 - 2] = 255
        elif sign != " ":
            relief[top : top + row.height, left : left + row.width] = sign_mask(
                sign, row.width, row.height, face
            )
        left += row.room(sign)


def _emboss(surface: Pixels, relief: Mask, signs: Colour, plate: Plate) -> None:
    """Ink the signs; their edges catch the light above and throw a shadow below."""
    red = plate.kind is PlateKind.SPECIAL and any(sign in plate.text for sign in "警使领")
    below = cv2.subtract(np.roll(relief, (3, 2), axis=(0, 1)), relief)
    above = cv2.subtract(relief, np.roll(relief, (2, 1), axis=(0, 1)))
    mix(surface, below.astype(np.float32) / 255 * 0.35, (12, 12, 12))
    ink(surface, relief, (0, 0), signs)
    mix(surface, above.astype(np.float32) / 255 * 0.3, (250, 250, 250))
    if red:
        _redden(surface, relief, plate)


def _redden(surface: Pixels, relief: Mask, plate: Plate) -> None:
    """The one red sign of a police or an embassy's plate: its last, or its first."""
    width = surface.shape[1]
    part = slice(0, width // 6) if plate.text[0] == "使" else slice(width - width // 6, width)
    only = np.zeros_like(relief)
    only[:, part] = relief[:, part]
    if "警" in plate.text:
        ink(surface, only, (0, 0), RED)


def _frame(surface: Pixels, form: Form, signs: Colour, random: Random) -> None:
    cv2.rectangle(surface, (4, 4), (form.width - 5, form.height - 5), signs, 2, cv2.LINE_AA)
    if random.random() < 0.7:
        for across in (form.width // 4, form.width * 3 // 4):
            for down in (11, form.height - 12) if form.height > 130 else (11,):
                cv2.circle(surface, (across, down), 6, (150, 154, 156), -1, cv2.LINE_AA)
                cv2.circle(surface, (across - 1, down - 1), 2, (214, 216, 218), -1, cv2.LINE_AA)


def _rounded(form: Form) -> Mask:
    mask = np.zeros((form.height, form.width), dtype=np.uint8)
    cv2.rectangle(mask, (8, 0), (form.width - 9, form.height), 255, -1)
    cv2.rectangle(mask, (0, 8), (form.width, form.height - 9), 255, -1)
    for across in (8, form.width - 9):
        for down in (8, form.height - 9):
            cv2.circle(mask, (across, down), 8, 255, -1, cv2.LINE_AA)
    return mask
