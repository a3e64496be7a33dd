"""How well drawn hard images are read and verified, by condition: 198 images of a seed, with --long 1,188.

The images are drawn for this alone and are none of the committed set; each is verified against its own numbers and
their near twins. `python -m simulator images --seed 2 --count 1188 --out FOLDER` draws them for a look.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from core.passages import SubjectKind
from recognition import models
from recognition.evaluation.claims import Label
from recognition.evaluation.measuring import total
from recognition.settings import Settings
from simulator.images.hard.cases import ROUND, Condition, cases
from simulator.images.hard.folder import write
from tests.bench.figures import Conditions, Measurement, progress, spread
from tests.recognition.regression_set import Result, results

SEED = 2
FEW, MANY = 22, 6 * ROUND
MEANING = (
    "numbers on drawn images read to the letter, declared ones accepted and contradicted, near twins accepted, "
    "readings of other numbers with a confidence of 0.8 or more, CPU time an image"
)


def measure(count: int) -> list[Measurement]:
    """Draw the images, read them, and return one measurement a condition. Raises ModelsMissing, FontMissing."""
    recogniser = models.load(Settings().model_folder)
    models.warm_up(recogniser)
    found: list[Result] = []
    with TemporaryDirectory() as folder:
        drawn = list(cases(SEED, count))
        progress(f"drawing {count} images")
        write(drawn, Path(folder))
        for number, result in enumerate(results(recogniser, drawn, Path(folder)), 1):
            found.append(result)
            if number % 100 == 0:
                progress(f"{number} of {count} images")
    by_condition = {
        condition: [result for result in found if result.case.condition is condition]
        for condition in Condition
    }
    return [_measurement(condition.value, of) for condition, of in by_condition.items()] + [
        _measurement("all", found)
    ]


def _measurement(name: str, found: Sequence[Result]) -> Measurement:
    measured = [result.measured for result in found]
    exact = total(entry.exact(kind) for entry in measured for kind in SubjectKind)
    own = [claim.accepted for entry in measured for claim in entry.claims if claim.label is Label.OWN]
    twins = [claim.accepted for entry in measured for claim in entry.claims if claim.label is Label.TWIN]
    figures = {
        "images": (len(found), "images"),
        "read": (exact.hits, f"of {exact.total} numbers"),
        "accepted": (sum(own), f"of {len(own)} numbers"),
        "contradicted": (total(entry.contradicted for entry in measured).hits, "numbers"),
        "twins_accepted": (sum(twins), f"of {len(twins)} near twins"),
        "wrong_but_sure": (sum(entry.wrong_but_sure for entry in measured), "readings"),
        **spread("cpu", [entry.milliseconds for entry in measured], "ms"),
    }
    return Measurement(f"recognition.generated.{name}", MEANING, figures)


def main() -> int:
    """Print one line a condition."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few images only: no figures to quote")
    parser.add_argument("--long", action="store_true", help="1,188 images")
    chosen = parser.parse_args()
    conditions = Conditions.now("recognition_generated", sys.argv[1:])
    count = FEW if chosen.short else MANY if chosen.long else ROUND
    for measurement in measure(count):
        print(measurement.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
