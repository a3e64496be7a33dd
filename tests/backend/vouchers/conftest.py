"""What the tests of vouchers share."""

import argparse
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context
from backend.settings import Settings
from backend.trips import service as trips
from backend.vouchers import command
from backend.vouchers.keys import keys_of
from tests.backend.client import Client
from tests.backend.lanes.conftest import agent, port, worker
from tests.backend.steps import (
    Journey,
    answer,
    start,
    submit,
)
from tests.backend.vouchers.key_steps import Keys

__all__ = ["agent", "port", "worker"]


@pytest.fixture
async def journey(
    carrier: Client, nobody: Client, customs: Client, border: Client, clock: FixedClock
) -> Journey:
    """An approved trip with its voucher."""
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    await answer(customs, journey.trip_id)
    await answer(border, journey.trip_id)
    return journey


@pytest.fixture
def key_folder(settings: Settings) -> Iterator[Path]:
    """The hub's keys; at the end they are again what they were before, for the tests that follow."""
    keys_of(settings)
    directory = settings.keys_directory
    kept = {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}
    yield directory
    for path in directory.iterdir():
        if path.is_file() and path.read_bytes() != kept.get(path.name):
            path.unlink()
    for name, content in kept.items():
        if not (directory / name).exists():
            (directory / name).write_bytes(content)
            (directory / name).chmod(0o600)


@pytest.fixture
def keys(key_folder: Path, system: Context, clock: FixedClock, capfd: pytest.CaptureFixture[str]) -> Keys:
    """Call `keys`; gives its exit code and what it wrote."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Context]:
        yield system

    hub = command.Hub(system.settings, opened, trips.replace_compromised, clock)

    async def call(*words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        capfd.readouterr()
        code = await command.run(parser.parse_args(words), hub)
        written = capfd.readouterr()
        return code, written.out, written.err

    return call
