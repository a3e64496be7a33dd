"""What time does to trips: the codes of a revoked key are replaced."""

from backend.kit.sweeps import Sweep
from backend.trips import service

SWEEPS = (Sweep("trips.revoked_keys", 2, service.replace_compromised),)
