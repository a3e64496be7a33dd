"""`python -m backend log ...` as an operator and an auditor call it."""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from backend.kit.context import Context
from backend.kit.record import command
from backend.kit.record.heads import state_heads
from backend.kit.record.keys import ACTIVE, folder, public_keys
from backend.settings import Settings
from core.vouchers.keys import SigningKey
from tests.backend.kit import forging
from tests.backend.kit.test_heads import happen

STRANGER = Path(__file__).resolve().parents[3] / "docs/examples/verify_log.py"
CEILING_SECONDS = 60
Command = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def hub(system: Context, tmp_path: Path) -> Context:
    """The hub's own context, with a folder of heads that begins with this test's empty database."""
    settings = system.settings.model_copy(update={"heads": tmp_path / "heads"})
    return Context(replace(system.services, settings=settings), system.actor)


@pytest.fixture
def log(hub: Context, capfd: pytest.CaptureFixture[str]) -> Command:
    """Call `log` with the hub's settings or others; gives its exit code and what it wrote."""

    async def call(action: str, settings: Settings = hub.settings, **options: object) -> tuple[int, str, str]:
        capfd.readouterr()
        chosen = argparse.Namespace(**{"stream": None, "heads": None, "file": None} | options, action=action)
        code = await command.run(chosen, settings)
        written = capfd.readouterr()
        return code, written.out, written.err

    return call


def audit(export: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """Run the auditor's program by itself: isolated, it finds nothing of this project."""
    command = [sys.executable, "-I", str(STRANGER), str(export), "--key", str(key)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=CEILING_SECONDS, check=False, cwd=export.parent
    )


async def test_it_says_ok_with_counts_or_the_first_bad_event(hub: Context, log: Command) -> None:
    for _ in range(5):
        await happen(hub, forging.STREAM)
    await state_heads(hub)
    code, out, _ = await log("verify")
    assert code == 0
    assert out.startswith("ok 5 events in 1 streams, ")
    assert out.endswith(", 0 events not signed yet\n")
    await forging.setting(site="elsewhere")(hub.db)
    bad = "BAD lane:test#3: its content was changed after it was written\n"
    assert await log("verify") == (1, bad, "")
    assert (await log("verify", stream="lane:other"))[0] == 0
    assert (await log("verify", heads=Path("nowhere")))[0] == 2


async def test_an_auditor_needs_the_export_and_the_public_key_only(
    hub: Context, log: Command, tmp_path: Path, http: aiohttp.ClientSession, url: str
) -> None:
    for _ in range(5):
        await happen(hub, forging.STREAM)
    await state_heads(hub)
    pem, jwks, export = tmp_path / "log.pem", tmp_path / "log-keys.json", tmp_path / "export.jsonl"
    pem.write_text((await log("key"))[1])
    async with http.get(f"{url}/.well-known/log-keys.json") as answer:
        jwks.write_bytes(await answer.read())
        assert await answer.json() == public_keys(hub.settings).to_jwks()

    assert (await log("export", file=export))[0] == 0
    good = await asyncio.to_thread(audit, export, pem)
    assert (good.returncode, good.stderr, good.stdout[:25]) == (0, "", "ok 5 events in 1 streams,")
    await forging.recomputed(hub.db)
    assert (await log("export", file=export))[0] == 0
    bad = await asyncio.to_thread(audit, export, jwks)
    assert bad.returncode == 1
    assert bad.stdout.startswith("BAD lane:test#5: its head signed at ")


async def test_a_database_that_lets_nobody_in_is_no_bad_log(hub: Context, log: Command) -> None:
    stranger = hub.settings.mongodb_uri.replace("mongodb://", "mongodb://nobody:wrong@")
    for action in ("verify", "export"):
        code, out, err = await log(action, hub.settings.model_copy(update={"mongodb_uri": stranger}))
        assert (code, out) == (2, "")
        assert err.startswith("the database could not be read: ")


async def test_before_the_first_start_there_is_no_key_and_it_says_so(
    hub: Context, log: Command, tmp_path: Path
) -> None:
    code, out, err = await log("key", hub.settings.model_copy(update={"keys": tmp_path}))
    assert (code, out) == (1, "")
    assert err.endswith("yet: the first start of the API makes it\n")


async def test_the_logs_key_signs_no_voucher(hub: Context, http: aiohttp.ClientSession, url: str) -> None:
    await state_heads(hub)
    (kid,) = public_keys(hub.settings).public
    async with http.get(f"{url}/.well-known/jwks.json") as answer:
        vouchers = [key["kid"] for key in (await answer.json())["keys"]]
    assert vouchers
    assert kid.hex() not in vouchers


async def test_a_changed_key_signs_the_next_statement_and_the_old_one_still_verifies(
    hub: Context, log: Command
) -> None:
    await happen(hub, forging.STREAM)
    await state_heads(hub)
    active = folder(hub.settings) / ACTIVE
    retired = active.with_name(f"retired-{hub.settings.heads_directory.parent.name}.pem")
    retired.write_bytes(active.read_bytes())
    active.write_bytes(SigningKey.generate().to_pem())
    await state_heads(hub)
    code, out, _ = await log("verify")
    assert (code, out.split(", ")[1][:19]) == (0, "2 signed statements")
    retired.unlink()
    code, out, _ = await log("verify")
    assert code == 1
    assert out.endswith("which is not the log's\n")
