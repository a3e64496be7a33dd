"""Drawn lane images read by the real models."""

import pytest
from PIL import Image

from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition.pipeline import Recogniser, readings
from recognition.reading import declared_plate
from recognition.verification import Expected, verify
from tests.recognition.drawing import (
    container_column,
    container_door,
    cross_border,
    hong_kong,
    macao,
    mainland,
    scene,
)


@pytest.mark.parametrize(
    ("picture", "text", "jurisdiction"),
    [
        (mainland("粤B12345"), "粤B12345", Jurisdiction.CN),
        (mainland("湘AT1Y68"), "湘AT1Y68", Jurisdiction.CN),
        (cross_border("粤ZDF15港"), "粤ZDF15港", Jurisdiction.CN),
        (cross_border("粤ZU523澳"), "粤ZU523澳", Jurisdiction.CN),
        (hong_kong("UP", "2643"), "UP2643", Jurisdiction.HK),
        (hong_kong("NL", "1405", rows=2), "NL1405", Jurisdiction.HK),
        (macao("MX-20-45"), "MX2045", Jurisdiction.MO),
    ],
    ids=["blue", "other province", "港", "澳", "Hong Kong", "Hong Kong in two rows", "Macao"],
)
def test_a_drawn_plate_is_read_where_it_is(
    recogniser: Recogniser, picture: Image.Image, text: str, jurisdiction: Jurisdiction
) -> None:
    place = (300, 400)
    best = recogniser.read(scene((picture, place))).plates[0]
    assert (best.text, best.jurisdiction) == (text, jurisdiction)
    assert abs(best.box.x + best.box.width / 2 - place[0] - picture.width / 2) < picture.width / 3
    assert abs(best.box.y + best.box.height / 2 - place[1] - picture.height / 2) < picture.height / 2


def test_both_plates_of_a_cross_border_vehicle_are_read(recogniser: Recogniser) -> None:
    frame = scene((hong_kong("SX", "2815"), (330, 380)), (cross_border("粤ZT422港"), (310, 460)))
    assert {plate.text for plate in recogniser.read(frame).plates} == {"SX2815", "粤ZT422港"}


@pytest.mark.parametrize("rows", [1, 2])
def test_a_container_number_is_read_from_a_door(recogniser: Recogniser, rows: int) -> None:
    readings = recogniser.read(scene((container_door("CSQU3054383", rows=rows), (200, 60))))
    assert [reading.text for reading in readings.containers] == ["CSQU3054383"]
    assert readings.containers[0].confidence > 0.5
    assert readings.plates == ()


def test_a_container_number_painted_from_the_top_down_is_read(recogniser: Recogniser) -> None:
    readings = recogniser.read(scene((container_column("CSQU3054383"), (420, 20))))
    assert [reading.text for reading in readings.containers] == ["CSQU3054383"]


def test_a_vehicle_with_plate_and_container_bears_out_its_voucher_and_no_near_twin(
    recogniser: Recogniser,
) -> None:
    frame = scene((container_door("CSQU3054383"), (200, 10)), (mainland("粤B12345"), (320, 630)))
    observation = recogniser.observe(frame)
    expected = (declared_plate("粤B12345"), Expected(SubjectKind.CONTAINER, "CSQU3054383"))
    twins = (declared_plate("粤B12346"), Expected(SubjectKind.CONTAINER, "CSQU3054388"))
    found = readings(observation)
    assert [entry.verdict for entry in verify(observation, found, expected)] == [Verdict.MATCH] * 2
    for entry in verify(observation, found, twins):
        assert entry.verdict is not Verdict.MATCH
        assert entry.read in {"粤B12345", "CSQU3054383"}


def test_a_picture_of_nothing_but_a_plate_is_read(recogniser: Recogniser) -> None:
    picture = mainland("粤B12345")
    frame = scene((picture, (0, 0)), size=picture.size)
    assert [plate.text for plate in recogniser.read(frame).plates] == ["粤B12345"]


def test_an_empty_lane_reads_as_nothing(recogniser: Recogniser) -> None:
    found = recogniser.read(scene())
    assert (found.plates, found.containers) == ((), ())


def test_what_is_painted_from_the_top_down_is_no_plate(recogniser: Recogniser) -> None:
    found = recogniser.read(scene((container_column("CSQU3054383"), (420, 20))))
    assert found.plates == ()
