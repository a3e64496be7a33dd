"""What time does in a lane."""

from backend.kit.sweeps import Sweep
from backend.lanes import service

SWEEPS: tuple[Sweep, ...] = (Sweep("silent passages", 30, service.abandon_silent),)
