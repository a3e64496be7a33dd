"""Hard images as a folder: one JPEG each, by condition, and truth.csv as `python -m recognition evaluate` reads it."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from simulator.images.hard.cases import Case
from simulator.images.hard.drawing import Drawing, draw

TRUTH = "truth.csv"
COLUMNS = ("file", "kind", "gt", "box", "note")
_CELL = (168, 126)
"""Width and height of a picture on a contact sheet."""
_COLOURS = 96
"""Colours of a contact sheet: enough to judge pictures, few enough to keep it small."""


def write(cases: Iterable[Case], folder: Path) -> int:
    """Draw the cases into the folder and return how many there are. Raises FontMissing, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / TRUTH).open("w", encoding="utf-8", newline="") as rows:
        table = csv.writer(rows, lineterminator="\n")
        table.writerow(COLUMNS)
        for case in cases:
            drawing, name = draw(case), file_name(case)
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(drawing.jpeg)
            table.writerow(_row(name, drawing))
            count += 1
    return count


def file_name(case: Case) -> str:
    """Return where the case's picture stands in a folder: its set is its condition."""
    return f"{case.condition}/{case.seed.replace('.', '-')}.jpg"


def sheet(cases: Sequence[Case], across: int) -> bytes:
    """Return small pictures of the cases side by side as PNG."""
    cells = [cv2.imdecode(np.frombuffer(draw(case).jpeg, dtype=np.uint8), cv2.IMREAD_COLOR) for case in cases]
    width, height = _CELL
    canvas = np.full((-(-len(cells) // across) * height, across * width, 3), 24, dtype=np.uint8)
    for number, cell in enumerate(cells):
        assert cell is not None  # it was encoded here
        scale = min(width / cell.shape[1], height / cell.shape[0])
        size = (round(cell.shape[1] * scale), round(cell.shape[0] * scale))
        small = cv2.resize(cell, size, interpolation=cv2.INTER_AREA)
        top, left = number // across * height, number % across * width
        canvas[top : top + size[1], left : left + size[0]] = small
    few = Image.fromarray(cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)).quantize(
        _COLOURS, dither=Image.Dither.NONE
    )
    encoded = BytesIO()
    few.save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _row(name: str, drawing: Drawing) -> tuple[str, ...]:
    box = ",".join(str(part) for part in drawing.box)
    return name, drawing.kind, "|".join(drawing.numbers), box, drawing.case.note
