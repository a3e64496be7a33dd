"""The rules of a declaration: each broken one with its code, its field and its sentence's values. Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from backend.orders import rules as shared
from backend.orders.model import DeclaredContainer
from backend.orders.rules import Findings, RuleFailure
from backend.trips.model import (
    CrewMember,
    Declaration,
    DeclaredPlate,
    GoodsItem,
    Party,
    PersonDocument,
    Reference,
)
from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Jurisdiction, Plate, PlateKind, parse_plate
from core.problems import ProblemCode
from core.vouchers.claims import ANCHOR_BYTES, MAX_PLATES, Direction
from core.words import Language

PLACE = "declaration"
ANCHORS = 4
MOST_PEOPLE = 9
EARLY = timedelta(hours=2)
STEP_BACK = timedelta(minutes=1)
AS_STATED = [
    "trailers",
    "goods_items",
    "parties",
    "crew_members",
    "driver_nationality",
    "driver_documents",
    "departure_country",
    "destination_country",
    "transit_countries",
    "references",
]
HOME_PLATES = frozenset({Jurisdiction.HK, Jurisdiction.MO})


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declaration that broke no rule, in canonical form; times are UTC."""

    driver_name: str
    driver_phone: str
    direction: Direction
    plates: tuple[Plate, ...]
    containers: tuple[DeclaredContainer, ...]
    crew: int
    fever_free: bool
    goods_summary: str
    window_start: datetime
    window_end: datetime
    language: Language
    trailers: tuple[DeclaredPlate, ...] = ()
    goods_items: tuple[GoodsItem, ...] = ()
    parties: tuple[Party, ...] = ()
    crew_members: tuple[CrewMember, ...] = ()
    driver_nationality: str | None = None
    driver_documents: tuple[PersonDocument, ...] = ()
    departure_country: str | None = None
    destination_country: str | None = None
    transit_countries: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def container_numbers(self) -> tuple[ContainerNumber, ...]:
        """The containers' numbers without their seals."""
        return tuple(ContainerNumber(container.number) for container in self.containers)

    @property
    def vehicles(self) -> tuple[str, ...]:
        """The plates as one text each, jurisdiction first: the same vehicle is the same text."""
        return tuple(f"{plate.jurisdiction.value}:{plate.text}" for plate in self.plates)

    def declaration(self) -> Declaration:
        """Return it as it is stored."""
        plates = tuple(
            DeclaredPlate(jurisdiction=plate.jurisdiction, text=plate.text) for plate in self.plates
        )
        return Declaration(**{**vars(self), "plates": plates})


@dataclass(frozen=True)
class Examination:
    """What the rules found: the failures, or the declaration in canonical form."""

    failures: tuple[RuleFailure, ...]
    declared: Declared | None


def examine(declaration: Declaration, now: datetime) -> Examination:
    """Apply every rule that needs no other trip."""
    findings = Findings()
    name = shared.person_name(findings, declaration.driver_name, PLACE, "driverName")
    phone = shared.phone(findings, declaration.driver_phone, PLACE, "driverPhone")
    plates = examine_plates(findings, declaration.plates)
    containers = shared.containers(findings, declaration.containers, PLACE, "containers")
    goods = _goods(findings, declaration)
    shared.window(findings, declaration.window_start, declaration.window_end, now, PLACE)
    _people(findings, declaration)
    if declaration.direction is None:
        findings.add(ProblemCode.DIRECTION_MISSING, PLACE, "direction")
    if (
        findings.failures
        or declaration.direction is None
        or declaration.crew is None
        or declaration.fever_free is None
        or declaration.window_start is None
        or declaration.window_end is None
    ):
        return Examination(tuple(findings.failures), None)
    declared = Declared(
        driver_name=name,
        driver_phone=phone,
        direction=declaration.direction,
        plates=plates,
        containers=containers,
        crew=declaration.crew,
        fever_free=declaration.fever_free,
        goods_summary=goods,
        window_start=declaration.window_start,
        window_end=declaration.window_end,
        language=declaration.language or Language.EN,
        **{name: getattr(declaration, name) for name in AS_STATED},
    )
    return Examination((), declared)


