"""The truth of a set of images: what stands in each, read from a CSV file."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.identifiers.containers import parse_container
from core.identifiers.plates import Jurisdiction, parse_plate
from core.passages import SubjectKind
from core.problems import Refusal
from recognition.reading import declared_container, declared_plate
from recognition.verification import Expected

COLUMNS = ("file", "kind", "gt")
KINDS = ("plate", "platecrop", "container", "both")


class TruthUnusable(Exception):
    """The truth file cannot be used; the message says why and what is wanted."""


@dataclass(frozen=True)
class Truth:
    """What is known of one image."""

    file: Path
    name: str
    containers: tuple[str, ...]
    plates: tuple[str, ...]
    group: str
    jurisdictions: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The set it belongs to."""
        return self.name.split("/", maxsplit=1)[0]

    @property
    def voucher(self) -> tuple[Expected, ...]:
        """Its numbers as a voucher would declare them; what no grammar knows cannot be declared."""
        known = (
            self.jurisdictions if len(self.jurisdictions) == len(self.plates) else len(self.plates) * ("",)
        )
        plates = (_plate(text, jurisdiction) for text, jurisdiction in zip(self.plates, known, strict=True))
        return (*filter(None, (_container(text) for text in self.containers)), *filter(None, plates))


def read_truth(path: Path, sets: Collection[str] = ()) -> tuple[Truth, ...]:
    """The rows of the file, of these sets only where any are named.

    Raises:
        TruthUnusable: no such file, a column or a set is missing, a kind is unknown.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [_truth(path.parent, row) for row in csv.DictReader(lines)]
    except OSError as error:
        raise TruthUnusable(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TruthUnusable(f"{path} is not text in UTF-8") from error
    known = {row.folder for row in rows}
    if unknown := sorted(set(sets) - known):
        raise TruthUnusable(f"no set {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return tuple(row for row in rows if not sets or row.folder in sets)


def _truth(folder: Path, row: dict[str, str]) -> Truth:
    if missing := [name for name in COLUMNS if row.get(name) is None]:
        raise TruthUnusable(f"the column {', '.join(missing)} is missing")
    if row["kind"] not in KINDS:
        raise TruthUnusable(f"{row['file']}: kind {row['kind']!r} is none of {', '.join(KINDS)}")
    numbers = tuple(number for number in row["gt"].split("|") if number)
    containers = {"container": len(numbers), "both": 1}.get(row["kind"], 0)
    return Truth(
        file=folder / row["file"],
        name=row["file"],
        containers=numbers[:containers],
        plates=numbers[containers:],
        group=row.get("group") or "",
        jurisdictions=tuple((row.get("country") or "").split("+")),
    )


def _container(text: str) -> Expected | None:
    try:
        parse_container(text)
        return declared_container(text)
    except Refusal:
        return None


def _plate(text: str, jurisdiction: str) -> Expected | None:
    try:
        if jurisdiction in set(Jurisdiction):
            plate = parse_plate(text, Jurisdiction(jurisdiction))
            return Expected(SubjectKind.PLATE, plate.text, plate.jurisdiction)
        return declared_plate(text)
    except Refusal:
        return None
