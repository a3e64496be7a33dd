"""The secrets are made once, for their owner alone, and a folder that will not do is named."""

import os
from pathlib import Path

import pytest

from scripts.compose import secrets
from scripts.house import doctor
from scripts.house.places import HouseError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the doctor looks for them."""
    monkeypatch.setenv("SECRETS_FOLDER", str(tmp_path / "secrets"))
    return tmp_path / "secrets"


def test_all_secrets_are_made_and_a_second_time_nothing_changes(folder: Path) -> None:
    assert secrets.write(folder) == list(secrets.NAMES)
    first = {name: (folder / name).read_bytes() for name in secrets.NAMES}
    assert secrets.write(folder) == []
    assert {name: (folder / name).read_bytes() for name in secrets.NAMES} == first
    assert len(set(first.values())) == len(secrets.NAMES)
    assert 6 <= len(first["mongo_keyfile"].strip()) <= 1024


def test_nobody_else_comes_into_the_folder_and_a_container_may_read_each_file(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    secrets.write(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {(folder / name).stat().st_mode & 0o777 for name in secrets.NAMES} == {0o444}


def test_the_address_holds_the_password_of_the_hubs_user_also_where_that_was_there_before(
    folder: Path,
) -> None:
    folder.mkdir()
    (folder / "mongo_hub_password").write_text("given\n")
    assert "mongo_hub_password" not in secrets.write(folder)
    address = (folder / "clearlane_mongodb_uri").read_text().strip()
    assert address == (
        "mongodb://clearlane:given@mongo-1:27017,mongo-2:27017,mongo-3:27017/?replicaSet=rs0&authSource=admin"
    )


def test_the_doctor_says_what_is_wrong_with_them_and_what_to_do(folder: Path) -> None:
    production = doctor.PROBES["production"]
    assert "demo" in production()
    secrets.write(folder)
    assert production() == f"secrets in {folder}"
    (folder / "turn_secret").unlink()
    assert refused() == f"{folder} lacks turn_secret: run python3 -m scripts.compose.secrets {folder}"
    secrets.write(folder)
    folder.chmod(0o755)
    assert refused() == f"{folder} is open to others on this machine: chmod 700 {folder}"
    folder.chmod(0o700)
    os.remove(folder / "mongo_hub_password")  # noqa: PTH107 - as an administrator would
    secrets.write(folder)
    assert refused().startswith(f"{folder / 'clearlane_mongodb_uri'} does not fit mongo_hub_password")


def refused() -> str:
    with pytest.raises(HouseError) as error:
        doctor.PROBES["production"]()
    return str(error.value)
