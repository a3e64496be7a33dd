"""What time does to figures: a day that is over is counted."""

from backend.figures import service
from backend.kit.sweeps import Sweep

SWEEPS = (Sweep("figures.days", 60, service.count_days),)
