"""What a worker's answer must hold to be taken."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backend.captures.model import BoxRow, Capture, Evidence, ReadingRow, VerdictRow
from core.passages import Verdict
from core.problems import ProblemCode, Refusal

MOST_READINGS = 60
LONGEST_TEXT = 40
LONGEST_REASON = 200
MOST_CPU_MS = 600_000


@dataclass(frozen=True)
class Crop:
    """A cut-out and the place in the image that it shows; sound, and inspected before any transaction."""

    box: BoxRow
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What one worker found in one image; `cpu_ms` is processor time in milliseconds.

    `crops` are the cut-outs that verdicts rest on, by the verdict's place.
    """

    readings: tuple[ReadingRow, ...]
    verdicts: tuple[VerdictRow, ...]
    cpu_ms: int
    crops: Mapping[int, Crop] = field(default_factory=dict)


def check_answer(capture: Capture, answer: Answer) -> None:
    """Refuse an answer that speaks of what was not asked, or whose numbers mean nothing.

    Raises Refusal INVALID_INPUT with the path of the field.
    """
    if len(answer.readings) > MOST_READINGS or len(answer.verdicts) > len(capture.expected):
        raise _invalid("readings", reason="more entries than an image can hold")
    asked = {(subject.kind, subject.text) for subject in capture.expected}
    for index, verdict in enumerate(answer.verdicts):
        if (verdict.kind, verdict.declared) not in asked:
            raise _invalid("verdicts", str(index), "declared", reason="not asked about in this capture")
        _check_texts(("verdicts", str(index), "read"), [verdict.read or ""])
        if not math.isfinite(verdict.score):
            raise _invalid("verdicts", str(index), "score", reason="a finite number")
    for index, crop in answer.crops.items():
        _check_crop(capture, answer.verdicts[index], crop, ("verdicts", str(index), "evidence"))
    for index, reading in enumerate(answer.readings):
        _check_texts(("readings", str(index), "text"), [reading.text])
        if not 0 <= reading.confidence <= 1:
            raise _invalid("readings", str(index), "confidence", reason="0 to 1")
    if not 0 <= answer.cpu_ms <= MOST_CPU_MS:
        raise _invalid("cpuMilliseconds", reason=f"0 to {MOST_CPU_MS}")


def evidence_of(capture: Capture, index: int, verdict: VerdictRow, crop: Crop) -> Evidence:
    """Return what is kept of the cut-out that came with the verdict at this place of the answer."""
    return Evidence(
        id=f"{capture.id}-{index}",
        capture_id=capture.id,
        passage_id=capture.passage_id,
        lane_id=capture.lane_id,
        taken_at=capture.taken_at,
        image_sha256=capture.sha256,
        kind=verdict.kind,
        declared=verdict.declared,
        verdict=verdict.verdict,
        read=verdict.read,
        box=crop.box,
        content_type=crop.content_type,
        sha256=hashlib.sha256(crop.body).hexdigest(),
    )


def _check_crop(capture: Capture, verdict: VerdictRow, crop: Crop, path: tuple[str, ...]) -> None:
    if verdict.verdict is Verdict.UNSURE:
        raise _invalid(*path, reason="a doubt rests on nothing that could be cut out")
    box = crop.box
    across = 0 <= box.x < box.x + box.width <= capture.width
    if not (across and 0 <= box.y < box.y + box.height <= capture.height):
        raise _invalid(*path, "box", reason="within the image")


def _check_texts(path: tuple[str, ...], texts: Iterable[str]) -> None:
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise _invalid(*path, reason=f"at most {LONGEST_TEXT} characters")


def _invalid(*path: str, reason: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, path=path, args={"reason": reason})
