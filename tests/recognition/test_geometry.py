"""Cutting lines out of a frame."""

import numpy as np
import pytest

from recognition.geometry import cut
from recognition.values import Region


def region(width: float, height: float) -> Region:
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return Region(corners, 1.0)


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(160, 48, (48, 160, 3)), (1600, 900, (900, 1600, 3)), (12_000, 18_000, (1732, 1155, 3))],
    ids=["a plate", "a camera's whole frame", "far beyond the frame"],
)
def test_a_cut_out_is_as_large_as_its_region_and_never_huge(
    width: int, height: int, shape: tuple[int, int, int]
) -> None:
    frame = np.full((11_580, 150, 3), 128, np.uint8)
    assert cut(frame, region(width, height)).shape == shape
