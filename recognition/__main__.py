"""`python -m recognition read FILE...`, `explain FILE`, `evaluate TRUTH.csv`, `blur FILE... --out FOLDER`, `work`."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core.problems import Refusal
from recognition import models
from recognition.evaluation import evaluate
from recognition.explaining import explain
from recognition.exporting import blur_files
from recognition.faces import FaceDetector
from recognition.files import one_line, speak_utf_8
from recognition.pipeline import Recogniser
from recognition.reading import declared_container, declared_plate, read_files
from recognition.settings import Settings
from recognition.verification import Expected
from recognition.worker import work


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0, 1 where an image could not be read, 2 for a wrong use."""
    chosen = _parser().parse_args(arguments)
    speak_utf_8()
    settings = Settings()
    folder, threads = settings.model_folder, settings.recognition_threads
    try:
        if chosen.command == "blur":
            return blur_files(
                models.load_faces(folder, threads), chosen.files, chosen.out, as_json=chosen.json
            )
        recogniser = models.load(folder, threads)
        faces = models.load_faces(folder, threads) if chosen.command == "explain" else None
    except models.ModelsMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    if chosen.command == "work":
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        asyncio.run(work(settings, recogniser))
        return 0
    models.warm_up(recogniser)
    if chosen.command == "evaluate":
        return evaluate(recogniser, chosen.truth, chosen.set, as_json=chosen.json, curve=chosen.curve)
    try:
        expected = [declared_plate(text) for text in chosen.expect_plate]
        expected += [declared_container(text) for text in chosen.expect_container]
    except Refusal as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    if faces is not None:
        return _explain(recogniser, faces, chosen, expected)
    return read_files(recogniser, chosen.files, expected, as_json=chosen.json)


def _explain(
    recogniser: Recogniser, faces: FaceDetector, chosen: argparse.Namespace, expected: Sequence[Expected]
) -> int:
    target = chosen.out or Path(f"{chosen.file.stem}.explained.png")
    try:
        if target.exists() and target.samefile(chosen.file):
            print(f"{target} is the image itself: give the picture another name with --out", file=sys.stderr)
            return 2
        picture, told = explain(recogniser, faces, chosen.file, expected)
        picture.save(target)
    except (OSError, ValueError) as error:
        print(f"{chosen.file}: {error}", file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(f"{chosen.file}: {refusal.code.value}: {refusal.message}", file=sys.stderr)
        return 1
    print(one_line(told) if chosen.json else f"{chosen.file}: explained in {target}")
    return 0


def _add_declared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--expect-plate",
        action="append",
        default=[],
        metavar="PLATE",
        help="a declared plate, as often as there are some: 粤ZDF15港, UP2643, MA-12-34 (hyphens say Macao)",
    )
    parser.add_argument(
        "--expect-container",
        action="append",
        default=[],
        metavar="NUMBER",
        help="a declared number: CSQU3054383",
    )


_EXITS = "Exit code: 0; 1 where an image could not be read (its line says why); 2 for a wrong use or a missing model."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recognition", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("read", help="read the plates and container numbers in images", epilog=_EXITS)
    read.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="JPEG, PNG or WebP; - is standard input"
    )
    _add_declared(read)
    read.add_argument("--json", action="store_true", help="one JSON object a line for each image")
    show = commands.add_parser("explain", help="draw what was seen in an image, and why", epilog=_EXITS)
    show.add_argument("file", type=Path, metavar="FILE", help="JPEG, PNG or WebP")
    show.add_argument("--out", type=Path, metavar="PICTURE", help="by default FILE.explained.png, here")
    _add_declared(show)
    show.add_argument("--json", action="store_true", help="tell the same facts as one JSON object")
    measure = commands.add_parser("evaluate", help="measure how well images with known truth are read")
    measure.add_argument("truth", type=Path, metavar="TRUTH.csv")
    measure.add_argument("--set", action="append", default=[], metavar="NAME", help="only this set of images")
    measure.add_argument("--json", action="store_true", help="one JSON object a line for each row")
    measure.add_argument(
        "--curve", type=Path, metavar="FILE.svg", help="draw what each threshold would accept"
    )
    blur = commands.add_parser("blur", help="write images with all faces blurred, to give away")
    blur.add_argument("files", nargs="+", type=Path, metavar="FILE")
    blur.add_argument(
        "--out", required=True, type=Path, metavar="FOLDER", help="where they go; it may be new"
    )
    blur.add_argument("--json", action="store_true", help="one JSON object a line for each image")
    commands.add_parser("work", help="read the hub's waiting captures until stopped")
    return parser


def _run() -> int:
    """Runs the command line; whoever stops listening or presses Ctrl-C gets no trace of it."""
    try:
        return main()
    except BrokenPipeError:
        # Python writes out what is left when it ends, and would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(_run())
