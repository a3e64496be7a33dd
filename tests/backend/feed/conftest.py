"""The port of the lane tests, for those who listen."""

from tests.backend.lanes.conftest import agent, port, worker

__all__ = ["agent", "port", "worker"]
