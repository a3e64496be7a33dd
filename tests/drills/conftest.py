"""What the short drills of the suite share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.kit.clock import Clock
from backend.kit.context import Services
from backend.kit.database import open_database
from backend.kit.live import Live
from backend.settings import Settings
from scripts.house.ports import free_port
from tests.drills.replica_set import ReplicaSet

ELECTION_MILLISECONDS = 120_000
"""Nobody stands by himself: a test says when there is an election."""


@pytest.fixture(scope="session")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three mongods; a test leaves them standing."""
    replica_set = ReplicaSet(tmp_path_factory.mktemp("replica-set"))
    with replica_set.started(ELECTION_MILLISECONDS):
        yield replica_set


async def opened(settings: Settings) -> Services:
    """An API's services without its documents: one process binds them to one database, which is the hub's."""
    database = await open_database(settings.mongodb_uri, settings.database, [], settings.database_seconds)
    clock = Clock()
    return Services(settings, database, clock, Live(database.db, clock))


@pytest.fixture
async def services(replica_set: ReplicaSet, tmp_path: Path) -> AsyncIterator[Services]:
    """An API's services on the set, with an empty database."""
    settings = Settings(
        mongodb_uri=replica_set.uri,
        database=f"drill_{free_port()}",
        home=tmp_path,
        public_url="http://localhost:8000",
    )
    services = await opened(settings)
    yield services
    await services.database.close()
