"""The command `read`: images in, one line each out."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.identifiers.containers import FORM
from core.identifiers.plates import Jurisdiction, normalise, parse_plate
from core.passages import SubjectKind
from core.problems import ProblemCode, Refusal
from recognition.files import bytes_of, one_line, say, why
from recognition.intake import decode_image
from recognition.pipeline import Recogniser, readings
from recognition.values import Box, Readings, Verification
from recognition.verification import Expected, verify


def read_files(
    recogniser: Recogniser, files: Sequence[Path], expected: Sequence[Expected], *, as_json: bool
) -> int:
    """Says one line a file as soon as it is read; 1 when a file could not be read, otherwise 0."""
    failed = False
    for place, file in enumerate(files, 1):
        try:
            answer = _read(recogniser, file, expected)
        except (OSError, Refusal) as error:
            failed = True
            answer = {"file": str(file), "error": why(error)}
        count = f"{place:{len(str(len(files)))}}/{len(files)} " if len(files) > 1 else ""
        say(one_line(answer) if as_json else count + _in_words(answer))
    return int(failed)


def declared_plate(text: str) -> Expected:
    """A plate given without its jurisdiction: told by its form (hyphened pairs are Macao's).

    Raises:
        Refusal: PLATE_INVALID where it has no known form.
    """
    canonical = normalise(text)
    order = [Jurisdiction.CN, Jurisdiction.HK, Jurisdiction.MO, Jurisdiction.OTHER]
    if text.count("-") == 2:
        order.remove(Jurisdiction.MO)
        order.insert(1, Jurisdiction.MO)
    for jurisdiction in order:
        try:
            return Expected(SubjectKind.PLATE, parse_plate(canonical, jurisdiction).text, jurisdiction)
        except Refusal:
            continue
    raise Refusal(ProblemCode.PLATE_INVALID, args={"text": text, "jurisdiction": Jurisdiction.OTHER.value})


def declared_container(text: str) -> Expected:
    """A container number as declared; its check digit may be wrong, so only its form is asked for.

    Raises:
        Refusal: CONTAINER_FORMAT.
    """
    canonical = normalise(text)
    if FORM.fullmatch(canonical) is None:
        raise Refusal(ProblemCode.CONTAINER_FORMAT, args={"text": text})
    return Expected(SubjectKind.CONTAINER, canonical)


def _read(recogniser: Recogniser, file: Path, expected: Sequence[Expected]) -> dict[str, Any]:
    data = bytes_of(file)
    begin = time.process_time()
    observation = recogniser.observe(decode_image(data))
    found = readings(observation)
    verdicts = verify(observation, found, expected)
    milliseconds = round((time.process_time() - begin) * 1000)
    return {"file": str(file), **_found(found), **_verdicts(verdicts), "cpu_ms": milliseconds}


def _found(found: Readings) -> dict[str, Any]:
    plates = [
        {
            "text": plate.text,
            "jurisdiction": plate.jurisdiction.value,
            "confidence": plate.confidence,
            "inferred": plate.inferred,
            "box": _numbers(plate.box),
        }
        for plate in found.plates
    ]
    containers = [asdict(container) | {"box": _numbers(container.box)} for container in found.containers]
    return {"plates": plates, "containers": containers}


def _numbers(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _verdicts(verdicts: Sequence[Verification]) -> dict[str, Any]:
    if not verdicts:
        return {}
    answers = [
        {"expected": entry.expected, "verdict": entry.verdict.value.lower(), "score": entry.score}
        for entry in verdicts
    ]
    return {"verdicts": answers}


def _in_words(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer['file']}: {answer['error']}"
    found = [
        f"{entry['text']} ({entry['confidence']:.2f}{_inferred(entry)})"
        for entry in answer["plates"] + answer["containers"]
    ]
    verdicts = [f"{entry['expected']}: {entry['verdict']}" for entry in answer.get("verdicts", ())]
    return f"{answer['file']}: {'; '.join(found + verdicts) or 'nothing read'}"


def _inferred(entry: dict[str, Any]) -> str:
    signs = entry.get("inferred")
    return f", {' and '.join(signs)} inferred" if signs else ""
