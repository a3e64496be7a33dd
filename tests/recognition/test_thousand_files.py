"""A thousand hostile files through the command's own reading: a line each, nothing falls over, no memory is kept."""

import json
from collections import Counter
from pathlib import Path

import pytest

from core.images import MOST_BYTES
from recognition.pipeline import Recogniser
from recognition.reading import read_files
from tests.hostile_images import IMAGE_PROBLEMS, hostile, resident_bytes, sound


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("hostile")
    found = []
    for number, file in enumerate(hostile(998, seed=5)):
        path = folder / f"{number:03}-{file.family.replace(' ', '-')}.jpg"
        path.write_bytes(file.data)
        found.append(path)
    too_long = folder / "too-long.jpg"
    too_long.write_bytes(sound()[0] + bytes(MOST_BYTES))
    return [*found, too_long, folder / "never-there.jpg"]


def test_each_of_a_thousand_hostile_files_gets_its_line_and_the_memory_does_not_grow(
    recogniser: Recogniser, files: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    held, codes, lines = [], set(), []
    for start in range(0, 1000, 250):
        codes.add(read_files(recogniser, files[start : start + 250], (), as_json=True))
        lines += capsys.readouterr().out.splitlines()
        held.append(resident_bytes())

    answers = [json.loads(line) for line in lines]
    assert [answer["file"] for answer in answers] == [str(path) for path in files]
    assert codes == {1}
    refused = Counter(answer["error"].split(":")[0] for answer in answers if "error" in answer)
    assert set(refused) <= IMAGE_PROBLEMS | {"No such file or directory"}
    assert refused["IMAGE_TOO_LARGE"] >= 1
    assert refused["IMAGE_BROKEN"] > 300
    assert sum(set(answer) == {"file", "plates", "containers", "cpu_ms"} for answer in answers) > 300
    assert held[3] - held[1] < 48_000_000
