"""What the short drills of the suite share."""

from collections.abc import Iterator

import pytest

from tests.drills.replica_set import ReplicaSet

ELECTION_MILLISECONDS = 2000


@pytest.fixture(scope="session")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three mongods, quicker at elections than real ones; a test leaves them standing."""
    replica_set = ReplicaSet(tmp_path_factory.mktemp("replica-set"))
    with replica_set.started(ELECTION_MILLISECONDS):
        yield replica_set
