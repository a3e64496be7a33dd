"""What a camera at the lane sees of a vehicle: a car's nose, a coach's or a tractor's face, a truck's rear."""

from random import Random

import cv2
import numpy as np

from simulator.images.camera import Pixels
from simulator.images.hard.surfaces import Colour, clouds, lit, mix, plain, slope

SCALE = 240
"""Pixels of a metre."""
_GLASS: Colour = (58, 48, 40)
Place = tuple[int, int]


def car_front(width: float, height: float, colour: Colour, random: Random) -> Pixels:
    """Return a car's nose: lamps at the corners, a grille, a bumper with its intakes."""
    pixels = _panel(width, height, colour)
    tall, wide = pixels.shape[:2]
    _grille(pixels, (round(wide * 0.3), 10), (round(wide * 0.7), round(tall * 0.34)), random)
    for mirrored in (False, True):
        _lamp(pixels, (10, 10), (round(wide * 0.25), round(tall * 0.22)), mirrored=mirrored)
    crease = round(tall * 0.42)
    cv2.line(pixels, (0, crease), (wide, crease), [part * 0.5 for part in colour], 3, cv2.LINE_AA)
    cv2.line(
        pixels, (0, crease + 4), (wide, crease + 4), [min(part * 1.2, 255) for part in colour], 2, cv2.LINE_AA
    )
    _intake(pixels, (round(wide * 0.24), round(tall * 0.74)), (round(wide * 0.76), round(tall * 0.93)))
    for across in (round(wide * 0.06), round(wide * 0.8)):
        _intake(pixels, (across, round(tall * 0.62)), (across + round(wide * 0.14), round(tall * 0.86)))
        cv2.circle(
            pixels, (across + round(wide * 0.07), round(tall * 0.74)), 11, (196, 198, 194), -1, cv2.LINE_AA
        )
    pixels[round(tall * 0.95) :] = (34, 34, 34)
    return _grimy(pixels, random)


