"""The hub's keys on disk, and the public ones for anybody."""

import os
from pathlib import Path

import aiohttp
import pytest

from backend.settings import Settings
from backend.vouchers import keys
from core.vouchers.keys import KeySet, SigningKey


def settings_of(folder: Path, *, demo: bool) -> Settings:
    return Settings(mongodb_uri="mongodb://unused", home=folder, demo=demo)


def test_the_demo_makes_its_keys_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    made = keys.keys_of(settings_of(tmp_path, demo=True))
    folder = tmp_path / "keys"
    assert sorted(path.name for path in folder.iterdir()) == ["active.pem", "pseudonyms.key"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    keys._load.cache_clear()
    again = keys.keys_of(settings_of(tmp_path, demo=True))
    assert (again.signing.kid, again.secret) == (made.signing.kid, made.secret)


def test_outside_the_demo_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"active\.pem is missing.*CLEARLANE_KEYS"):
        keys.keys_of(settings_of(tmp_path, demo=False))
    assert list(tmp_path.iterdir()) == []


def test_a_retired_key_still_verifies_and_no_longer_signs(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    active, retired = SigningKey.generate(), SigningKey.generate()
    (folder / "active.pem").write_bytes(active.to_pem())
    (folder / "retired.pem").write_bytes(retired.to_pem())
    (folder / "pseudonyms.key").write_bytes(os.urandom(32))
    loaded = keys.keys_of(settings_of(tmp_path, demo=False))
    assert loaded.signing.kid == active.kid
    assert set(loaded.verifying.public) == {active.kid, retired.kid}


def test_a_key_that_another_process_changes_counts_at_once(tmp_path: Path) -> None:
    settings, folder = settings_of(tmp_path, demo=True), tmp_path / "keys"
    before = keys.keys_of(settings)
    following = SigningKey.generate()
    (folder / "following").write_bytes(following.to_pem())
    (folder / "retired.pem").hardlink_to(folder / "active.pem")
    (folder / "following").rename(folder / "active.pem")
    rotated = keys.keys_of(settings)
    (folder / "retired.pem").unlink()
    revoked = keys.keys_of(settings)

    assert rotated.signing.kid == following.kid
    assert set(rotated.verifying.public) == {before.signing.kid, following.kid}
    assert set(revoked.verifying.public) == {following.kid}
    assert revoked.secret == before.secret


def test_a_pseudonym_depends_on_its_purpose_and_on_the_secret(tmp_path: Path) -> None:
    first = keys.keys_of(settings_of(tmp_path / "a", demo=True))
    second = keys.keys_of(settings_of(tmp_path / "b", demo=True))
    assert first.pseudonym("driver", "+85261234567") == first.pseudonym("driver", "+85261234567")
    assert first.pseudonym("driver", "+85261234567") != first.pseudonym("link", "+85261234567")
    assert first.pseudonym("driver", "+85261234567") != second.pseudonym("driver", "+85261234567")


async def test_anybody_gets_the_public_keys_and_no_private_one(
    url: str, http: aiohttp.ClientSession, settings: Settings
) -> None:
    async with http.get(f"{url}/.well-known/jwks.json") as response:
        assert response.status == 200
        body = await response.json()
    served = KeySet.from_jwks(body)
    assert served.public == keys.keys_of(settings).verifying.public
    assert all("d" not in key for key in body["keys"])
