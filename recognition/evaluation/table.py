"""The table: one line a set, and one for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.passages import SubjectKind
from recognition.evaluation.claims import Label
from recognition.evaluation.counting import Count, percentile
from recognition.evaluation.measuring import Measured, total

HEAD = (
    "set | images | plates exact | containers exact | character errors | wrong but sure | declared accepted"
    " | declared contradicted | strangers accepted | near twins accepted | other home accepted | CPU ms median, P95"
)


@dataclass(frozen=True)
class Row:
    """What was found in one set of images."""

    name: str
    images: int
    plates: Count
    containers: Count
    characters: Count
    wrong_but_sure: int
    declared: Count
    contradicted: Count
    strangers: Count
    twins: Count
    other_home: Count
    median_ms: float
    p95_ms: float

    def as_text(self) -> str:
        """A line under HEAD; shares with their 95 % intervals (Wilson)."""
        counts = (self.plates, self.containers, self.characters)
        verified = (self.declared, self.contradicted, self.strangers, self.twins, self.other_home)
        return " | ".join(
            (
                self.name,
                str(self.images),
                *map(str, counts),
                str(self.wrong_but_sure),
                *map(str, verified),
                f"{self.median_ms:.0f}, {self.p95_ms:.0f}",
            )
        )

    def as_json(self) -> dict[str, object]:
        """The same as an object; a count is [hits, total]."""
        counts = {
            "plates_exact": self.plates,
            "containers_exact": self.containers,
            "character_errors": self.characters,
            "declared_accepted": self.declared,
            "declared_contradicted": self.contradicted,
            "strangers_accepted": self.strangers,
            "near_twins_accepted": self.twins,
            "other_home_accepted": self.other_home,
        }
        return {
            "set": self.name,
            "images": self.images,
            **{name: [count.hits, count.total] for name, count in counts.items()},
            "wrong_but_sure": self.wrong_but_sure,
            "cpu_ms": {"median": round(self.median_ms, 1), "p95": round(self.p95_ms, 1)},
        }


def rows(images: Sequence[Measured]) -> tuple[Row, ...]:
    """One row a set in the order of the images, and `all` where there are several."""
    folders = list(dict.fromkeys(image.truth.folder for image in images))
    found = [_row(name, [image for image in images if image.truth.folder == name]) for name in folders]
    return (*found, _row("all", images)) if len(found) > 1 else tuple(found)


def _row(name: str, images: Sequence[Measured]) -> Row:
    times = [image.milliseconds for image in images]
    return Row(
        name=name,
        images=len(images),
        plates=total(image.exact(SubjectKind.PLATE) for image in images),
        containers=total(image.exact(SubjectKind.CONTAINER) for image in images),
        characters=total(image.character_errors for image in images),
        wrong_but_sure=sum(image.wrong_but_sure for image in images),
        declared=_accepted(images, Label.OWN),
        contradicted=total(image.contradicted for image in images),
        strangers=_accepted(images, Label.STRANGER),
        twins=_accepted(images, Label.TWIN),
        other_home=_accepted(images, Label.OTHER_HOME),
        median_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


def _accepted(images: Sequence[Measured], label: Label) -> Count:
    verdicts = [claim.accepted for image in images for claim in image.claims if claim.label is label]
    return Count(sum(verdicts), len(verdicts))
