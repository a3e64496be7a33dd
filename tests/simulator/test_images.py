"""Drawn vehicles: the same seed the same picture, every picture decodes, the real recogniser reads it."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from core.identifiers.containers import parse_container
from core.identifiers.plates import Jurisdiction, Plate, parse_plate
from core.passages import SubjectKind, Verdict
from recognition.intake import decode_image
from recognition.pipeline import Observation, Recogniser, readings
from recognition.verification import Expected, verify
from simulator.__main__ import main
from simulator.images import photograph
from simulator.images.plates import Side, draw_plate
from simulator.players.vehicles import draw_container, draw_vehicle
from simulator.vehicles import Vehicle, plate_as_written

PAIR = (parse_plate("粤ZDF15港", Jurisdiction.CN), parse_plate("UP2643", Jurisdiction.HK))
VIEWS = ("FRONT", "REAR")


def look(recogniser: Recogniser, seen: Vehicle) -> list[Observation]:
    """Return what both cameras' pictures of a vehicle show."""
    return [recogniser.observe(decode_image(photograph(seen, view))) for view in VIEWS]


def verdicts(pictures: list[Observation], declared: Vehicle) -> dict[str, set[Verdict]]:
    """Return what pictures of one vehicle say of what was declared."""
    expected = [Expected(SubjectKind.PLATE, plate.text, plate.jurisdiction) for plate in declared.plates]
    expected += [Expected(SubjectKind.CONTAINER, number) for number in declared.containers]
    found: dict[str, set[Verdict]] = {subject.text: set() for subject in expected}
    for picture in pictures:
        for entry in verify(picture, readings(picture), expected):
            found[entry.expected].add(entry.verdict)
    return found


def test_the_same_vehicle_view_and_shot_give_the_same_bytes() -> None:
    vehicle = Vehicle(PAIR, ("CSQU3054383",), appearance=5)
    assert photograph(vehicle, "FRONT", 3) == photograph(replace(vehicle), "FRONT", 3)
    assert photograph(vehicle, "FRONT", 3) != photograph(vehicle, "FRONT", 4)
    assert photograph(vehicle, "FRONT", 3) != photograph(vehicle, "REAR", 3)


def test_the_same_seed_draws_the_same_vehicles() -> None:
    first, second = Random(11), Random(11)
    assert [draw_vehicle(first) for _ in range(50)] == [draw_vehicle(second) for _ in range(50)]


def test_every_drawn_picture_decodes_and_two_shots_differ_only_in_noise() -> None:
    for number in range(8):
        vehicle = draw_vehicle(Random(number))
        for view in VIEWS:
            one, other = (decode_image(photograph(vehicle, view, shot)) for shot in (1, 2))
            assert one.shape == (960, 1280, 3)
            assert 0 < np.abs(one.astype(int) - other.astype(int)).mean() < 12
    assert decode_image(photograph(None, "FRONT")).shape == (960, 1280, 3)


def test_drawn_container_numbers_keep_iso_6346() -> None:
    random = Random(3)
    numbers = [draw_container(random) for _ in range(200)]
    assert [parse_container(number).text for number in numbers] == numbers


def test_drawn_plates_belong_together() -> None:
    vehicles = [draw_vehicle(Random(number)) for number in range(200)]
    homes = [{plate.cross_border_home for plate in vehicle.plates} - {None} for vehicle in vehicles]
    beside = [{plate.jurisdiction for plate in vehicle.plates} for vehicle in vehicles]
    assert all(needed <= there for needed, there in zip(homes, beside, strict=True))
    assert {Jurisdiction.HK, Jurisdiction.MO} <= set().union(*beside)


@pytest.mark.parametrize(
    ("text", "side", "two_rows", "ground"),
    [
        ("粤B12345", Side.FRONT, False, (24, 62, 158)),
        ("粤B12346", Side.FRONT, False, (242, 188, 34)),
        ("粤ZDF15港", Side.REAR, False, (22, 22, 24)),
        ("粤B1234挂", Side.REAR, True, (242, 188, 34)),
        ("UP2643", Side.FRONT, True, (240, 242, 240)),
        ("UP2643", Side.REAR, False, (248, 212, 48)),
        ("MA-12-34", Side.FRONT, False, (22, 22, 24)),
    ],
    ids=["blue", "heavy", "cross-border", "trailer", "Hong Kong front", "Hong Kong rear", "Macao"],
)
def test_each_jurisdictions_plate_has_its_colour(
    text: str, side: Side, two_rows: bool, ground: tuple[int, int, int]
) -> None:
    image = draw_plate(plate_as_written(text), side, two_rows=two_rows)
    assert image.getpixel((image.width // 2, 8)) == ground


def test_a_declared_vehicle_matches_and_another_one_does_not(recogniser: Recogniser) -> None:
    real = Vehicle(PAIR, ("CSQU3054383",), appearance=1)
    pictures = look(recogniser, real)
    assert all(Verdict.MATCH in said for said in verdicts(pictures, real).values())
    other = (parse_plate("粤ZKV62港", Jurisdiction.CN), parse_plate("SX2815", Jurisdiction.HK))
    declared = Vehicle(other, ("TCLU4265447",), appearance=1)
    said = verdicts(pictures, declared)
    assert all(Verdict.MATCH not in verdict for verdict in said.values())
    assert Verdict.MISMATCH in said["粤ZKV62港"] & said["TCLU4265447"]


@pytest.mark.parametrize("plates", [("粤B12345D",), ("湘A1Y684", "粤B1234挂"), ("粤ZU523澳", "MX-20-45")])
def test_a_near_twin_of_what_stands_there_does_not_match(
    recogniser: Recogniser, plates: tuple[str, ...]
) -> None:
    real = Vehicle(tuple(plate_as_written(text) for text in plates), appearance=4)
    twin = Vehicle(tuple(_twin(plate) for plate in real.plates), appearance=4)
    pictures = look(recogniser, real)
    assert all(Verdict.MATCH in said for said in verdicts(pictures, real).values())
    assert all(Verdict.MATCH not in said for said in verdicts(pictures, twin).values())


def _twin(plate: Plate) -> Plate:
    """Return the plate with its first digit changed."""
    place = next(index for index, sign in enumerate(plate.text) if sign.isdigit())
    digit = str((int(plate.text[place]) + 4) % 9 + 1)
    return Plate(plate.jurisdiction, plate.text[:place] + digit + plate.text[place + 1 :])


def test_the_command_draws_one_picture_and_refuses_what_is_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lane.jpg"
    assert main(["draw", "--plate", "粤B12345", "--container", "CSQU3054383", "-o", str(file)]) == 0
    assert decode_image(file.read_bytes()).shape == (960, 1280, 3)
    assert main(["draw", "--container", "CSQU", "-o", str(tmp_path / "none.jpg")]) == 2
    assert "four letters and seven digits" in capsys.readouterr().err
    assert list(islice(tmp_path.iterdir(), 2)) == [file]
