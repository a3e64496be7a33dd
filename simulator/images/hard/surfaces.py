"""Surfaces: noise that looks like dirt, rust and dust, ink on a ground, light that falls off."""

from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator.images.camera import Pixels
from simulator.images.hard.strokes import Mask

Colour = tuple[int, int, int]
"""Blue, green, red."""
COLOURS: tuple[Colour, ...] = (
    (42, 56, 138), (122, 74, 34), (72, 92, 44), (118, 114, 110), (36, 84, 172), (196, 202, 204), (52, 40, 96),
    (148, 108, 56), (70, 62, 58),
)  # fmt: skip
"""Paints of containers."""
Share = NDArray[np.floating[Any]]
"""Height x width, 0 to 1."""


def plain(width: int, height: int, colour: Colour) -> Pixels:
    """Return a surface of one colour."""
    return np.full((height, width, 3), colour, dtype=np.uint8)


def clouds(width: int, height: int, random: Random, *, grain: int = 6, octaves: int = 4) -> Share:
    """Return soft noise, 0 to 1 around 0.5; `grain` is the number of its coarsest patches across."""
    source = np.random.default_rng(random.getrandbits(64))
    total = np.zeros((height, width), dtype=np.float32)
    weight = 0.5
    for octave in range(octaves):
        across = min(grain << octave, width)
        down = min(max(round(across * height / width), 2), height)
        patch = source.random((down, max(across, 2)), dtype=np.float32)
        total += weight * cv2.resize(patch, (width, height), interpolation=cv2.INTER_CUBIC)
        weight /= 2
    return np.asarray(np.clip((total - total.mean()) * 1.6 + 0.5, 0, 1), dtype=np.float32)


def ink(surface: Pixels, mask: Mask, place: tuple[int, int], colour: Colour) -> None:
    """Put ink on the surface, the mask's top left at (across, down); what hangs over the edge is cut off."""
    left, top = place
    height, width = surface.shape[:2]
    first_row, first_column = max(-top, 0), max(-left, 0)
    part = mask[first_row : max(height - top, 0), first_column : max(width - left, 0)]
    if part.size == 0:
        return
    top, left = max(top, 0), max(left, 0)
    under = surface[top : top + part.shape[0], left : left + part.shape[1]]
    mix(under, part.astype(np.float32) / 255, colour)


def mix(surface: Pixels, share: Share, colour: Colour) -> None:
    """Mix a colour into the surface, by its share at each pixel."""
    wide = share[:, :, None]
    surface[:] = np.clip(surface * (1 - wide) + np.array(colour, dtype=np.float32) * wide, 0, 255)


def lit(surface: Pixels, factor: Share) -> Pixels:
    """Return the surface under more or less light at each pixel."""
    return np.asarray(np.clip(surface * factor[:, :, None], 0, 255), dtype=np.uint8)


def slope(width: int, height: int, top: float, bottom: float) -> Share:
    """Return a light that changes evenly from the upper to the lower edge."""
    column = np.linspace(top, bottom, height, dtype=np.float32)[:, None]
    return np.asarray(np.repeat(column, width, axis=1), dtype=np.float32)


def soil(surface: Pixels, random: Random, amount: float) -> None:
    """Dirty a surface: a film of dust all over, patches of mud, more of both below; amount 0 to 1."""
    height, width = surface.shape[:2]
    below = slope(width, height, 0.75, 1.1)
    film = clouds(width, height, random, grain=3) * below * amount * 0.75
    patches = clouds(width, height, random, grain=5, octaves=5) * below
    mud = np.clip((patches - (0.86 - 0.28 * amount)) * 8, 0, 1) * (0.45 + 0.4 * amount)
    dust: Colour = random.choice(((96, 118, 132), (84, 98, 108), (120, 134, 142)))
    mix(surface, np.asarray(film, dtype=np.float32), dust)
    mix(surface, np.asarray(mud, dtype=np.float32), (44, 62, 78))
    speckle = np.random.default_rng(random.getrandbits(64)).random((height, width), dtype=np.float32)
    spots = cv2.GaussianBlur((speckle > 1 - 0.004 * amount).astype(np.float32), (0, 0), 1.6) * 5
    mix(surface, np.asarray(np.clip(spots, 0, 0.8), dtype=np.float32), (50, 66, 80))


def rust(surface: Pixels, random: Random, amount: float) -> None:
    """Rust and scratches of a used wall; amount 0 to 1."""
    height, width = surface.shape[:2]
    patches = clouds(width, height, random, grain=9, octaves=5)
    share = np.clip((patches - (0.92 - 0.16 * amount)) * 9, 0, 0.85)
    mix(surface, np.asarray(share, dtype=np.float32), (32, 58, 104))
    streaks = clouds(max(width // 3, 8), 8, random, grain=24)
    long = cv2.resize(streaks, (width, height), interpolation=cv2.INTER_LINEAR)
    mix(surface, np.asarray(np.clip((long - 0.62) * 0.9, 0, 0.3), dtype=np.float32), (58, 70, 84))


def soft_block(width: int, height: int) -> Mask:
    """Return a block that fades at its edges: a shadow on the road."""
    soft = np.zeros((height, width), dtype=np.uint8)
    soft[height // 7 : -(height // 7), width // 8 : -(width // 8)] = 190
    return np.asarray(cv2.GaussianBlur(soft, (0, 0), width / 13), dtype=np.uint8)