def voucher_validity(
    window_start: datetime, window_end: datetime, now: datetime, lasts: timedelta
) -> tuple[datetime, datetime]:
    """Return not-before and expiry of a code: from two hours before the window on.

    Never earlier than a minute ago: in step 0 the live part is the anchor, which the code itself shows.
    """
    begins = max(now - STEP_BACK, window_start - EARLY, window_end - lasts)
    return begins, begins + lasts


def examine_plates(findings: Findings, stated: Sequence[DeclaredPlate]) -> tuple[Plate, ...]:
    """Return the plates; note what is no plate, stands there twice, or lacks the home plate beside it."""
    if not stated:
        findings.add(ProblemCode.FIELD_REQUIRED, PLACE, "plates")
    if len(stated) > MAX_PLATES:
        findings.add(ProblemCode.TOO_MANY, PLACE, "plates", limit=str(MAX_PLATES))
        return ()
    found: dict[int, Plate] = {}
    for index, plate in enumerate(stated):
        place = (PLACE, "plates", str(index), "text")
        if not shared.clean(plate.text):
            findings.add(ProblemCode.FIELD_REQUIRED, *place)
            continue
        parsed = findings.parsed(partial(parse_plate, shared.clean(plate.text), plate.jurisdiction), *place)
        if parsed is None:
            continue
        if parsed in found.values():
            findings.add(ProblemCode.PLATE_DUPLICATE, *place, text=parsed.display())
        found[index] = parsed
    if len(found) == len(stated):
        _pairs(findings, found)
    return tuple(found.values())


def _pairs(findings: Findings, plates: dict[int, Plate]) -> None:
    """A 粤Z plate is hung beside a home plate: 港 beside a Hong Kong one, 澳 beside a Macao one."""
    homes = {plate.jurisdiction for plate in plates.values()} & HOME_PLATES
    for index, plate in plates.items():
        needed = plate.cross_border_home
        if needed is None or needed in homes:
            continue
        code = ProblemCode.PLATE_PAIR_MISMATCH if homes else ProblemCode.PLATE_HOME_MISSING
        findings.add(code, PLACE, "plates", str(index), "text", text=plate.display(), needed=needed.value)
    if plates and all(plate.kind is PlateKind.TRAILER for plate in plates.values()):
        findings.add(ProblemCode.FIELD_REQUIRED, PLACE, "plates")  # a trailer does not drive by itself


def _goods(findings: Findings, declaration: Declaration) -> str:
    goods = shared.clean(declaration.goods_summary)
    if len(goods) > shared.GOODS_LENGTH:
        findings.add(ProblemCode.FIELD_TOO_LONG, PLACE, "goodsSummary", limit=str(shared.GOODS_LENGTH))
    if not goods and declaration.containers:
        findings.add(ProblemCode.FIELD_REQUIRED, PLACE, "goodsSummary")
    return goods


def _people(findings: Findings, declaration: Declaration) -> None:
    if declaration.crew is None or not 1 <= declaration.crew <= MOST_PEOPLE:
        findings.add(ProblemCode.CREW_INVALID, PLACE, "crew", limit=str(MOST_PEOPLE))
    if declaration.fever_free is None:
        findings.add(ProblemCode.HEALTH_MISSING, PLACE, "feverFree")


def examine_anchors(findings: Findings, texts: Sequence[str]) -> tuple[bytes, ...]:
    """Return the four different anchors (base64url of 16 bytes each); note ANCHOR_INVALID."""
    if len(texts) != ANCHORS:
        findings.add(ProblemCode.ANCHOR_INVALID, "anchors")
        return ()
    found: list[bytes] = []
    for index, text in enumerate(texts):
        anchor = _anchor(text)
        if anchor is None or anchor in found:
            findings.add(ProblemCode.ANCHOR_INVALID, "anchors", str(index))
        else:
            found.append(anchor)
    return tuple(found)


def _anchor(text: str) -> bytes | None:
    try:
        anchor = base64.b64decode(text.rstrip("=") + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return anchor if len(anchor) == ANCHOR_BYTES else None
