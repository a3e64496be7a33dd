"""What production tells the hub otherwise than a demo: secrets in files, keys made before its first start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.__main__ import main
from backend.settings import Settings
from backend.vouchers.keys import keys_of

SECRET = "mongodb://hub:secret@db.example/?replicaSet=rs0"


@pytest.fixture
def secrets_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a container has it, and no address in the environment."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "clearlane_mongodb_uri").write_text(f"{SECRET}\n")
    monkeypatch.delenv("CLEARLANE_MONGODB_URI", raising=False)
    monkeypatch.setenv("CLEARLANE_SECRETS", str(folder))
    return folder


def test_the_address_of_the_database_is_read_from_its_file(secrets_folder: Path) -> None:
    assert Settings().mongodb_uri == SECRET


def test_the_environment_comes_before_the_file(secrets_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARLANE_MONGODB_URI", "mongodb://other.example")
    assert Settings().mongodb_uri == "mongodb://other.example"


def test_without_either_the_missing_setting_is_named(
    secrets_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (secrets_folder / "clearlane_mongodb_uri").unlink()
    assert main(["keys"]) == 2
    assert capsys.readouterr().err == "setting CLEARLANE_MONGODB_URI: Field required\n"


def test_keys_are_made_once_and_outside_the_demo_by_this_command_only(
    secrets_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("CLEARLANE_KEYS", str(keys))
    with pytest.raises(FileNotFoundError, match="python -m backend keys"):
        keys_of(Settings())
    assert not keys.exists()
    assert main(["keys"]) == 0
    made = {
        path.relative_to(keys).as_posix(): path.read_bytes() for path in keys.rglob("*") if path.is_file()
    }
    assert set(made) == {"active.pem", "pseudonyms.key", "log/active.pem"}
    assert main(["keys"]) == 0
    assert {name: (keys / name).read_bytes() for name in made} == made
    told = capsys.readouterr().out.splitlines()
    assert told == [f"{keys}: vouchers are signed by {keys_of(Settings()).signing.kid.hex()}"] * 2


def test_the_demo_still_refuses_any_address_but_loopback(secrets_folder: Path) -> None:
    with pytest.raises(ValidationError, match="loopback only"):
        Settings(demo=True, host="0.0.0.0")
