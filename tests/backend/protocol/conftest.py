"""The hub as a process of its own, so that its log and its answers are those of a real installation."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from scripts.house import processes
from scripts.house.ports import free_port

CEILING_SECONDS = 60.0
SIGN_IN = """mutation { demoSignIn(input: { role: OFFICER, accountId: "officer-1" }) { ... on Session { token } } }"""


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
def hub(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A hub that serves, for all tests of this folder."""
    folder, port = tmp_path_factory.mktemp("hub"), free_port()
    database = f"test_protocol_{port}"
    settings = {
        "CLEARLANE_MONGODB_URI": mongodb_uri,
        "CLEARLANE_DATABASE": database,
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_HOME": str(folder),
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_PUBLIC_URL": f"http://localhost:{port}",
    }
    child = processes.start("api", ("backend", "serve"), os.environ | settings, folder / "logs")
    try:
        processes.wait_until_served(child, port, "/healthz", CEILING_SECONDS)
        yield Process(port, database, child.log)
    finally:
        processes.end([child])


@pytest.fixture
async def quiet(hub: Process) -> AsyncIterator[Process]:
    """The hub; at the end of the test it must still serve, and must have logged no fault."""
    noted = len(hub.complaints())
    yield hub
    async with aiohttp.ClientSession() as session, session.get(f"{hub.url}/healthz") as response:
        assert response.status == 200
    assert hub.complaints()[noted:] == []


@pytest.fixture
async def token(hub: Process, http: aiohttp.ClientSession) -> str:
    """An officer's token at that hub."""
    async with http.post(hub.graphql, json={"query": SIGN_IN}) as response:
        answer = await response.json()
    return str(answer["data"]["demoSignIn"]["token"])
