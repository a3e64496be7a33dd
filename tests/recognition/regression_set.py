"""The committed regression set: drawn images of known truth, each condition with each subject once.

Made by `python -m simulator images --seed 1 --out tests/recognition/regression`; a part of it on one sheet is
docs/pictures/hard_images.png.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.passages import SubjectKind
from recognition.evaluation.claims import Label
from recognition.evaluation.measuring import Measured, measured
from recognition.evaluation.truth import read_truth
from recognition.pipeline import Recogniser
from simulator.images.hard.cases import ROUND, Case, cases
from simulator.images.hard.folder import TRUTH, file_name

FOLDER = Path(__file__).parent / "regression"
SEED = 1


@dataclass(frozen=True)
class Result:
    """One image read: its case and what came of it."""

    case: Case
    measured: Measured

    @property
    def read(self) -> int:
        """How many of its numbers were read to the letter."""
        return sum(self.measured.exact(kind).hits for kind in SubjectKind)

    @property
    def accepted_twins(self) -> list[str]:
        """Near twins of its numbers that verification took for them."""
        return [claim.text for claim in self.measured.claims if claim.label is Label.TWIN and claim.accepted]


def results(recogniser: Recogniser, wanted: Iterable[Case], folder: Path = FOLDER) -> Iterator[Result]:
    """Read the images of the cases; each is verified against its own numbers and their near twins.

    Raises KeyError where the folder has no image of a case.
    """
    known = {truth.name: truth for truth in read_truth(folder / TRUTH)}
    for case in wanted:
        for measurement in measured(recogniser, [known[file_name(case)]]):
            yield Result(case, measurement)


def every_case() -> list[Case]:
    """Return the cases of the whole set."""
    return list(cases(SEED, ROUND))


def counted(found: Iterable[Result], key: Callable[[Case], str]) -> Counter[str]:
    """Return how many numbers were read to the letter, by what the key tells of the case."""
    counts: Counter[str] = Counter()
    for result in found:
        counts[key(result.case)] += result.read
    return counts
