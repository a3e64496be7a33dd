"""The walls of a container: doors with their bars, corrugated sides, front and roof, and what is painted there."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from simulator.images.camera import Pixels
from simulator.images.hard.lettering import row_mask, wall_face
from simulator.images.hard.markings import Layout, Paint, number_mask, paint_of
from simulator.images.hard.strokes import Mask
from simulator.images.hard.surfaces import COLOURS, Colour, Share, clouds, ink, lit, mix, plain, rust, slope

SCALE = 280
"""Pixels of a metre."""
WIDTH, HEIGHT, LENGTH = 2.44, 2.59, 6.06
"""Metres of a container of twenty feet."""
_STEEL: Colour = (158, 160, 158)
_SIZE_TYPES = ("22G1", "42G1", "45G1", "45R1", "25G1")
_WEIGHTS = (
    ("MAX GROSS", "30480 KG", "67200 LB"), ("TARE", "2230 KG", "4920 LB"), ("NET", "28250 KG", "62280 LB"),
    ("CU CAP", "33.2 CU M", "1172 CU FT"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Painted:
    """A wall; `mark` is where its number stands: left, top, right, bottom as shares of the wall."""

    pixels: Pixels
    mark: tuple[float, float, float, float]
    sign: float
    """Height of a sign in metres."""


def ink_on(ground: Colour) -> Colour:
    """Return what is painted on this ground: white, or black where white would not be seen."""
    return (34, 32, 30) if sum(ground) > 420 else (226, 230, 230)


def doors(number: str, layout: Layout, random: Random, ground: Colour) -> Painted:
    """Return the closed doors, the number at the upper right."""
    width, height = round(WIDTH * SCALE), round(HEIGHT * SCALE)
    surface = plain(width, height, ground)
    for top in range(40, height - 90, 124):
        band = surface[top : top + 88, 20 : width - 20]
        band[:] = np.clip(band * 0.93, 0, 255)
        surface[top : top + 4, 20 : width - 20] = np.clip(
            surface[top : top + 4, 20 : width - 20] * 0.7, 0, 255
        )
    surface = _aged(surface, random)
    paint = paint_of(random, random.randint(24, 30), wall_face(random))
    if layout is Layout.LINE:
        paint = Paint(paint.height - 4, paint.face, paint.boxed, min(paint.width, 0.5), min(paint.gap, 0.14))
    mark = number_mask(number, layout, paint, random.choice(_SIZE_TYPES))
    place = (width // 2 + random.randint(26, 60), random.randint(40, 90))
    if layout is Layout.LINE:
        place = (min(place[0], width - 30 - mark.shape[1]), place[1])
    ink(surface, mark, place, ink_on(ground))
    _weights(surface, (width // 2 + 60, place[1] + mark.shape[0] + 50), random, ink_on(ground))
    _sign(surface, (60, 70), random)
    worn = _worn(surface, random)
    _bars(worn, random)
    cv2.rectangle(worn, (0, 0), (width - 1, height - 1), [part * 0.55 for part in ground], 22)
    cv2.line(worn, (width // 2, 0), (width // 2, height), [part * 0.3 for part in ground], 6)
    return _painted(worn, mark, place, paint)


def wall(number: str, layout: Layout, random: Random, ground: Colour, *, long: bool) -> Painted:
    """Return a corrugated wall: the front, or the long side, with the number at the upper right."""
    width = round((LENGTH if long else WIDTH) * SCALE)
    height = round(HEIGHT * SCALE)
    surface = _aged(plain(width, height, ground), random)
    paint = paint_of(random, random.randint(26, 34), wall_face(random))
    mark = number_mask(number, layout, paint, random.choice(_SIZE_TYPES))
    place = (width - mark.shape[1] - random.randint(40, 120), random.randint(40, 80))
    if long and random.random() < 0.5:
        _name(surface, random, ink_on(ground))
    if random.random() < 0.3:
        panel = surface[
            place[1] - 14 : place[1] + mark.shape[0] + 14, place[0] - 14 : place[0] + mark.shape[1] + 14
        ]
        panel[:] = ground
    ink(surface, mark, place, ink_on(ground))
    worn = lit(_worn(surface, random), corrugation(width, height))
    cv2.rectangle(worn, (0, 0), (width - 1, height - 1), [part * 0.6 for part in ground], 20)
    return _painted(worn, mark, place, paint)


def roof(number: str, random: Random, ground: Colour) -> Painted:
    """Return the roof from above, its far end up; the number stands near the door, read from there."""
    width, height = round(WIDTH * SCALE), round(LENGTH * SCALE / 2)
    surface = lit(plain(width, height, ground), slope(width, height, 1.1, 1.1))
    paint = paint_of(random, random.randint(30, 36), wall_face(random))
    mark = number_mask(number, Layout.LINE, paint, "22G1")
    aged = lit(_aged(surface, random), np.ascontiguousarray(corrugation(height, width).T))
    place = (width // 2 - mark.shape[1] // 2, height - mark.shape[0] - 40)
    ink(aged, mark, place, ink_on(ground))
    return _painted(aged, mark, place, paint)


def corrugation(width: int, height: int) -> Share:
    """Return the light on a corrugated wall: lands and furrows, one flank in the light and one in the shade."""
    period = round(0.278 * SCALE)
    profile = np.ones(period, dtype=np.float32)
    flank, furrow = period // 6, period // 3
    profile[furrow : furrow + flank] = 0.72
    profile[furrow + flank : 2 * furrow + flank] = 0.9
    profile[2 * furrow + flank : 2 * furrow + 2 * flank] = 1.12
    row = np.tile(profile, width // period + 1)[:width]
    soft = cv2.GaussianBlur(row[None, :], (0, 0), 2)
    return np.asarray(np.repeat(soft, height, axis=0), dtype=np.float32)


def _painted(pixels: Pixels, mark: Mask, place: tuple[int, int], paint: Paint) -> Painted:
    height, width = pixels.shape[:2]
    right, bottom = place[0] + mark.shape[1], place[1] + mark.shape[0]
    shares = (place[0] / width, place[1] / height, right / width, bottom / height)
    return Painted(pixels, shares, paint.height / SCALE)


def _worn(surface: Pixels, random: Random) -> Pixels:
    """Uneven light and thin dust over ground and signs alike."""
    height, width = surface.shape[:2]
    uneven = 0.9 + 0.2 * clouds(width, height, random, grain=4)
    return lit(surface, np.asarray(uneven * slope(width, height, 1.06, 0.9), dtype=np.float32))


def _aged(surface: Pixels, random: Random) -> Pixels:
    """Rust under the signs: a wall is painted over before a number is painted on it."""
    rust(surface, random, random.uniform(0.0, 0.8))
    return surface


def _weights(surface: Pixels, place: tuple[int, int], random: Random, colour: Colour) -> None:
    face = wall_face(random)
    left, top = place
    for title, metric, imperial in _WEIGHTS:
        ink(surface, row_mask(title, 11, face), (left, top), colour)
        for at, text in enumerate((metric, imperial)):
            ink(surface, row_mask(text, 11, face), (left + 130, top + 17 * at), colour)
        top += 46


def _sign(surface: Pixels, place: tuple[int, int], random: Random) -> None:
    """A company's sign: a field of another colour."""
    colour = random.choice(COLOURS)
    left, top = place
    cv2.rectangle(surface, place, (left + 150, top + 90), colour, -1)
    name = "".join(random.choice("ABCDEGHKLMNRSTUV") for _ in range(4))
    ink(surface, row_mask(name, 40, wall_face(random)), (left + 14, top + 24), ink_on(colour))
    corners = np.array(
        [[left + 40, top + 270], [left + 90, top + 180], [left + 140, top + 270]], dtype=np.int32
    )
    cv2.fillPoly(surface, [corners], (40, 190, 230), cv2.LINE_AA)


