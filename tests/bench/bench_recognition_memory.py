"""How much memory a recognition worker holds after many frames of ever new sizes: 300, with --long 10,000."""

import argparse
import subprocess
import sys

from scripts.house.places import ROOT
from tests.bench.figures import Conditions, Measurement, progress

FEW, MANY = 300, 10_000
MEANING = (
    "resident memory of a process that reads frames of ever new sizes, after a tenth of them and at the end"
)


def measure(count: int) -> Measurement:
    """Read so many frames in a process of its own. Raises CalledProcessError."""
    command = [sys.executable, "-m", "tests.recognition.memory", str(count)]
    sizes: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None  # it is piped
        for line in process.stdout:
            frames, size = line.split()
            sizes.append(float(size))
            progress(f"{frames} frames: {size} MiB")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measurement(
        "recognition.memory",
        MEANING,
        {
            "frames": (count, "frames"),
            "memory_first": (sizes[0], "MiB"),
            "memory_end": (sizes[-1], "MiB"),
            "growth": ((sizes[-1] - sizes[1]) / count * 1000, "MiB a 1,000 frames after the second tenth"),
        },
    )


def main() -> int:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few frames only: no figures to quote")
    parser.add_argument("--long", action="store_true", help="10,000 frames")
    chosen = parser.parse_args()
    conditions = Conditions.now("recognition_memory", sys.argv[1:])
    count = 30 if chosen.short else MANY if chosen.long else FEW
    print(measure(count).line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
