"""The hub as a process of its own, so that its log and its answers are those of a real installation."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from scripts.house.ports import free_port

CEILING_SECONDS = 60.0


@dataclass(frozen=True)
class Process:
    """A running hub: where it listens and what it has logged."""

    port: int
    database: str
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://localhost:{self.port}"

    @property
    def graphql(self) -> str:
        """Its door."""
        return f"{self.url}/graphql"

    def complaints(self) -> list[str]:
        """Return the lines of the log that tell of a fault."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if "Traceback" in line or "ERROR" in line or "Exception" in line]


@pytest.fixture(scope="package")
async def hub(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """A hub that serves, for all tests of this folder."""
    folder, port = tmp_path_factory.mktemp("hub"), free_port()
    process = Process(port, f"test_protocol_{port}", folder / "log")
    settings = {
        "CLEARLANE_MONGODB_URI": mongodb_uri,
        "CLEARLANE_DATABASE": process.database,
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_HOME": str(folder),
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_PUBLIC_URL": process.url,
    }
    with process.log.open("wb") as log:
        command = (sys.executable, "-m", "backend", "serve")
        serving = await asyncio.create_subprocess_exec(*command, env=os.environ | settings, stderr=log)
    try:
        await _served(process, serving)
        yield process
    finally:
        if serving.returncode is None:
            serving.terminate()
        await asyncio.wait_for(serving.wait(), CEILING_SECONDS)


@pytest.fixture
async def quiet(hub: Process) -> AsyncIterator[Process]:
    """The hub; at the end of the test it must still serve, and must have logged no fault."""
    yield hub
    async with aiohttp.ClientSession() as session, session.get(f"{hub.url}/healthz") as response:
        assert response.status == 200
    assert hub.complaints() == []


async def _served(process: Process, serving: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(CEILING_SECONDS), aiohttp.ClientSession() as session:
        while True:
            assert serving.returncode is None, process.log.read_text()
            try:
                async with session.get(f"{process.url}/healthz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
