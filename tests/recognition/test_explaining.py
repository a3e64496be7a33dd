"""A picture that shows what was seen, and why."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recognition.__main__ import main
from recognition.explaining import explain
from recognition.pipeline import Recogniser
from recognition.settings import Settings
from recognition.values import Box, Frame
from tests.recognition.drawing import container_door, hong_kong, scene

EXPECTED = ("--expect-plate", "UP2643", "--expect-container", "CSQU3054388")


@pytest.fixture
def lane(tmp_path: Path) -> Path:
    frame = scene((hong_kong("UP", "2643"), (620, 600)), (container_door("CSQU3054383"), (60, 40)))
    Image.fromarray(frame[:, :, ::-1]).save(tmp_path / "lane.png")
    return tmp_path / "lane.png"


def test_a_picture_and_its_facts_tell_lines_readings_and_verdicts(
    lane: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = lane.with_name("explained.png")
    code = main(["explain", str(lane), "--out", str(target), "--json", *EXPECTED])
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    assert {entry["text"] for entry in told["read"]} == {"UP2643", "CSQU3054383"}
    plate, container = told["verdicts"]
    assert (plate["verdict"], container["verdict"] == "match") == ("match", False)
    assert any("2643" in text for line in told["lines"] for text in line["readers"])
    with Image.open(target) as picture:
        assert picture.width > 960
        assert picture.height >= 720


def test_an_empty_lane_is_explained_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(scene()[:, :, ::-1]).save(tmp_path / "empty.png")
    assert main(["explain", str(tmp_path / "empty.png"), "--out", str(tmp_path / "told.png"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"] == []


@pytest.mark.parametrize(("name", "content"), [("broken.jpg", b"\xff\xd8\xff\xe0no"), ("absent.jpg", None)])
def test_what_cannot_be_explained_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["explain", str(tmp_path / name), "--out", str(tmp_path / "told.png")]) == 1
    assert name in capsys.readouterr().err
    assert not (tmp_path / "told.png").exists()


def test_the_image_itself_is_never_written_over(lane: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = lane.read_bytes()
    assert main(["explain", str(lane), "--out", str(lane)]) == 2
    assert "is the image itself" in capsys.readouterr().err
    assert lane.read_bytes() == before


def test_a_missing_face_model_is_named_and_nothing_is_written(
    lane: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = lane.with_name("models")
    models.mkdir()
    for model in Settings().model_folder.glob("*PP-OCR*.onnx"):
        (models / model.name).symlink_to(model.resolve())
    monkeypatch.setenv("CLEARLANE_MODELS", str(models))
    target = lane.with_name("told.png")
    assert main(["explain", str(lane), "--out", str(target)]) == 2
    assert "centerface.onnx is missing: run scripts/setup" in capsys.readouterr().err
    assert not target.exists()


class _Faces:
    """Takes the whole frame for one face, or sees none."""

    def __init__(self, *, everywhere: bool) -> None:
        self._everywhere = everywhere

    def faces(self, frame: Frame) -> list[Box]:
        height, width = frame.shape[:2]
        return [Box(0, 0, width, height)] * self._everywhere


def test_a_face_is_blurred_in_the_cut_outs_of_the_lines_too(recogniser: Recogniser, lane: Path) -> None:
    contrasts = []
    for everywhere in (False, True):
        picture, told = explain(recogniser, _Faces(everywhere=everywhere), lane, ())
        assert told["lines"]
        cut_outs = np.asarray(picture.convert("L"))[40:, 960 + 12 : 960 + 12 + 190]
        contrasts.append(np.abs(np.diff(cut_outs[:60].astype(np.int16), axis=1)).clip(0, 80)[:, 1:150].max())
    assert contrasts[0] > 2 * contrasts[1]
