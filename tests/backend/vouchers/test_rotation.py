"""Keys on disk change one after another: published first, signing later, kept while needed, barred for good."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.settings import Settings
from backend.vouchers import rotation
from backend.vouchers.keys import keys_of
from backend.vouchers.rotation import KeysRefused, KeyState
from core.problems import ProblemCode, Refusal
from core.vectors.issuer import CLAIMS, NOW
from core.vouchers import codec
from core.vouchers.claims import Presentation
from core.vouchers.keys import KeySet, SigningKey

LATER = timedelta(minutes=10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A hub with one key."""
    settings = Settings(mongodb_uri="mongodb://unused", home=tmp_path, demo=True)
    keys_of(settings)
    return settings


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where its keys lie."""
    return settings.keys_directory


def present() -> datetime:
    """Return now in whole milliseconds, as a file's name has it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def states(folder: Path, now: datetime) -> dict[str, KeyState]:
    """Return what each key of the folder is good for."""
    return {key.key_id: key.state for key in rotation.held(folder, now)}


def signer(settings: Settings, now: datetime) -> str:
    """Return the name of the key that signs at this moment."""
    return keys_of(settings, now).signing.kid.hex()


def accepted(settings: Settings, key_id: str) -> bool:
    """Whether a verifier that has just fetched the key set accepts the key."""
    fetched = KeySet.from_jwks(keys_of(settings).verifying.to_jwks())
    return fetched.accepted(bytes.fromhex(key_id)) is not None


def test_a_new_key_is_published_at_once_and_signs_from_its_moment_on(
    settings: Settings, folder: Path
) -> None:
    now = present()
    old = signer(settings, now)
    new = rotation.rotate(folder, now, LATER).key_id
    assert states(folder, now) == {new: KeyState.NEXT, old: KeyState.ACTIVE}
    assert accepted(settings, new)
    before, then = now + LATER - timedelta(milliseconds=1), now + LATER
    assert (signer(settings, before), signer(settings, then)) == (old, new)
    assert states(folder, then) == {new: KeyState.ACTIVE, old: KeyState.RETIRED}
    assert accepted(settings, old)


def test_while_a_key_waits_no_other_one_is_published(settings: Settings, folder: Path) -> None:
    now = present()
    waiting = rotation.rotate(folder, now, LATER).key_id
    before = states(folder, now)
    with pytest.raises(KeysRefused, match=f"key {waiting} is published already"):
        rotation.rotate(folder, now + LATER - timedelta(seconds=1), LATER)
    assert states(folder, now) == before


def test_rotated_again_the_former_keys_still_verify(settings: Settings, folder: Path) -> None:
    now, names = present(), [signer(settings, present())]
    for _ in range(3):
        names.append(rotation.rotate(folder, now, LATER).key_id)
        now += LATER
    assert signer(settings, now) == names[-1]
    assert all(accepted(settings, name) for name in names)
    assert list(states(folder, now).values()).count(KeyState.RETIRED) == 3
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.pem")} == {0o600}


def test_rotated_at_once_the_new_key_signs_at_once(settings: Settings, folder: Path) -> None:
    now = present()
    old, new = signer(settings, now), rotation.rotate(folder, now, timedelta()).key_id
    assert (signer(settings, now), states(folder, now)[old]) == (new, KeyState.RETIRED)


def test_a_command_that_died_half_way_is_carried_on_by_the_next_one(settings: Settings, folder: Path) -> None:
    now = present()
    old, new = signer(settings, now), rotation.rotate(folder, now, LATER).key_id
    (folder / f"retired-{old}.pem").hardlink_to(folder / "active.pem")  # and then it died
    then = now + LATER
    assert (signer(settings, now), signer(settings, then)) == (old, new)
    rotation.rotate(folder, then, LATER)
    assert (signer(settings, then), states(folder, then)[old]) == (new, KeyState.RETIRED)


def test_only_a_retired_key_is_taken_away(settings: Settings, folder: Path) -> None:
    now = present()
    old, new = signer(settings, now), rotation.rotate(folder, now, timedelta()).key_id
    for wrong, words in ((new, "is ACTIVE"), ("00000000", "has no key 00000000")):
        with pytest.raises(KeysRefused, match=words):
            rotation.retire(folder, wrong, now)
    rotation.retire(folder, old, now)
    assert states(folder, now) == {new: KeyState.ACTIVE}
    assert not accepted(settings, old)


