"""`python -m recognition evaluate`: its counts, its table, its thresholds, and what it says of broken images."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

from core.identifiers.containers import check_digit
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind
from recognition.evaluation.claims import Claim, Label, Seen, claims, twins
from recognition.evaluation.clips import clips
from recognition.evaluation.counting import Count, distance, percentile
from recognition.evaluation.curve import MARGINS, SCORES, Curve
from recognition.evaluation.measuring import Measured
from recognition.evaluation.picture import picture
from recognition.evaluation.truth import Truth, TruthUnusable, read_truth
from recognition.evidence import Expected, Fit
from recognition.pipeline import Observation, readings
from recognition.reading import declared_container, declared_plate
from recognition.values import Box, ContainerReading, Readings
from tests.recognition.drawing import container_door, hong_kong, scene
from tests.recognition.lines import line

PLACE = Box(0, 0, 100, 20)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    for name in ("lane", "gate"):
        (folder / name).mkdir()
    cv2.imwrite(str(folder / "lane/plate.jpg"), scene((hong_kong("UP", "2643"), (300, 400))))
    cv2.imwrite(str(folder / "gate/door.png"), scene((container_door("CSQU3054383"), (200, 60))))
    (folder / "gate/broken.jpg").write_bytes((folder / "lane/plate.jpg").read_bytes()[:3000])
    lines = (
        "file,kind,gt,note",
        "lane/plate.jpg,plate,UP2643,front",
        "gate/door.png,container,CSQU3054383,",
        "gate/broken.jpg,container,HLXU1024122,",
        "gate/missing.jpg,both,HLXU1024122|粤B12345,",
    )
    (folder / "truth.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "truth.csv"


def evaluate(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "recognition", "evaluate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_each_set_gets_a_row_a_broken_image_a_line_and_the_exit_code_is_one(truth: Path) -> None:
    curve = truth.parent / "curve.svg"
    ended = evaluate(truth, "--json", "--curve", curve)
    said: list[dict[str, Any]] = [json.loads(row) for row in ended.stdout.splitlines()]

    errors = [entry for entry in said if "error" in entry]
    tables = {entry["set"]: entry for entry in said if "set" in entry}
    assert ended.returncode == 1
    assert [entry["file"] for entry in errors] == ["gate/broken.jpg", "gate/missing.jpg"]
    assert errors[0]["error"].startswith("IMAGE_BROKEN")
    assert set(tables) == {"lane", "gate", "all"}
    assert tables["lane"]["plates_exact"] == [1, 1]
    assert tables["gate"]["containers_exact"] == [1, 1]
    assert tables["all"]["declared_accepted"] == [2, 2]
    assert tables["all"]["declared_contradicted"] == [0, 2]
    assert tables["all"]["other_home_accepted"] == [0, 0]
    assert tables["all"]["strangers_accepted"][0] == tables["all"]["near_twins_accepted"][0] == 0
    assert tables["gate"]["strangers_accepted"][1] == 1
    assert tables["gate"]["near_twins_accepted"][1] > 60
    assert {entry["thresholds"] for entry in said if "thresholds" in entry} >= {"containers", "plates"}
    assert "4 of 4 images" in ended.stderr
    assert curve.read_text(encoding="utf-8").startswith("<svg")


def test_one_set_alone_is_measured_and_an_unknown_one_is_named(truth: Path) -> None:
    ended = evaluate(truth, "--set", "lane")
    assert ended.returncode == 0
    head, row, *_ = ended.stdout.splitlines()
    assert head.startswith("set | images | plates exact")
    assert row.startswith("lane | 1 | 1/1 (20.7-100.0 %) | - | 0/6")
    with pytest.raises(TruthUnusable, match="no set harbour; there are gate, lane"):
        read_truth(truth, ["harbour"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,kind\na.jpg,plate", "the column gt is missing"),
        ("file,kind,gt\na.jpg,lorry,UP2643", "kind 'lorry' is none of plate, platecrop, container, both"),
    ],
)
def test_a_truth_that_cannot_be_used_says_what_is_wanted(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TruthUnusable, match=says):
        read_truth(path)
    with pytest.raises(TruthUnusable, match="No such file"):
        read_truth(tmp_path / "none.csv")


def test_the_country_column_tells_whose_plates_stand_in_an_image(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    lines = (
        "file,kind,gt,country",
        "a/1.jpg,plate,粤ZSB12澳|MW4109,CN+MO",
        "a/2.jpg,plate,MW4109,",
        "a/3.jpg,plate,X?,HK",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    told, by_form, unknown = read_truth(path)
    assert [subject.jurisdiction for subject in told.voucher] == [Jurisdiction.CN, Jurisdiction.MO]
    assert [subject.jurisdiction for subject in by_form.voucher] == [Jurisdiction.HK]
    assert unknown.voucher == ()


def test_intervals_are_wilsons_and_honest_at_none_and_at_all() -> None:
    assert Count(0, 2415).interval == pytest.approx((0.0, 0.00159), abs=1e-5)
    assert Count(35, 35).interval == pytest.approx((0.9011, 1.0), abs=1e-4)
    assert Count(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert str(Count(9, 10)) == "9/10 (59.6-98.2 %)"
    assert str(Count(0, 0)) == "-"


def test_edit_distances_and_percentiles() -> None:
    pairs = [("UP2643", "UP2643"), ("UP2643", "UP264"), ("UP2643", "OP2643"), ("", "AB"), ("ABCD", "BCDE")]
    assert [distance(*pair) for pair in pairs] == [0, 1, 1, 2, 2]
    assert [percentile([5.0, 1.0, 9.0], share) for share in (0.0, 0.5, 0.95)] == [1.0, 5.0, 9.0]


def test_the_twins_of_a_number_keep_its_grammar_and_differ_in_one_character() -> None:
    for subject in (declared_plate("UP2643"), declared_plate("粤ZDF15港"), declared_plate("ROWZI37")):
        found = [twin.text for twin in twins(subject)]
        assert len(set(found)) == len(found) > 20
        assert {distance(subject.text, text) for text in found} == {1}
    assert Expected(SubjectKind.PLATE, "UP2648", Jurisdiction.HK) in twins(declared_plate("UP2643"))
    assert "ROWZ137" not in [twin.text for twin in twins(declared_plate("ROWZI37"))]


def test_a_containers_twins_come_as_painted_by_mistake_and_with_the_check_digit_that_follows() -> None:
    subject = declared_container("CSQU3054383")
    found = [twin.text for twin in twins(subject)]
    valid = [text for text in found if int(text[10]) == check_digit(text[:10])]
    assert len(set(found)) == len(found) > 120
    assert len(valid) >= 60
    for text in found:
        assert sum(one != other for one, other in zip(subject.text[:10], text[:10], strict=True)) <= 1
    assert {"CSQU3054388", "CSQU3054483", "CSQU3054486"} <= set(found)


def test_all_other_numbers_and_all_twins_are_declared_of_an_image_and_refused() -> None:
    own, home = declared_plate("粤ZDF15港"), declared_plate("UP2643")
    others = [
        own,
        declared_plate("粤B12345"),
        home,
        declared_plate("XA2554"),
        declared_container("CSQU3054383"),
    ]
    observation = Observation((line("粤Z·DF15港"), line("UP·2643", box=Box(0, 100, 100, 20))), ())
    seen = Seen(observation, readings(observation))
    found = list(claims("a/b.jpg", seen, [own, home], others))
    accepted = {(claim.label, claim.text) for claim in found if claim.accepted}
    strangers = {claim.text for claim in found if claim.label is Label.STRANGER}
    assert accepted == {(Label.OWN, "粤ZDF15港"), (Label.OWN, "UP2643")}
    assert strangers == {"粤B12345", "XA2554"}
    assert sum(claim.label is Label.TWIN for claim in found) == len(twins(own)) + len(twins(home))
    assert all(claim.beside for claim in found if claim.label is Label.OWN)
    assert [claim.text for claim in found if claim.label is Label.OTHER_HOME] == ["粤ZDF15澳"]


def claim(label: Label, score: float, margin: float, image: str = "a") -> Claim:
    return Claim(
        image, SubjectKind.PLATE, None, "X", label, (Fit(score, margin, PLACE),), beside=False, accepted=False
    )


def test_the_point_taken_accepts_most_with_no_wrong_number_near_it() -> None:
    own = [claim(Label.OWN, -1.0 * number, 4.0, f"own-{number}") for number in range(1, 8)]
    wrong = [claim(Label.TWIN, -2.0, 1.3, "twin"), claim(Label.STRANGER, -6.4, 3.0, "stranger")]
    point = Curve.of([*own, *wrong]).best()
    assert point.own == Count(7, 7)
    assert point.twins == point.strangers == Count(0, 1)
    assert point.margin == 4.0
    crossed = Curve.of([*own, *wrong]).crossed()
    assert (crossed.own.total, crossed.twins.total, crossed.strangers.total) == (7, 1, 1)


def test_a_wrong_number_that_fits_as_well_as_a_true_one_costs_the_true_one() -> None:
    point = Curve.of(
        [claim(Label.OWN, -1.0, 3.0), claim(Label.OWN, -0.2, 7.0), claim(Label.TWIN, -0.8, 3.2)]
    ).best()
    assert (point.own, point.twins) == (Count(1, 2), Count(0, 1))


def test_the_picture_has_a_panel_for_each_kind() -> None:
    curve = Curve.of([claim(Label.OWN, -1.0, 3.0), claim(Label.TWIN, -3.0, 0.2)])
    drawn = picture([("plates", curve), ("containers & chassis", curve)])
    assert drawn.count("<polyline") == 10
    assert "containers &amp; chassis" in drawn
    assert len(curve.points(-4.0)) == len(MARGINS)
    assert -4.0 in SCORES


def frame(number: int, text: str | None, confidence: float = 0.9) -> Measured:
    truth = Truth(Path(f"g/{number}.jpg"), f"g/{number}.jpg", ("CSQU3054383",), (), "visit")
    read = () if text is None else (ContainerReading(text, confidence, True, PLACE),)
    return Measured(truth, Readings((), read))


def test_frames_of_one_visit_are_voted_after_each_and_fewer_than_three_are_no_clip() -> None:
    texts = [None, "CSQU3054333", "CSQU3054383", "CSQU3054383", "CSQU3054383"]
    [clip] = clips([frame(number, text) for number, text in enumerate(texts)])
    assert (clip.name, clip.right[:2], clip.right[-1]) == ("g/visit", (False, False), True)
    assert clip.as_text().startswith("clip g/visit | 5 frames | ✗✗")
    assert list(clips([frame(1, None), frame(2, None)])) == []
