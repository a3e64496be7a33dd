"""What a plate is painted on, told from its pixels."""

import numpy as np
import pytest

from recognition.grounds import Ground, ground_of
from recognition.pipeline import whole
from recognition.rows import rows_of, tightened
from recognition.values import Frame
from tests.recognition.drawing import BLACK, BLUE, WHITE, YELLOW, Colour, plate, scene


def drawn(rows: list[str], ink: Colour, ground: Colour) -> Frame:
    picture = plate(rows, ink, ground)
    return scene((picture, (0, 0)), size=picture.size)


@pytest.mark.parametrize(
    ("ink", "ground", "told"),
    [
        (WHITE, BLACK, Ground.BLACK),
        (WHITE, BLUE, Ground.BLUE),
        (BLACK, WHITE, Ground.WHITE),
        (BLACK, YELLOW, Ground.YELLOW),
    ],
    ids=["black", "blue", "white", "yellow"],
)
def test_the_ground_of_a_plate_is_told_apart_from_its_ink(ink: Colour, ground: Colour, told: Ground) -> None:
    assert ground_of(drawn(["UP 2643"], ink, ground)) is told


@pytest.mark.parametrize("shape", [(40, 160), (3, 5)], ids=["plain", "a speck"])
def test_a_plain_surface_is_no_ground(shape: tuple[int, int]) -> None:
    assert ground_of(np.full((*shape, 3), 112, np.uint8)) is Ground.UNKNOWN


def test_the_two_rows_of_a_plate_are_told_by_their_strokes_and_cut_apart() -> None:
    frame = drawn(["NL", "1405"], BLACK, YELLOW)
    upper, lower = rows_of(frame)
    assert 0.1 < upper.top < upper.bottom < 0.5 < lower.top < lower.bottom < 0.95
    for row, region in zip((upper, lower), tightened(frame, whole(frame)), strict=True):
        assert region.height / frame.shape[0] == pytest.approx(1.3 * row.height, abs=0.03)
