"""A container's number as it is painted (ISO 6346): on one line, two or three, or down a post; check digit boxed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

import cv2
import numpy as np

from simulator.images.hard.lettering import Face, row_mask, sign_mask
from simulator.images.hard.strokes import Mask


class Layout(StrEnum):
    """How the eleven characters stand."""

    LINE = "LINE"
    TWO_LINES = "TWO_LINES"
    THREE_LINES = "THREE_LINES"
    VERTICAL = "VERTICAL"


@dataclass(frozen=True)
class Paint:
    """How a number is painted: height of its characters in pixels, their face, whether the check digit has its box."""

    height: int
    face: Face
    boxed: bool
    width: float = 0.55
    gap: float = 0.16


def paint_of(random: Random, height: int, face: Face) -> Paint:
    """Return a way of painting: most check digits stand in a box."""
    return Paint(height, face, random.random() < 0.75, random.uniform(0.46, 0.64), random.uniform(0.1, 0.3))


def number_mask(number: str, layout: Layout, paint: Paint, size_type: str) -> Mask:
    """Return the number with its size type as one mask of ink."""
    owner, serial, check = number[:4], number[4:10], _check(number[10], paint)
    code = _row(size_type, paint)
    space = paint.height // 3
    match layout:
        case Layout.LINE:
            rows = [_beside([_row(owner, paint), _row(serial, paint), check], paint.height * 2 // 3), code]
        case Layout.TWO_LINES:
            rows = [_row(owner, paint), _beside([_row(serial, paint), check], space), code]
        case Layout.THREE_LINES:
            rows = [_row(owner, paint), _row(serial, paint), _beside([check, code], space)]
        case Layout.VERTICAL:
            return _column(number, check, paint)
    return _below(rows, space)


def _row(text: str, paint: Paint) -> Mask:
    drawn = row_mask(text, paint.height, paint.face, width=paint.width, gap=paint.gap)
    edge = paint.height // 6
    return np.pad(drawn, ((edge, edge), (edge, edge)))


def _check(digit: str, paint: Paint) -> Mask:
    across = round(paint.height * paint.width)
    edge = paint.height // 6
    drawn = np.pad(sign_mask(digit, across, paint.height, paint.face), edge)
    if paint.boxed:
        line = max(paint.height // 16, 1)
        cv2.rectangle(
            drawn,
            (line // 2, line // 2),
            (drawn.shape[1] - 1 - line // 2, drawn.shape[0] - 1 - line // 2),
            255,
            line,
        )
    return drawn


def _beside(parts: list[Mask], space: int) -> Mask:
    tall = max(part.shape[0] for part in parts)
    padded = [np.pad(part, ((0, tall - part.shape[0]), (0, space))) for part in parts]
    return np.concatenate(padded, axis=1)


def _below(rows: list[Mask], space: int) -> Mask:
    wide = max(row.shape[1] for row in rows)
    return np.concatenate([np.pad(row, ((0, space), (0, wide - row.shape[1]))) for row in rows])


def _column(number: str, check: Mask, paint: Paint) -> Mask:
    """Signs one below the other, upright each; a wider gap after the owner and before the check digit."""
    across = round(paint.height * paint.width)
    wide = max(check.shape[1], across)
    left = (wide - across) // 2
    parts: list[Mask] = []
    for at, sign in enumerate(number[:10]):
        drawn = sign_mask(sign, across, paint.height, paint.face)
        gap = paint.height * (2 if at == 3 else 1) // 4
        parts.append(np.pad(drawn, ((0, gap), (left, wide - across - left))))
    side = (wide - check.shape[1]) // 2
    parts.append(np.pad(check, ((0, 0), (side, wide - check.shape[1] - side))))
    return np.concatenate(parts)
