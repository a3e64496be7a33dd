"""`python -m recognition read` as others call it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.recognition.drawing import container_door, hong_kong, scene


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    cv2.imwrite(str(folder / "plate.jpg"), scene((hong_kong("UP", "2643"), (300, 400))))
    cv2.imwrite(str(folder / "door.png"), scene((container_door("CSQU3054383"), (200, 60))))
    (folder / "broken.jpg").write_bytes((folder / "plate.jpg").read_bytes()[:3000])
    (folder / "notes.txt").write_text("no picture")
    return folder


def read(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "recognition", "read", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]


def test_each_image_gives_one_json_line_with_what_was_read(pictures: Path) -> None:
    code, [plate, door] = read(pictures / "plate.jpg", pictures / "door.png", "--json")
    assert code == 0
    assert plate["file"] == str(pictures / "plate.jpg")
    assert set(plate) == {"file", "plates", "containers", "cpu_ms"}
    [found] = plate["plates"]
    assert set(found) == {"text", "jurisdiction", "confidence", "inferred", "box"}
    assert (found["text"], found["jurisdiction"]) == ("UP2643", "HK")
    assert [type(number) for number in found["box"]] == [int] * 4
    [container] = door["containers"]
    assert set(container) == {"text", "confidence", "check_digit", "box", "size_type"}
    assert (container["text"], container["check_digit"]) == ("CSQU3054383", True)
    assert container["size_type"] == "22G1"
    assert isinstance(door["cpu_ms"], int)


def test_declared_numbers_get_a_verdict_each(pictures: Path) -> None:
    code, [plate] = read(
        pictures / "plate.jpg", "--expect-plate", "UP 2643", "--expect-container", "CSQU3054383", "--json"
    )
    assert code == 0
    verdicts = [(entry["expected"], entry["verdict"]) for entry in plate["verdicts"]]
    assert verdicts == [("UP2643", "match"), ("CSQU3054383", "unsure")]
    assert [set(entry) for entry in plate["verdicts"]] == [{"expected", "verdict", "score"}] * 2


def test_a_bad_file_is_named_the_others_are_read_and_the_exit_code_is_one(pictures: Path) -> None:
    names = ["broken.jpg", "plate.jpg", "missing.jpg", "notes.txt"]
    code, answers = read(*(pictures / name for name in names), "--json")
    assert code == 1
    assert [set(answer) == {"file", "error"} for answer in answers] == [True, False, True, True]
    assert answers[0]["error"].startswith("IMAGE_BROKEN")
    assert answers[3]["error"].startswith("IMAGE_TYPE")


def test_missing_models_are_named_with_what_to_do(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARLANE_MODELS", str(pictures))
    command = [sys.executable, "-m", "recognition", "read", str(pictures / "plate.jpg")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert "PP-OCRv6_det_small.onnx is missing: run scripts/setup" in ended.stderr
    assert "Traceback" not in ended.stderr
