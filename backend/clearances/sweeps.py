"""What time does to clearances and to the trips they belong to."""

from backend.clearances import service
from backend.kit.sweeps import Sweep

SWEEPS = (
    Sweep("clearances.silence", 2, service.silence_due),
    Sweep("trips.expire", 60, service.expire_due),
)