def test_a_revoked_signing_key_is_replaced_and_never_accepted_again(settings: Settings, folder: Path) -> None:
    now = present()
    old = keys_of(settings).signing
    rotation.revoke(folder, old.kid.hex(), "a laptop was stolen", now)
    found = keys_of(settings, now)
    assert found.signing.kid != old.kid
    assert found.verifying.to_jwks()["revoked"] == [old.kid.hex()]
    assert not accepted(settings, old.kid.hex())
    (folder / "brought-back.pem").write_bytes(old.to_pem())
    assert keys_of(settings, now).verifying.accepted(old.kid) is None
    with pytest.raises(KeysRefused, match="revoked already"):
        rotation.revoke(folder, old.kid.hex(), "", now)


def test_a_key_that_waits_takes_the_place_of_a_revoked_one_for_all_verifiers_have_it(
    settings: Settings, folder: Path
) -> None:
    now = present()
    old, waiting = signer(settings, now), rotation.rotate(folder, now, LATER).key_id
    rotation.revoke(folder, old, "", now)
    assert states(folder, now) == {waiting: KeyState.ACTIVE, old: KeyState.REVOKED}
    assert signer(settings, now) == waiting


def test_a_key_revoked_before_it_signs_never_does(settings: Settings, folder: Path) -> None:
    now = present()
    old, waiting = signer(settings, now), rotation.rotate(folder, now, LATER).key_id
    rotation.revoke(folder, waiting, "", now)
    assert (signer(settings, now + LATER), accepted(settings, waiting)) == (old, False)


def test_a_code_of_a_revoked_key_has_a_reason_of_its_own(settings: Settings, folder: Path) -> None:
    key = keys_of(settings).signing
    paper = codec.issue(replace(CLAIMS, presentation=Presentation.PRINT, anchor=None), key)
    text = codec.envelope(paper, None)
    assert codec.verify(text, keys_of(settings).verifying, NOW).key_id == key.kid
    rotation.revoke(folder, key.kid.hex(), "", present())
    with pytest.raises(Refusal) as refused:
        codec.verify(text, keys_of(settings).verifying, NOW)
    assert refused.value.code is ProblemCode.CODE_KEY_REVOKED


def test_whoever_reads_while_keys_change_always_finds_one_that_signs_and_all_that_verify(
    settings: Settings, folder: Path
) -> None:
    signed: set[bytes] = set()
    done = threading.Event()

    def read() -> int:
        times = 0
        while not done.is_set():
            before = set(signed)
            found = keys_of(settings)
            assert found.verifying.accepted(found.signing.kid) is not None
            assert before <= set(found.verifying.public)
            signed.add(found.signing.kid)
            times += 1
        return times

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for _ in range(60):
                rotation.rotate(folder, datetime.now(UTC), timedelta())
        finally:
            done.set()
    assert all(reader.result() > 0 for reader in readers)
    assert len(keys_of(settings).verifying.public) == 61


def test_two_commands_at_once_publish_one_key(settings: Settings, folder: Path) -> None:
    now, told = present(), []

    def rotate() -> None:
        try:
            told.append(rotation.rotate(folder, now, LATER).key_id)
        except KeysRefused as refused:
            told.append(str(refused)[:4])

    commands = [threading.Thread(target=rotate) for _ in range(4)]
    for command in commands:
        command.start()
    for command in commands:
        command.join(20)
    (waiting,) = [key.key_id for key in rotation.held(folder, now) if key.state is KeyState.NEXT]
    assert sorted(told) == sorted(["key "] * 3 + [waiting])


def test_a_draft_left_behind_is_no_key(settings: Settings, folder: Path) -> None:
    stray = SigningKey.generate()
    (folder / rotation.DRAFT).write_bytes(stray.to_pem())
    old = signer(settings, present())
    rotation.revoke(folder, old, "", present())
    assert signer(settings, present()) not in {old, stray.kid.hex()}
