"""`python -m simulator` as a process: it waits for a hub in words, ends when told, says why it cannot start."""

import asyncio
import os
import socket
import sys
from pathlib import Path

from scripts.house.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # a ceiling against hanging, not a measurement


async def started(port: int) -> asyncio.subprocess.Process:
    """Start the simulator beside a hub that does not exist."""
    environment = {
        **os.environ,
        "CLEARLANE_SIMULATOR_PORT": str(port),
        "CLEARLANE_HUB_URL": f"http://localhost:{free_port()}",
    }
    command = (sys.executable, "-m", "simulator")
    return await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )


async def words(process: asyncio.subprocess.Process, wanted: str) -> str:
    """Return the first line that holds the wanted words; fails where the process ends before."""
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stderr.readline()).decode():
            if wanted in line:
                return line
    raise AssertionError(f"it ended without saying {wanted!r}")


async def test_it_waits_for_the_hub_in_words_and_ends_cleanly_when_told() -> None:
    process = await started(free_port())
    assert "http://localhost:" in await words(process, "waiting for the hub")
    process.terminate()
    await words(process, "the simulator has ended")
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 0


async def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await started(taken.getsockname()[1])
        assert "in use" in await words(process, "the simulator cannot run")
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 1
