"""What the short drills of the suite share."""

from collections.abc import Iterator

import pytest

from tests.drills.replica_set import ReplicaSet

ELECTION_MILLISECONDS = 120_000
"""Nobody stands by himself: a test says when there is an election."""


@pytest.fixture(scope="session")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three mongods; a test leaves them standing."""
    replica_set = ReplicaSet(tmp_path_factory.mktemp("replica-set"))
    with replica_set.started(ELECTION_MILLISECONDS):
        yield replica_set
