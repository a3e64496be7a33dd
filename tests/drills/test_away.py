"""The API without its database: every request is told in time that its outcome is unknown, and later all is well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.bench.system import free_ports
from tests.drills.parts import Database, Part, api, ended_afterwards

HANGING = aiohttp.ClientTimeout(total=20.0)
"""A ceiling: the driver's own patience with a server that hangs is longer."""
CHECKPOINTS = "query { checkpoints { id } }"
SIGNED_IN = {"Authorization": "Bearer somebody"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database that may be frozen."""
    database = Database(tmp_path / "mongod")
    with ended_afterwards(database):
        database.start()
        yield database


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Iterator[Part]:
    """An API with a second of patience."""
    hub = api(tmp_path, free_ports(), database.uri, CLEARLANE_DATABASE_SECONDS="1")
    with ended_afterwards(hub):
        hub.start()
        hub.wait_until_served()
        yield hub


async def checkpoints(http: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """Ask something that only the database knows."""
    async with http.post(f"{url}/graphql", json={"query": CHECKPOINTS}) as response:
        answer: dict[str, Any] = await response.json(content_type=None)
        return answer


async def test_an_api_whose_database_hangs_says_that_the_outcome_is_unknown(
    database: Database, hub: Part
) -> None:
    url = f"http://localhost:{hub.environment['CLEARLANE_PORT']}"
    async with aiohttp.ClientSession(timeout=HANGING) as http:
        before = await checkpoints(http, url)
        database.freeze()
        try:
            unknown = await checkpoints(http, url)
            async with http.post(
                f"{url}/graphql", json={"query": CHECKPOINTS}, headers=SIGNED_IN
            ) as response:
                who_asks = (response.status, (await response.json())["code"])
            async with http.post(f"{url}/captures", data=b"image", headers=SIGNED_IN) as response:
                capture = (response.status, (await response.json())["code"])
            async with http.get(f"{url}/healthz") as response:
                health = response.status
        finally:
            database.thaw()
        hub.wait_until_served()
        after = await checkpoints(http, url)
    assert [error["extensions"] for error in unknown["errors"]] == [{"code": "UNAVAILABLE"}]
    assert who_asks == capture == (503, "UNAVAILABLE")
    assert health == 503
    assert after == before
    assert len(after["data"]["checkpoints"]) > 0
    assert "Traceback" not in hub.log.read_text()
