"""`scripts/pictures`: the moving picture of the README, and reference shots of every page to be looked at."""

import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

from PIL import Image

from scripts.house.places import ROOT, STATE, HouseError
from scripts.house.steps import say

TAKEN = STATE / "results" / "pictures"
"""Where the browser leaves what it has taken: `way/NNNN-MILLISECONDS.png`, `shots/NAME.png`."""
KEPT = ROOT / "docs" / "pictures"
MOVING = KEPT / "way.gif"
MOST_BYTES = 3_000_000
WIDTHS = (1100, 960, 840, 720)
"""Pixels across, the first that stays within the bytes."""
COLOURS = 96
LAST_MILLISECONDS = 4000
SETS = ("way", "shots")


def main(arguments: list[str]) -> int:
    """Take the pictures named, or all; the moving one is kept with the documents."""
    unknown = [name for name in arguments if name not in SETS]
    if unknown:
        raise HouseError(f"no pictures {' '.join(unknown)}", f"choose from: {' '.join(SETS)}")
    chosen = arguments or list(SETS)
    for name in chosen:
        shutil.rmtree(TAKEN / name, ignore_errors=True)
    files = [f"{name}.picture.ts" for name in chosen]
    command = ["npx", "--no", "playwright", "test", "--config=tests/journeys/pictures.config.ts", *files]
    if subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode:
        raise HouseError("the browser could not take them", "its output above says where it stopped")
    KEPT.mkdir(parents=True, exist_ok=True)
    if "way" in chosen:
        say(f"{MOVING.relative_to(ROOT)}: {moving_picture(TAKEN / 'way', MOVING)} bytes")
    if "shots" in chosen:
        say(f"{len(list((TAKEN / 'shots').glob('*.png')))} shots to look at in {TAKEN / 'shots'}")
    return 0


def moving_picture(folder: Path, target: Path) -> int:
    """Put the frames of a folder together as a GIF that turns for ever; return its bytes.

    Raises HouseError where there are no frames, or where even the smallest is too large.
    """
    frames = sorted(folder.glob("*.png"))
    if not frames:
        raise HouseError(f"no frames in {folder}", "look at what the browser said")
    times = [int(frame.stem.partition("-")[2]) for frame in frames]
    lasting = [after - before for before, after in pairwise(times)] + [LAST_MILLISECONDS]
    for width in WIDTHS:
        _write_gif([_scaled(frame, width) for frame in frames], lasting, target)
        if target.stat().st_size <= MOST_BYTES:
            return target.stat().st_size
    raise HouseError(f"{target.name} is larger than {MOST_BYTES} bytes", "take fewer frames")


def _scaled(frame: Path, width: int) -> Image.Image:
    with Image.open(frame) as image:
        height = round(image.height * width / image.width)
        return image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)


def _write_gif(frames: list[Image.Image], lasting: list[int], target: Path) -> None:
    # One palette for all: with a palette a frame, resting parts of the picture would flicker and be stored again.
    middle = frames[len(frames) // 2]
    sheet = Image.new("RGB", (middle.width, middle.height * 3))
    for row, frame in enumerate((frames[0], middle, frames[-1])):
        sheet.paste(frame, (0, row * middle.height))
    palette = sheet.quantize(COLOURS)
    drawn = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    drawn[0].save(target, save_all=True, append_images=drawn[1:], duration=lasting, loop=0, optimize=True)
