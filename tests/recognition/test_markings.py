"""The size and type code beside a container number."""

import numpy as np
import pytest

from recognition.markings import beside, size_types
from recognition.sightings import Sighting
from recognition.values import Box, ContainerReading, Region
from tests.recognition.lines import steps

NUMBER = ContainerReading("CSQU3054383", 1.0, True, Box(100, 100, 200, 30))


def sighting(text: str, x: int = 100, y: int = 140) -> Sighting:
    corners = np.array([[x, y], [x + 60, y], [x + 60, y + 30], [x, y + 30]], np.float32)
    return Sighting(Region(corners, 0.9), steps(text))


@pytest.mark.parametrize(
    ("seen", "code"),
    [("22G1", "22G1"), ("45R1", "45R1"), ("2261", "22G1"), ("Z2GI", "22G1"), ("4SG1", "45G1")],
)
def test_a_code_is_read_and_its_lookalikes_by_their_place(seen: str, code: str) -> None:
    assert [marking.text for marking in size_types([sighting(seen)])] == [code]


@pytest.mark.parametrize("seen", ["WOLF", "30480KGS", "CSQU", "99G1", "7"])
def test_other_words_of_a_door_are_no_codes(seen: str) -> None:
    assert size_types([sighting(seen)]) == ()


def test_the_nearest_code_belongs_to_a_number_and_a_far_one_to_none() -> None:
    codes = size_types([sighting("45R1", y=260), sighting("22G1")])
    assert beside(NUMBER, codes) == "22G1"
    assert beside(NUMBER, size_types([sighting("22G1", x=900)])) is None
    assert beside(NUMBER, ()) is None
