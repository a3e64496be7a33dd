"""An operator lists, rotates, retires and revokes keys; no vehicle notices a rotation."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.settings import Settings
from backend.vouchers import rotation
from backend.vouchers.keys import make_missing_keys
from tests.backend.lanes.steps import Port
from tests.backend.steps import (
    Journey,
    contents,
)
from tests.backend.vouchers.key_steps import Keys, signer

pytestmark = pytest.mark.usefixtures("key_folder")


async def test_a_rotation_lets_every_code_pass_the_former_ones_and_the_new_ones(
    port: Port, keys: Keys, settings: Settings, clock: FixedClock
) -> None:
    old = signer(settings)
    first = await port.approved()
    code, out, _ = await keys("rotate", "--after", "0")
    assert (code, out.split()[0]) == (0, "key")
    assert signer(settings) != old
    second = await port.approved("HK 77")
    for journey in (first, second):
        passage_id = await port.opened(journey)
        await port.seen(passage_id)
        assert (await port.release(passage_id))["passage"]["state"] == "RELEASED"
        await port.depart(passage_id, "BARRIER")


async def test_a_voucher_is_signed_with_the_key_whose_moment_has_come(
    port: Port, keys: Keys, settings: Settings, clock: FixedClock, api: Services
) -> None:
    old = signer(settings)
    await keys("rotate", "--after", "60")
    await port.approved()
    clock.advance(timedelta(seconds=61))
    await port.approved("HK 77")
    rows = await api.database.collection("vouchers").find({}).sort("issued_at", 1).to_list(None)
    assert rows[0]["key_id"] == old
    assert rows[1]["key_id"] == next(
        key.key_id for key in rotation.held(settings.keys_directory, clock.now())
    )
    assert rows[1]["key_id"] != old


async def test_a_retired_key_stays_until_its_last_voucher_has_expired(
    journey: Journey,
    keys: Keys,
    settings: Settings,
    clock: FixedClock,
) -> None:
    old = signer(settings)
    await keys("rotate", "--after", "0")
    assert (await keys("retire", signer(settings)))[0] == 1
    code, out, _ = await keys("retire", old)
    assert (code, f"key {old} stays" in out) == (1, True)
    assert old in (await keys("list"))[1]
    clock.advance(timedelta(hours=24, minutes=2))
    assert (await keys("retire"))[:2] == (0, f"key {old} is taken away\n")
    assert old not in (await keys("list"))[1]


async def test_a_key_is_needed_while_a_vehicle_with_its_code_is_at_the_checkpoint(
    port: Port, keys: Keys, settings: Settings, clock: FixedClock
) -> None:
    old = signer(settings)
    await port.opened(await port.approved())
    await keys("rotate", "--after", "0")
    clock.advance(timedelta(hours=25))
    assert (await keys("retire", old))[0] == 1
    assert "a vehicle with a code of it is at the checkpoint" in (await keys("list"))[1]


async def test_without_the_confirmation_nothing_is_changed(
    journey: Journey, keys: Keys, settings: Settings, api: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, before = signer(settings), await contents(api)
    for typed in ("", "yes\n", f"{old[:-1]}\n"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code, out, err = await keys("revoke", "--emergency", old)
        assert (code, err) == (1, "nothing was changed\n")
        assert f"key {old}: 1 vouchers that it signed are good now." in out
    assert (signer(settings), await contents(api)) == (old, before)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{old}\n"))
    assert (await keys("revoke", "--emergency", old))[0] == 0


def test_the_command_lists_and_rotates_the_keys_of_its_settings(settings: Settings, tmp_path: Path) -> None:
    told = {
        "CLEARLANE_MONGODB_URI": settings.mongodb_uri,
        "CLEARLANE_DATABASE": settings.database,
        "CLEARLANE_HOME": str(tmp_path),
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_PORT": str(settings.port),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-m", "backend", "keys", *words]
        return subprocess.run(
            asked, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False
        )

    make_missing_keys(tmp_path / "keys")
    published = run("rotate")
    assert published.returncode == 0
    assert "signs from 2" in published.stdout
    listed = run("list")
    assert [line.split()[1] for line in listed.stdout.splitlines()] == ["NEXT", "ACTIVE"]
