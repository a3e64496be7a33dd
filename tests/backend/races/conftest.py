"""The port of the lane tests, for races."""

from tests.backend.lanes.conftest import agent, port, worker

__all__ = ["agent", "port", "worker"]
