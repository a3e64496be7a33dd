"""What the short drills of the suite share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.app import open_services
from backend.kit.clock import Clock
from backend.kit.context import Services
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


@pytest.fixture
async def services(replica_set: ReplicaSet, tmp_path: Path) -> AsyncIterator[Services]:
    """An API's services on the set, with an empty database."""
    settings = Settings(
        mongodb_uri=replica_set.uri,
        database=f"drill_{free_port()}",
        home=tmp_path,
        public_url="http://localhost:8000",
    )
    services = await open_services(settings, Clock())
    yield services
    await services.database.close()
