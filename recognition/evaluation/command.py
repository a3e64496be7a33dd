"""Runs `evaluate`: the table on standard output, progress and troubles on standard error."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition.evaluation.claims import Claim, Label
from recognition.evaluation.clips import clips
from recognition.evaluation.curve import Curve, Point
from recognition.evaluation.measuring import Measured, measured
from recognition.evaluation.picture import picture
from recognition.evaluation.table import HEAD, rows
from recognition.evaluation.truth import TruthUnusable, read_truth
from recognition.pipeline import Recogniser

_PROGRESS = 25


@dataclass(frozen=True)
class Kind:
    """Claims that share thresholds or are told apart in the result; `twin_share` is what of near twins may pass."""

    name: str
    belongs: Callable[[Claim], bool]
    twin_share: float = 1 / 2000


KINDS = (
    Kind("containers", lambda claim: claim.kind is SubjectKind.CONTAINER, 0.0),
    Kind("plates", lambda claim: claim.kind is SubjectKind.PLATE),
    Kind("Chinese plates", lambda claim: claim.jurisdiction is Jurisdiction.CN),
    Kind("plates beside their partner", lambda claim: claim.kind is SubjectKind.PLATE and claim.beside),
)


def evaluate(
    recogniser: Recogniser, path: Path, sets: Sequence[str] = (), *, as_json: bool, curve: Path | None = None
) -> int:
    """Prints the table. 0 when every image could be read, 1 when one could not, 2 when the truth is unusable."""
    try:
        truth = read_truth(path, sets)
    except TruthUnusable as unusable:
        _tell(str(unusable))
        return 2
    images: list[Measured] = []
    broken = 0
    for number, image in enumerate(measured(recogniser, truth), 1):
        if image.error is None:
            images.append(image)
            _tell_wrong(image)
            _tell_contradicted(image)
        else:
            broken += 1
            _say_error(image, as_json=as_json)
        if number % _PROGRESS == 0 or number == len(truth):
            _tell(f"{number} of {len(truth)} images")
    _print_table(images, as_json=as_json)
    for clip in clips(images):
        _say(json.dumps(clip.as_json(), ensure_ascii=False) if as_json else clip.as_text())
    claims = [claim for image in images for claim in image.claims]
    _print_points(claims, as_json=as_json)
    if curve is not None:
        kinds = [(kind.name, Curve.of(filter(kind.belongs, claims))) for kind in KINDS[:2]]
        curve.write_text(picture(kinds), encoding="utf-8")
    return int(broken > 0)


def _print_table(images: Sequence[Measured], *, as_json: bool) -> None:
    if not as_json:
        _say(HEAD)
    for row in rows(images):
        _say(json.dumps(row.as_json(), ensure_ascii=False) if as_json else row.as_text())


def _print_points(claims: Sequence[Claim], *, as_json: bool) -> None:
    if not as_json:
        _say("\nthresholds by the method | score | margin | accepted | strangers | near twins")
    for kind in KINDS:
        own = list(filter(kind.belongs, claims))
        if not own:
            continue
        curve = Curve.of(own, kind.twin_share)
        for name, point in (("all", curve.best()), ("five folds", curve.crossed())):
            _say(_point_json(kind, name, point) if as_json else _point_text(kind, name, point))


def _point_text(kind: Kind, name: str, point: Point) -> str:
    cells = (
        f"{point.score:.2f}",
        f"{point.margin:.2f}",
        str(point.own),
        str(point.strangers),
        str(point.twins),
    )
    return " | ".join((f"{kind.name}, {name}", *cells))


def _point_json(kind: Kind, name: str, point: Point) -> str:
    counts = {"accepted": point.own, "strangers": point.strangers, "near_twins": point.twins}
    entry = {
        "thresholds": kind.name,
        "over": name,
        "score": round(point.score, 2),
        "margin": round(point.margin, 2),
        **{label: [count.hits, count.total] for label, count in counts.items()},
    }
    return json.dumps(entry, ensure_ascii=False)


def _tell_wrong(image: Measured) -> None:
    """Names what verification got wrong, so that it can be looked into."""
    for claim in image.claims:
        if claim.accepted is not (claim.label is Label.OWN):
            best = max(claim.fits, key=lambda fit: fit.score, default=None)
            seen = f"score {best.score:.1f}, margin {best.margin:.1f}" if best else "no line"
            word = "not accepted" if claim.label is Label.OWN else "accepted"
            _tell(f"{image.truth.name}: {claim.label.value} {claim.text} {word} ({seen})")


def _tell_contradicted(image: Measured) -> None:
    for entry in image.verdicts:
        if entry.verdict is Verdict.MISMATCH:
            _tell(f"{image.truth.name}: OWN {entry.expected} contradicted by {entry.read}")


def _say_error(image: Measured, *, as_json: bool) -> None:
    if as_json:
        _say(json.dumps({"file": image.truth.name, "error": image.error}, ensure_ascii=False))
    _tell(f"{image.truth.name}: {image.error}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201
