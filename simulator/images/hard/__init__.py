"""Hard lane images of known truth, drawn by a seed: the project's own test images, free of licences and of people."""

from simulator.images.hard.cases import Case, Condition, Level, Subject, cases
from simulator.images.hard.drawing import Drawing, draw

__all__ = ["Case", "Condition", "Drawing", "Level", "Subject", "cases", "draw"]
