"""What a verdict rests on is cut out with a rim, small enough to be kept for long."""

import numpy as np
import pytest

from recognition.cut_outs import MOST_BYTES, cut_out
from recognition.intake import decode_image
from recognition.pipeline import Recogniser, readings
from recognition.reading import declared_plate
from recognition.values import Box, Frame
from recognition.verification import verify
from tests.recognition.drawing import hong_kong, scene


def test_the_cut_out_of_a_matched_plate_can_be_read_again_by_itself(recogniser: Recogniser) -> None:
    frame = scene((hong_kong("UP", "2643"), (300, 400)))
    observation = recogniser.observe(frame)
    [verdict] = verify(observation, readings(observation), [declared_plate("UP2643")])
    assert verdict.box is not None

    piece = cut_out(frame, verdict.box)

    assert piece is not None
    assert piece.box == verdict.box
    assert len(piece.jpeg) <= MOST_BYTES
    assert [plate.text for plate in recogniser.read(decode_image(piece.jpeg)).plates] == ["UP2643"]


def gradient(height: int, width: int) -> Frame:
    row = np.linspace(0, 255, width).astype(np.uint8)
    return np.repeat(np.tile(row, (height, 1))[:, :, None], 3, axis=2)


@pytest.mark.parametrize(
    ("box", "place", "size"),
    [
        (Box(200, 100, 120, 40), Box(200, 100, 120, 40), (160, 80)),
        (Box(0, 0, 120, 40), Box(0, 0, 120, 40), (140, 60)),
        (Box(600, 460, 100, 40), Box(600, 460, 40, 20), (60, 40)),
        (Box(0, 0, 640, 480), Box(0, 0, 640, 480), (427, 320)),
        (Box(0, 0, 3, 3), Box(0, 0, 3, 3), (19, 19)),
    ],
    ids=["inside", "corner", "beyond the edge", "everything", "a speck"],
)
def test_the_place_stays_within_the_frame_and_a_rim_shows_what_stands_beside(
    box: Box, place: Box, size: tuple[int, int]
) -> None:
    piece = cut_out(gradient(480, 640), box)

    assert piece is not None
    assert piece.box == place
    assert decode_image(piece.jpeg).shape[1::-1] == size


def test_a_place_outside_the_frame_gives_nothing() -> None:
    assert cut_out(gradient(48, 64), Box(64, 10, 20, 10)) is None
    assert cut_out(gradient(48, 64), Box(10, 10, 0, 10)) is None


def test_even_noise_is_kept_below_the_limit() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    piece = cut_out(noise, Box(100, 100, 400, 250))

    assert piece is not None
    assert len(piece.jpeg) <= MOST_BYTES
