"""Facts about captures that others may hear of."""

from dataclasses import dataclass
from typing import ClassVar

from backend.kit.eventlog import Event
from core.roles import Role


@dataclass(frozen=True, kw_only=True)
class CaptureFailed(Event):
    """No worker could read the image; the lane decides without it."""

    kind: ClassVar[str] = "capture.failed"
    audience: ClassVar[frozenset[Role]] = frozenset({Role.OFFICER, Role.LANE_AGENT})

    attempts: int
