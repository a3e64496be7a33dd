"""The regression set read by the real models: no less than was read before, nothing invented, no near twin accepted.

A floor is what was read when it was last set, less one. Who reads more raises it.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from recognition.evaluation.truth import read_truth
from recognition.intake import decode_image
from recognition.pipeline import Recogniser
from simulator.images.hard import Case, Condition, Subject, draw
from simulator.images.hard.cases import ROUND
from simulator.images.hard.folder import TRUTH, file_name
from tests.recognition.regression_set import FOLDER, Result, counted, every_case, results

STEP = 5
"""Every fifth image is read here, all conditions and subjects among them; `scripts/bench` reads many more."""
BY_CONDITION: Mapping[Condition, int] = {
    Condition.PLAIN: 3,
    Condition.MOTION: 3,
    Condition.COMPRESSION: 2,
    Condition.GLARE: 4,
    Condition.SHADOW: 2,
    Condition.DIRT: 2,
    Condition.TILT: 2,
    Condition.RAIN: 2,
    Condition.DISTANCE: 2,
    Condition.NIGHT: 2,
    Condition.PARTIAL: 2,
}
BY_SUBJECT: Mapping[Subject, int] = {
    Subject.MAINLAND: 1,
    Subject.PAIR: 3,
    Subject.MACAO: 2,
    Subject.ROOF: 2,
    Subject.NEW_ENERGY: 1,
    Subject.HONG_KONG: 1,
    Subject.BOTH: 3,
    Subject.SPECIAL: 1,
    Subject.HEAVY: 1,
    Subject.DOOR_LINE: 1,
    Subject.TWO: 2,
    Subject.TRAILER: 1,
    Subject.HONG_KONG_ROWS: 1,
    Subject.SIDE: 1,
}
MOST_BYTES = 8_000_000
REDRAWN = 60
"""Every so many an image is drawn again and compared."""


@pytest.fixture(scope="module")
def found(recogniser: Recogniser) -> list[Result]:
    return list(results(recogniser, every_case()[::STEP]))


def test_the_set_holds_each_condition_with_each_subject_and_stays_small() -> None:
    truth = {entry.name: entry for entry in read_truth(FOLDER / TRUTH)}
    assert list(truth) == [file_name(case) for case in every_case()]
    images = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.jpg"))
    assert images == sorted(truth)
    assert len(images) == ROUND
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < MOST_BYTES


@pytest.mark.parametrize("case", every_case()[::REDRAWN], ids=lambda case: case.seed)
def test_the_generator_still_draws_the_set(case: Case) -> None:
    drawing = draw(case)
    kept = decode_image((FOLDER / file_name(case)).read_bytes())
    again = decode_image(drawing.jpeg)
    # Not byte for byte: another processor's instructions or another release of the font round otherwise.
    assert np.abs(again.astype(int) - kept.astype(int)).mean() < 3


def test_no_condition_is_read_worse_than_before(found: list[Result]) -> None:
    read = counted(found, lambda case: case.condition)
    assert {name: read[name] for name, least in BY_CONDITION.items() if read[name] < least} == {}


def test_no_kind_of_plate_or_marking_is_read_worse_than_before(found: list[Result]) -> None:
    read = counted(found, lambda case: case.subject)
    assert {name: read[name] for name, least in BY_SUBJECT.items() if read[name] < least} == {}


def test_no_near_twin_of_a_number_in_view_is_accepted(found: list[Result]) -> None:
    assert [(result.case.note, result.accepted_twins) for result in found if result.accepted_twins] == []
