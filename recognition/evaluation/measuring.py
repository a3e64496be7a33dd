"""One image measured: read, verified against all that could be declared of it, and what it cost."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.passages import SubjectKind, Verdict
from core.problems import Refusal
from recognition.evaluation.claims import Claim, Seen, claims
from recognition.evaluation.counting import Count, distance
from recognition.evaluation.truth import Truth
from recognition.intake import decode_image
from recognition.pipeline import Recogniser, readings
from recognition.values import Readings, Verification
from recognition.verification import Expected, verify

SURE = 0.8
NOTHING = Readings((), ())


@dataclass(frozen=True)
class Measured:
    """An image with what was read in it; CPU milliseconds for reading and for verifying its own numbers.

    `error` is set where the image could not be read: then nothing else counts.
    """

    truth: Truth
    readings: Readings = NOTHING
    claims: tuple[Claim, ...] = ()
    verdicts: tuple[Verification, ...] = ()
    milliseconds: float = 0.0
    error: str | None = None

    def exact(self, kind: SubjectKind) -> Count:
        """How many of its numbers of this kind were read to the letter."""
        numbers, texts = self._numbers(kind), self._texts(kind)
        return Count(sum(number in texts for number in numbers), len(numbers))

    @property
    def contradicted(self) -> Count:
        """How many of its own numbers were called a mismatch."""
        wrong = sum(entry.verdict is Verdict.MISMATCH for entry in self.verdicts)
        return Count(wrong, len(self.verdicts))

    @property
    def character_errors(self) -> Count:
        """Wrong, missing and surplus characters of its numbers, each against the closest reading of its kind."""
        wrong, total = 0, 0
        for kind in SubjectKind:
            for number in self._numbers(kind):
                nearest = (distance(number, text) for text in self._texts(kind))
                wrong += min(len(number), *nearest, len(number))
                total += len(number)
        return Count(wrong, total)

    @property
    def wrong_but_sure(self) -> int:
        """Readings with a confidence of at least SURE that are none of its numbers, of kinds its truth knows."""
        plates = (plate for plate in self.readings.plates if self.truth.plates)
        containers = (number for number in self.readings.containers if self.truth.containers)
        known = {*self.truth.plates, *self.truth.containers}
        sure = [(plate.text, plate.confidence) for plate in plates]
        sure += [(number.text, number.confidence) for number in containers]
        return sum(confidence >= SURE and text not in known for text, confidence in sure)

    def _numbers(self, kind: SubjectKind) -> Sequence[str]:
        return self.truth.plates if kind is SubjectKind.PLATE else self.truth.containers

    def _texts(self, kind: SubjectKind) -> list[str]:
        found = self.readings.plates if kind is SubjectKind.PLATE else self.readings.containers
        return [reading.text for reading in found]


def measured(recogniser: Recogniser, rows: Sequence[Truth]) -> Iterator[Measured]:
    """Each image measured, in order; the numbers of all images are declared of each."""
    others = tuple(dict.fromkeys(subject for row in rows for subject in row.voucher))
    for row in rows:
        try:
            yield _measure(recogniser, row, others)
        except OSError as error:
            yield Measured(row, error=error.strerror or str(error))
        except Refusal as refusal:
            yield Measured(row, error=f"{refusal.code.value}: {refusal.message}")


def _measure(recogniser: Recogniser, row: Truth, others: Sequence[Expected]) -> Measured:
    frame = decode_image(row.file.read_bytes())
    begin = time.process_time()
    observation = recogniser.observe(frame)
    found = readings(observation)
    verdicts = verify(observation, found, row.voucher)
    milliseconds = (time.process_time() - begin) * 1000
    return Measured(
        truth=row,
        readings=found,
        claims=tuple(claims(row.name, Seen(observation, found), row.voucher, others)),
        verdicts=verdicts,
        milliseconds=milliseconds,
    )


def total(counts: Iterable[Count]) -> Count:
    """All counts together."""
    return sum(counts, Count(0, 0))
