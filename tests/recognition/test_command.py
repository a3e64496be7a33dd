"""`python -m recognition read` as others call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

from recognition.__main__ import main
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


def test_a_name_that_is_no_utf_8_is_escaped_and_the_line_stays_json(pictures: Path) -> None:
    name = os.fsencode(pictures) + b"/\xff.jpg"
    ended = subprocess.run(
        [sys.executable, "-m", "recognition", "read", name, "--json"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1
    [answer] = [json.loads(line) for line in ended.stdout.decode("utf-8").splitlines()]
    assert os.fsencode(answer["file"]) == name


def test_folders_and_empty_files_are_lines_of_their_own(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "empty.jpg").touch()
    assert main(["read", str(pictures), str(pictures / "empty.jpg"), "--json"]) == 1
    folder, empty = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert folder == {"file": str(pictures), "error": "Is a directory"}
    assert empty["error"].startswith("IMAGE_TYPE")


def test_an_image_on_standard_input_is_read_and_several_are_counted(pictures: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "recognition", "read", "-", str(pictures / "missing.jpg")],
        input=(pictures / "plate.jpg").read_bytes(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    first, second = ended.stdout.decode().splitlines()
    assert first.startswith("1/2 -: UP2643 (")
    assert second == f"2/2 {pictures / 'missing.jpg'}: No such file or directory"
    assert ended.returncode == 1


def test_whoever_stops_listening_gets_no_trace(pictures: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "recognition", "read", str(pictures / "missing.jpg")],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [("--expect-plate", "??", "is not a plate"), ("--expect-container", "CSQU12", "CSQU12")],
)
def test_a_declared_number_of_no_form_is_a_sentence_and_nothing_is_read(
    pictures: Path, option: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(pictures / "plate.jpg"), option, text]) == 2
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True)
