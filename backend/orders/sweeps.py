"""What time does to orders."""

from backend.kit.sweeps import Sweep
from backend.orders import service

SWEEPS = (Sweep("orders.expire", 60, service.expire_due),)
