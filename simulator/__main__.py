"""`python -m simulator` runs the simulated port; `draw` draws one lane image, `images` many hard ones by a seed."""

import argparse
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

from core.problems import Refusal
from simulator import process
from simulator.images import photograph
from simulator.images.fonts import FontMissing
from simulator.images.hard.cases import ROUND, Level, cases
from simulator.images.hard.folder import sheet, write
from simulator.images.plates import Side
from simulator.vehicles import Vehicle, painted_number, plate_as_written

ACROSS = 9
"""Pictures side by side on a sheet."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = _parser().parse_args(arguments)
    match chosen.command:
        case "draw":
            return _draw(chosen)
        case "images":
            return _draw_many(chosen)
        case _:
            return process.run()


def _draw(chosen: argparse.Namespace) -> int:
    try:
        plates = tuple(plate_as_written(text) for text in chosen.plate)
        containers = tuple(painted_number(text) for text in chosen.container)
    except (Refusal, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    look = chosen.appearance
    if look is None:
        look = zlib.crc32(" ".join((*(plate.text for plate in plates), *containers)).encode())
    view = chosen.view or (Side.REAR if containers else Side.FRONT)
    vehicle = Vehicle(plates, containers, appearance=look) if plates or containers else None
    chosen.output.write_bytes(photograph(vehicle, view, chosen.shot))
    return 0


def _draw_many(chosen: argparse.Namespace) -> int:
    level = Level(chosen.level) if chosen.level else None
    try:
        if chosen.sheet is not None:
            chosen.sheet.write_bytes(sheet(list(cases(chosen.seed, chosen.count, level)), ACROSS))
        else:
            write(cases(chosen.seed, chosen.count, level), chosen.out)
    except (FontMissing, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    draw = commands.add_parser("draw", help="draw a vehicle, or without one the empty lane, as JPEG")
    draw.add_argument(
        "--plate", action="append", default=[], metavar="PLATE", help="粤B12345, UP2643, MA-12-34"
    )
    draw.add_argument("--container", action="append", default=[], metavar="NUMBER")
    draw.add_argument("--view", choices=[side.value for side in Side], help="default: REAR with a container")
    draw.add_argument(
        "--appearance", type=int, metavar="SEED", help="colours and light; default: by its numbers"
    )
    draw.add_argument(
        "--shot", type=int, default=0, metavar="NUMBER", help="the same vehicle with other noise"
    )
    draw.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    many = commands.add_parser(
        "images", help="draw hard test images with their truth; a seed gives them again"
    )
    many.add_argument("--seed", type=int, default=1, metavar="NUMBER")
    many.add_argument(
        "--count", type=int, default=ROUND, help="default: every condition with every subject once"
    )
    many.add_argument("--level", choices=[level.value for level in Level], help="default: both by turns")
    place = many.add_mutually_exclusive_group(required=True)
    place.add_argument("--out", type=Path, metavar="FOLDER", help="the images and truth.csv for `evaluate`")
    place.add_argument("--sheet", type=Path, metavar="FILE.png", help="all of them small, on one sheet")
    return parser


if __name__ == "__main__":
    sys.exit(main())
