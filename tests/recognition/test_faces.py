"""Faces: found by the real model in a drawn person, and gone from whatever is given away."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from recognition import models
from recognition.exporting import blur_files, for_export
from recognition.faces import FaceDetector, blurred
from recognition.intake import decode_image
from recognition.pipeline import Recogniser
from recognition.settings import Settings
from recognition.values import Box, Frame
from tests.hostile_images import encoded, hostile, turned
from tests.recognition.drawing import hong_kong, scene
from tests.recognition.people import somebody, street


class Pointing:
    """A detector that sees faces where it is told."""

    def __init__(self, *faces: Box) -> None:
        self._faces = list(faces)

    def faces(self, frame: Frame) -> list[Box]:  # noqa: ARG002 - the protocol's
        return self._faces


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return models.load_faces(Settings().model_folder)


def noise(height: int, width: int) -> Frame:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [15, 20, 30, 40])
@pytest.mark.parametrize("shape", [(480, 640), (640, 480), (720, 1280)])
def test_a_person_is_found_once_and_where_he_stands(
    detector: FaceDetector, size: int, shape: tuple[int, int]
) -> None:
    frame = street(*shape)
    somebody(frame, (300, 240), size)
    [face] = detector.faces(frame)
    assert face.overlap(Box(300 - round(size * 0.76), 240 - size, round(size * 1.52), 2 * size)) > 0.7
    assert 0.7 * size < face.width < 2.2 * size


def test_several_people_are_all_found_and_an_empty_street_has_none(detector: FaceDetector) -> None:
    frame = street()
    assert detector.faces(frame) == []
    for place in range(4):
        somebody(frame, (100 + 140 * place, 200), 25)
    assert len(detector.faces(frame)) == 4


def test_after_blurring_no_face_is_found_and_nothing_else_has_changed(detector: FaceDetector) -> None:
    frame = street()
    somebody(frame, (300, 240), 30)
    before = frame.copy()
    shown = blurred(frame, detector)
    assert detector.faces(shown) == []
    assert np.array_equal(frame, before)
    changed = np.argwhere((shown != frame).any(axis=2))
    assert changed.min(axis=0).tolist() > [180, 240]
    assert changed.max(axis=0).tolist() < [300, 360]


def test_a_plate_beside_a_person_reads_the_same_after_blurring(
    detector: FaceDetector, recogniser: Recogniser
) -> None:
    frame = scene((hong_kong("UP", "2643"), (300, 400)))
    somebody(frame, (700, 150), 30)
    shown = blurred(frame, detector)
    assert not np.array_equal(shown, frame)
    assert [plate.text for plate in recogniser.read(shown).plates] == ["UP2643"]


@pytest.mark.parametrize(
    "face", [Box(40, 40, 30, 36), Box(0, 0, 30, 36), Box(90, 90, 60, 60), Box(5, 5, 3, 3)]
)
def test_of_a_face_nothing_is_left_but_colours_that_run_into_each_other(face: Box) -> None:
    shown = blurred(noise(128, 128), Pointing(face))
    place = shown[face.y : face.y + face.height, face.x : face.x + face.width].astype(int)
    assert np.abs(np.diff(place, axis=0)).max(initial=0) < 60
    assert np.abs(np.diff(place, axis=1)).max(initial=0) < 60


def test_a_face_beyond_the_edge_blurs_nothing() -> None:
    frame = noise(64, 64)
    assert np.array_equal(blurred(frame, Pointing(Box(200, 10, 20, 20))), frame)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_exported_is_upright_in_its_format_and_says_nothing_but_its_pixels(
    detector: FaceDetector, kind: str
) -> None:
    person = Image.fromarray(street()[:, :, ::-1].copy())
    data = for_export(turned(person, kind, 6), detector)
    with Image.open(BytesIO(data)) as shown:
        assert (shown.format, shown.size) == (kind, (480, 640))
        assert dict(shown.getexif()) == {}
        assert "icc_profile" not in shown.info


def test_the_command_writes_blurred_pictures_and_names_what_it_cannot_do(
    detector: FaceDetector, tmp_path: Path
) -> None:
    frame = street()
    somebody(frame, (300, 240), 30)
    cv2.imwrite(str(tmp_path / "cab.png"), frame)
    (tmp_path / "notes.jpg").write_text("no picture")
    given = tmp_path / "given"
    command = [sys.executable, "-m", "recognition", "blur", "--out", str(given), "--json"]
    files = [str(tmp_path / name) for name in ("cab.png", "notes.jpg", "never-there.jpg")]

    ended = subprocess.run([*command, *files], capture_output=True, text=True, check=False, timeout=120)

    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (ended.returncode, ended.stderr) == (1, "")
    assert answers[0] == {"file": files[0], "written": str(given / "cab.png")}
    assert answers[1]["error"].startswith("IMAGE_TYPE")
    assert answers[2]["error"] == "No such file or directory"
    assert [path.name for path in given.iterdir()] == ["cab.png"]
    assert detector.faces(decode_image((given / "cab.png").read_bytes())) == []


def test_no_original_is_ever_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original = encoded(Image.fromarray(street()), "PNG")
    (tmp_path / "cab.png").write_bytes(original)
    assert blur_files(Pointing(), [tmp_path / "cab.png"], tmp_path, as_json=False) == 1
    assert capsys.readouterr().out == f"{tmp_path / 'cab.png'}: File exists\n"
    assert (tmp_path / "cab.png").read_bytes() == original


def test_hostile_files_are_named_one_by_one_and_none_of_them_ends_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, file in enumerate(hostile(100, seed=9)):
        files.append(tmp_path / f"{number}.bin")
        files[-1].write_bytes(file.data)
    assert blur_files(Pointing(Box(10, 10, 40, 30)), files, tmp_path / "out", as_json=True) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["file"] for answer in answers] == [str(file) for file in files]
    assert sum("written" in answer for answer in answers) == len(list((tmp_path / "out").iterdir())) > 20


def test_a_missing_face_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(models.ModelsMissing, match=r"centerface.onnx is missing: run scripts/setup"):
        models.load_faces(tmp_path)
