"""Hard images by a seed: the same seed the same bytes, every condition with every subject, the truth in the picture."""

import csv
import hashlib
import subprocess
import sys
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from core.identifiers.containers import parse_container
from core.identifiers.plates import Jurisdiction, PlateKind
from recognition.intake import decode_image
from simulator.__main__ import main
from simulator.images.hard import Case, Condition, Level, Subject, cases, draw
from simulator.images.hard.cases import CONTAINERS, ROUND
from simulator.images.hard.container_scenes import draw_number
from simulator.images.hard.numbers import plates_of
from simulator.images.hard.strokes import stroke_sign

FEW = [
    Case(Condition.NIGHT, Level.HARD, Subject.PAIR, "t.1"),
    Case(Condition.DIRT, Level.EASY, Subject.VERTICAL, "t.2"),
    Case(Condition.COMPRESSION, Level.HARD, Subject.ROOF, "t.3"),
]
_IN_ANOTHER_PROCESS = """
import hashlib
from simulator.images.hard import Case, Condition, Level, Subject, draw
for condition, level, subject, seed in {few}:
    case = Case(Condition(condition), Level(level), Subject(subject), seed)
    print(hashlib.sha256(draw(case).jpeg).hexdigest())
"""


def test_the_same_case_gives_the_same_bytes_in_any_process() -> None:
    here = [hashlib.sha256(draw(case).jpeg).hexdigest() for case in FEW]
    few = [(case.condition.value, case.level.value, case.subject.value, case.seed) for case in FEW]
    there = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS.format(few=few)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == here
    assert len(set(here)) == len(FEW)


def test_another_seed_another_picture_and_another_number() -> None:
    one, other = (draw(Case(Condition.PLAIN, Level.EASY, Subject.MACAO, seed)) for seed in ("t.4", "t.5"))
    assert one.jpeg != other.jpeg
    assert one.numbers != other.numbers


def test_a_round_of_cases_holds_each_condition_with_each_subject_once() -> None:
    found = list(cases(7, ROUND))
    assert {(case.condition, case.subject) for case in found} == {
        (condition, subject) for condition in Condition for subject in Subject
    }
    assert [case.level for case in found].count(Level.HARD) == 90
    turned = islice(cases(7, 2 * ROUND), ROUND, None)
    assert all(one.level is not other.level for one, other in zip(found, turned, strict=True))


def test_a_level_given_is_that_of_every_case() -> None:
    assert {case.level for case in cases(1, 50, Level.HARD)} == {Level.HARD}


def test_every_number_keeps_its_grammar_and_pairs_belong_together() -> None:
    random = Random(5)
    for _ in range(200):
        number = draw_number(random)
        assert parse_container(number).text == number
        mainland, home = plates_of(Subject.PAIR, random)
        assert mainland.cross_border_home is home.jurisdiction is Jurisdiction.HK
        mainland, home = plates_of(Subject.PAIR_MACAO, random)
        assert mainland.cross_border_home is home.jurisdiction is Jurisdiction.MO
        assert plates_of(Subject.NEW_ENERGY, random)[0].kind is PlateKind.NEW_ENERGY
        assert plates_of(Subject.SPECIAL, random)[0].kind is PlateKind.SPECIAL
        assert plates_of(Subject.TRAILER, random)[0].kind is PlateKind.TRAILER
        assert plates_of(Subject.PERSONALISED, random)[0].kind is PlateKind.HONG_KONG_PERSONALISED


@pytest.mark.parametrize("subject", [*Subject])
def test_the_numbers_stand_inside_the_picture(subject: Subject) -> None:
    drawing = draw(Case(Condition.TILT, Level.HARD, subject, "t.6"))
    height, width = decode_image(drawing.jpeg).shape[:2]
    left, top, wide, tall = drawing.box
    assert left >= 0
    assert top >= 0
    assert left + wide <= width
    assert top + tall <= height
    kinds = {False: "plate", True: "both" if subject is Subject.BOTH else "container"}
    assert drawing.kind == kinds[subject in CONTAINERS]


def test_no_two_stamped_signs_look_alike() -> None:
    signs = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    drawn = {sign: stroke_sign(sign, 45, 90, 0.12).astype(int) for sign in signs}
    for one in signs:
        for other in signs[signs.index(one) + 1 :]:
            assert np.abs(drawn[one] - drawn[other]).mean() > 4, (one, other)


def test_the_command_writes_images_with_their_truth(tmp_path: Path) -> None:
    assert main(["images", "--seed", "3", "--count", "4", "--level", "easy", "--out", str(tmp_path)]) == 0
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as rows:
        found = list(csv.DictReader(rows))
    drawn = [draw(case) for case in cases(3, 4, Level.EASY)]
    assert [row["gt"] for row in found] == ["|".join(drawing.numbers) for drawing in drawn]
    assert [row["note"] for row in found] == [drawing.case.note for drawing in drawn]
    assert [(tmp_path / row["file"]).read_bytes() for row in found] == [drawing.jpeg for drawing in drawn]


def test_the_command_makes_one_sheet_of_small_pictures(tmp_path: Path) -> None:
    assert main(["images", "--count", "10", "--sheet", str(tmp_path / "sheet.png")]) == 0
    assert decode_image((tmp_path / "sheet.png").read_bytes()).shape == (2 * 126, 9 * 168, 3)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["images", "--count", "1", "--out", str(tmp_path / "file" / "below")]) == 2
    assert "file" in capsys.readouterr().err
