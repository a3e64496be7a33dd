"""`python -m recognition read FILE...`, `explain FILE`, `evaluate TRUTH.csv`, `blur FILE... --out FOLDER`, `work`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from core.problems import Refusal
from recognition import models
from recognition.evaluation import evaluate
from recognition.explaining import as_json, explain
from recognition.exporting import blur_files
from recognition.faces import FaceDetector
from recognition.pipeline import Recogniser
from recognition.reading import declared_container, declared_plate, read_files
from recognition.settings import Settings
from recognition.verification import Expected
from recognition.worker import work


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    chosen = _parser().parse_args(arguments)
    settings = Settings()
    folder, threads = settings.model_folder, settings.recognition_threads
    try:
        if chosen.command == "blur":
            faces = models.load_faces(folder, threads)
            return blur_files(faces, chosen.files, chosen.out, as_json=chosen.json)
        recogniser = models.load(folder, threads)
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
    if chosen.command == "explain":
        return _explain(recogniser, models.load_faces(folder, threads), chosen, expected)
    return read_files(recogniser, chosen.files, expected, as_json=chosen.json)


def _explain(
    recogniser: Recogniser, faces: FaceDetector, chosen: argparse.Namespace, expected: Sequence[Expected]
) -> int:
    target = chosen.out or Path(f"{chosen.file.stem}.explained.png")
    try:
        picture, told = explain(recogniser, faces, chosen.file, expected)
        picture.save(target)
    except (OSError, ValueError) as error:
        print(f"{chosen.file}: {error}", file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(f"{chosen.file}: {refusal.code.value}: {refusal.message}", file=sys.stderr)
        return 1
    print(as_json(told) if chosen.json else f"{chosen.file}: explained in {target}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recognition", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("read", help="read the plates and container numbers in images")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--expect-plate", action="append", default=[], metavar="PLATE")
    read.add_argument("--expect-container", action="append", default=[], metavar="NUMBER")
    read.add_argument("--json", action="store_true", help="one JSON object a line for each image")
    show = commands.add_parser("explain", help="draw what was seen in an image, and why")
    show.add_argument("file", type=Path, metavar="FILE")
    show.add_argument("--out", type=Path, metavar="PICTURE", help="by default FILE.explained.png, here")
    show.add_argument("--expect-plate", action="append", default=[], metavar="PLATE")
    show.add_argument("--expect-container", action="append", default=[], metavar="NUMBER")
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


if __name__ == "__main__":
    sys.exit(main())
