"""What the tests of the log share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context
from backend.kit.record.heads import HeadsWriter
from tests.backend.kit.forging import OTHER, STREAM
from tests.backend.kit.kept import KEY, Kept


@pytest.fixture
async def kept(system: Context, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Kept]:
    """Five events of lane:test and two of trip:test, signed after the second and after the fifth."""
    made = Kept(system, clock, tmp_path, HeadsWriter(tmp_path, KEY))
    for _ in range(2):
        await made.happen(STREAM, OTHER)
    await made.minute()
    for _ in range(3):
        await made.happen(STREAM)
    await made.minute()
    yield made
    made.writer.close()
