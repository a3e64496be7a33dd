"""What a worker's answer must hold, without a database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.captures.model import (
    BoxRow,
    Capture,
    CaptureState,
    CaptureView,
    ExpectedRow,
    ReadingRow,
    VerdictRow,
)
from backend.captures.rules import Answer, check_answer
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from core.problems import ProblemCode, Refusal

READING = ReadingRow(
    kind=SubjectKind.PLATE,
    text="UP2643",
    jurisdiction=Jurisdiction.HK,
    confidence=0.9,
    box=BoxRow(x=1, y=2, width=30, height=10),
)
VERDICT = VerdictRow(
    kind=SubjectKind.PLATE, declared="UP2643", verdict=Verdict.MATCH, score=-0.1, read="UP2643"
)
SOUND = Answer(readings=(READING,), verdicts=(VERDICT,), cpu_ms=700)


@pytest.fixture
def capture(api: object) -> Capture:
    """A capture that asks about one plate; beanie has to know its models before one can be made."""
    return Capture(
        id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        checkpoint_id="liantang",
        lane_id="liantang-1",
        passage_id="01ARZ3NDEKTSV4RRFFQ69G5FAW",
        trip_id=None,
        owner_id=None,
        view=CaptureView.FRONT,
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
        width=64,
        height=48,
        sha256="0" * 64,
        content_type="image/jpeg",
        expected=(ExpectedRow(kind=SubjectKind.PLATE, text="UP2643", jurisdiction=Jurisdiction.HK),),
        state=CaptureState.CLAIMED,
        priority=0,
    )


def test_a_sound_answer_is_taken(capture: Capture) -> None:
    check_answer(capture, SOUND)
    check_answer(capture, Answer((), (), 0))


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (replace(SOUND, readings=(READING,) * 61), ("readings",)),
        (replace(SOUND, verdicts=(VERDICT, VERDICT)), ("readings",)),
        (
            replace(SOUND, verdicts=(VERDICT.model_copy(update={"declared": "AB1"}),)),
            ("verdicts", "0", "declared"),
        ),
        (
            replace(SOUND, verdicts=(VERDICT.model_copy(update={"kind": SubjectKind.CONTAINER}),)),
            ("verdicts", "0", "declared"),
        ),
        (
            replace(SOUND, verdicts=(VERDICT.model_copy(update={"read": "9" * 41}),)),
            ("verdicts", "0", "read"),
        ),
        (
            replace(SOUND, verdicts=(VERDICT.model_copy(update={"score": float("nan")}),)),
            ("verdicts", "0", "score"),
        ),
        (
            replace(SOUND, readings=(READING, READING.model_copy(update={"text": "9" * 41}))),
            ("readings", "1", "text"),
        ),
        (
            replace(SOUND, readings=(READING.model_copy(update={"confidence": 1.01}),)),
            ("readings", "0", "confidence"),
        ),
        (
            replace(SOUND, readings=(READING.model_copy(update={"confidence": float("nan")}),)),
            ("readings", "0", "confidence"),
        ),
        (replace(SOUND, cpu_ms=-1), ("cpuMilliseconds",)),
        (replace(SOUND, cpu_ms=600_001), ("cpuMilliseconds",)),
    ],
)
def test_an_answer_that_means_nothing_is_refused_with_the_path_of_its_field(
    capture: Capture, answer: Answer, path: tuple[str, ...]
) -> None:
    with pytest.raises(Refusal) as refused:
        check_answer(capture, answer)

    assert (refused.value.code, refused.value.path) == (ProblemCode.INVALID_INPUT, path)