def _name(surface: Pixels, random: Random, colour: Colour) -> None:
    name = "".join(random.choice("ABCDEGHKLMNRSTUV") for _ in range(random.randint(3, 5)))
    mask = row_mask(name, 190, wall_face(random), width=0.75)
    ink(surface, mask, (120, 250), colour)


def _bars(surface: Pixels, random: Random) -> None:
    """Locking bars with shadows, handles and hinges; one may stand close beside the number, none in it."""
    height, width = surface.shape[:2]
    for left in (64, 236, width // 2 + 12, width - 34):
        mix(surface[:, left + 12 : left + 20], np.full((height, 8), 0.35, dtype=np.float32), (14, 14, 14))
        for at in range(12):
            tone = 0.7 + 0.5 * np.sin(np.pi * at / 12)
            surface[:, left + at] = [min(part * tone, 255) for part in _STEEL]
        for top in (24, height // 2, height - 60):
            cv2.rectangle(surface, (left - 8, top), (left + 20, top + 16), (128, 130, 130), -1)
    down = random.randint(round(height * 0.62), round(height * 0.7))
    for left in (64, width // 2 + 12):
        cv2.line(surface, (left + 6, down), (left + 120, down + 10), (150, 150, 148), 11, cv2.LINE_AA)
        cv2.rectangle(surface, (left + 60, down - 24), (left + 96, down + 30), (110, 112, 112), -1)
    for top in range(60, height, 170):
        for left in (12, width - 40):
            cv2.rectangle(surface, (left, top), (left + 28, top + 26), (96, 98, 98), -1)
