"""What a worker's answer must hold to be taken."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from backend.captures.model import Capture, ReadingRow, VerdictRow
from core.problems import ProblemCode, Refusal

MOST_READINGS = 60
LONGEST_TEXT = 40
LONGEST_REASON = 200
MOST_CPU_MS = 600_000


@dataclass(frozen=True)
class Answer:
    """What one worker found in one image; `cpu_ms` is processor time in milliseconds."""

    readings: tuple[ReadingRow, ...]
    verdicts: tuple[VerdictRow, ...]
    cpu_ms: int


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
    for index, reading in enumerate(answer.readings):
        _check_texts(("readings", str(index), "text"), [reading.text])
        if not 0 <= reading.confidence <= 1:
            raise _invalid("readings", str(index), "confidence", reason="0 to 1")
    if not 0 <= answer.cpu_ms <= MOST_CPU_MS:
        raise _invalid("cpuMilliseconds", reason=f"0 to {MOST_CPU_MS}")


def _check_texts(path: tuple[str, ...], texts: Iterable[str]) -> None:
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise _invalid(*path, reason=f"at most {LONGEST_TEXT} characters")


def _invalid(*path: str, reason: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, path=path, args={"reason": reason})