def coach_front(width: float, height: float, colour: Colour, random: Random) -> Pixels:
    """Return a coach's face: a tall windscreen, a band of colour, lamps low at the corners."""
    pixels = _panel(width, height, colour)
    tall, wide = pixels.shape[:2]
    _glass(pixels, (round(wide * 0.04), round(tall * 0.1)), (round(wide * 0.96), round(tall * 0.58)), random)
    cv2.line(pixels, (wide // 2, round(tall * 0.1)), (wide // 2, round(tall * 0.58)), (30, 30, 30), 5)
    band = [random.randint(30, 230) for _ in range(3)]
    cv2.rectangle(pixels, (0, round(tall * 0.62)), (wide, round(tall * 0.7)), band, -1)
    for mirrored in (False, True):
        _lamp(pixels, (24, round(tall * 0.76)), (round(wide * 0.22), round(tall * 0.83)), mirrored=mirrored)
    cv2.line(pixels, (0, round(tall * 0.74)), (wide, round(tall * 0.74)), (50, 50, 50), 3)
    _intake(pixels, (round(wide * 0.3), round(tall * 0.95)), (round(wide * 0.7), tall - 8))
    return _grimy(pixels, random)


def tractor_front(width: float, height: float, colour: Colour, random: Random) -> Pixels:
    """Return a tractor's face: visor, windscreen, a tall grille, a steel bumper with lamps."""
    pixels = _panel(width, height, colour)
    tall, wide = pixels.shape[:2]
    _glass(pixels, (round(wide * 0.07), round(tall * 0.12)), (round(wide * 0.93), round(tall * 0.44)), random)
    cv2.rectangle(
        pixels,
        (round(wide * 0.05), round(tall * 0.08)),
        (round(wide * 0.95), round(tall * 0.13)),
        (52, 50, 48),
        -1,
    )
    _grille(pixels, (round(wide * 0.2), round(tall * 0.5)), (round(wide * 0.8), round(tall * 0.74)), random)
    bumper = round(tall * 0.78)
    pixels[bumper:] = lit(
        plain(wide, tall - bumper, random.choice((colour, (92, 92, 90)))),
        slope(wide, tall - bumper, 1.05, 0.6),
    )
    cv2.line(pixels, (0, bumper), (wide, bumper), (28, 28, 28), 6)
    for mirrored in (False, True):
        _lamp(pixels, (26, bumper + 24), (round(wide * 0.22), bumper + 76), mirrored=mirrored)
    _intake(pixels, (round(wide * 0.3), round(tall * 0.95)), (round(wide * 0.7), tall - 6))
    return _grimy(pixels, random)


def truck_rear(width: float, height: float, colour: Colour, random: Random) -> Pixels:
    """Return a box body from behind: doors, bars, a dark beam with lamps below."""
    pixels = _panel(width, height, colour)
    tall, wide = pixels.shape[:2]
    beam = round(tall * 0.78)
    cv2.line(pixels, (wide // 2, 10), (wide // 2, beam), (60, 60, 60), 4)
    for left in (60, wide // 2 - 60, wide // 2 + 50, wide - 70):
        pixels[10:beam, left + 9 : left + 15] = np.clip(pixels[10:beam, left + 9 : left + 15] * 0.6, 0, 255)
        pixels[10:beam, left : left + 9] = (150, 152, 152)
        for down in (30, beam // 2, beam - 50):
            cv2.rectangle(pixels, (left - 8, down), (left + 16, down + 14), (116, 118, 118), -1)
    pixels[beam:] = lit(plain(wide, tall - beam, (50, 50, 52)), slope(wide, tall - beam, 1.1, 0.6))
    cv2.rectangle(pixels, (0, beam), (wide, beam + 26), (66, 68, 70), -1)
    for left in (20, wide - 120):
        cv2.rectangle(pixels, (left, beam + 40), (left + 100, beam + 78), (28, 28, 30), -1)
        for at, tone in enumerate(((36, 30, 160), (36, 30, 190), (40, 150, 226))):
            cv2.rectangle(pixels, (left + 4 + 32 * at, beam + 44), (left + 32 + 32 * at, beam + 74), tone, -1)
    if random.random() < 0.6:
        for left in range(0, wide, 56):
            cv2.rectangle(pixels, (left, beam + 4), (left + 27, beam + 20), (40, 40, 190), -1)
            cv2.rectangle(pixels, (left + 28, beam + 4), (left + 55, beam + 20), (220, 224, 226), -1)
    return _grimy(pixels, random)


def windscreen(width: int, height: int, random: Random) -> Pixels:
    """Return a pane with the sky in it, the dark of the cabin below, a frame and a wiper."""
    pane = lit(plain(width, height, _GLASS), slope(width, height, 2.1, 0.7))
    mirror = clouds(width, height, random, grain=3)
    mix(pane, np.clip(mirror - 0.45, 0, 0.5) * slope(width, height, 1.2, 0.3), (216, 208, 200))
    for seat in (width // 4, width * 3 // 4):
        cv2.ellipse(
            pane, (seat, height), (width // 10, height // 3), 0, 0, 360, (26, 24, 24), -1, cv2.LINE_AA
        )
    cv2.rectangle(pane, (0, 0), (width - 1, height - 1), (28, 28, 28), max(height // 26, 2))
    for begin in (width // 8, width // 2):
        cv2.line(
            pane,
            (begin, height - 6),
            (begin + width // 3, height - height // 7),
            (20, 20, 20),
            3,
            cv2.LINE_AA,
        )
    return pane


def _panel(width: float, height: float, colour: Colour) -> Pixels:
    """Painted sheet: light from above, darker where it turns away at the sides."""
    wide, tall = round(width * SCALE), round(height * SCALE)
    across = np.linspace(-1, 1, wide, dtype=np.float32)
    turn = 1.0 - 0.3 * np.abs(across) ** 5
    return lit(plain(wide, tall, colour), slope(wide, tall, 1.1, 0.76) * turn[None, :])


def _grimy(pixels: Pixels, random: Random) -> Pixels:
    height, width = pixels.shape[:2]
    return lit(pixels, 0.88 + 0.24 * clouds(width, height, random, grain=5))


def _glass(pixels: Pixels, first: Place, last: Place, random: Random) -> None:
    pixels[first[1] : last[1], first[0] : last[0]] = windscreen(
        last[0] - first[0], last[1] - first[1], random
    )


def _lamp(pixels: Pixels, first: Place, last: Place, *, mirrored: bool) -> None:
    """A dark housing, wide outside and pointed inside, with two bright lenses."""
    wide = pixels.shape[1]
    (left, top), (right, bottom) = first, last
    outline = np.array(
        [(left, top + 8), (right, top), (right - 12, bottom), (left + 4, bottom)], dtype=np.int32
    )
    lenses = [(left + (right - left) // 3, 1.0), (left + (right - left) * 2 // 3, 0.8)]
    middle, radius = (top + bottom) // 2, max((bottom - top) // 3, 4)
    if mirrored:
        outline[:, 0] = wide - 1 - outline[:, 0]
    cv2.fillPoly(pixels, [outline], (58, 58, 56), cv2.LINE_AA)
    cv2.polylines(pixels, [outline], True, (170, 172, 170), 2, cv2.LINE_AA)
    for across, size in lenses:
        place = (wide - 1 - across if mirrored else across, middle)
        cv2.circle(pixels, place, round(radius * size), (206, 208, 204), -1, cv2.LINE_AA)
        cv2.circle(pixels, place, max(round(radius * size * 0.55), 2), (250, 250, 246), -1, cv2.LINE_AA)


def _intake(pixels: Pixels, first: Place, last: Place) -> None:
    cv2.rectangle(pixels, first, last, (30, 30, 30), -1)
    for down in range(first[1] + 6, last[1], 10):
        cv2.line(pixels, (first[0], down), (last[0], down), (54, 54, 54), 2)


def _grille(pixels: Pixels, first: Place, last: Place, random: Random) -> None:
    cv2.rectangle(pixels, first, last, (30, 30, 30), -1)
    shine = random.randint(60, 180)
    step = random.choice((9, 12, 16))
    for down in range(first[1] + 6, last[1], step):
        cv2.line(pixels, (first[0] + 4, down), (last[0] - 4, down), (shine, shine, shine), 3, cv2.LINE_AA)
        cv2.line(pixels, (first[0] + 4, down + 3), (last[0] - 4, down + 3), (14, 14, 14), 1, cv2.LINE_AA)
    cv2.rectangle(pixels, first, last, (156, 158, 156), 2, cv2.LINE_AA)
    middle = ((first[0] + last[0]) // 2, (first[1] + last[1]) // 2)
    radius = min((last[1] - first[1]) // 2, 22)
    cv2.circle(pixels, middle, radius, (178, 180, 180), 4, cv2.LINE_AA)
    cv2.line(pixels, (middle[0], middle[1] - radius), middle, (178, 180, 180), 3, cv2.LINE_AA)
