"""How much memory a worker holds after many frames of many sizes: run as a process of its own.

`python -m tests.recognition.memory COUNT` prints the resident megabytes after each tenth of the frames, one a line.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from recognition import models
from recognition.settings import Settings
from recognition.values import Frame
from tests.recognition.drawing import container_door, cross_border, hong_kong, mainland, scene

PAGE_MIB = 4096 / 2**20
WHOLE_EVERY = 12
"""One frame in so many is a whole lane: the others are plates of ever new sizes, which cost little to read."""


def frames(count: int) -> Iterator[Frame]:
    """Frames of ever new sizes, most of them plates alone, the same for each run."""
    chance = random.Random(7)
    plates = [mainland("粤B12345"), cross_border("粤ZDF15港"), hong_kong("UP", "2643")]
    crops = [scene((picture, (0, 0)), size=picture.size) for picture in plates]
    lane = scene((container_door("CSQU3054383"), (60, 20)), (plates[2], (620, 600)))
    for number in range(count):
        yield _resized(lane if number % WHOLE_EVERY == 0 else chance.choice(crops), chance)


def _resized(frame: Frame, chance: random.Random) -> Frame:
    across, down = chance.uniform(0.4, 1.4), chance.uniform(0.5, 1.3)
    return np.asarray(
        cv2.resize(frame, None, fx=across, fy=down, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def resident() -> float:
    """The memory of this process that lies in RAM, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MIB


def main(count: int) -> None:
    """Reads the frames and prints the memory after each tenth of them."""
    recogniser = models.load(Settings().model_folder)
    models.warm_up(recogniser)
    step = max(count // 10, 1)
    for number, frame in enumerate(frames(count), 1):
        recogniser.read(frame)
        if number % step == 0:
            print(f"{number} {resident():.1f}", flush=True)  # noqa: T201  # what the command is for


if __name__ == "__main__":
    main(int(sys.argv[1]))
