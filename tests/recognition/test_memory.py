"""A worker's memory stays flat, whatever the sizes of the frames."""

import subprocess
import sys

import numpy as np

FRAMES = 300
MOST_MIB = 600
MOST_GROWTH = 0.025
"""MiB a frame over the last two thirds: from where they begin, 10,000 such frames stay below MOST_MIB."""


def test_three_hundred_frames_of_ever_new_sizes_leave_the_memory_flat() -> None:
    command = [sys.executable, "-m", "tests.recognition.memory", str(FRAMES)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    counts, sizes = np.array([line.split() for line in ended.stdout.splitlines()], dtype=float).T
    assert counts[-1] == FRAMES
    assert sizes.max() < MOST_MIB
    later = counts > FRAMES / 3
    assert np.polyfit(counts[later], sizes[later], 1)[0] < MOST_GROWTH
