"""Rules about the vehicle: its plates, each of its jurisdiction, and its trailers."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from backend.orders.rules import clean
from backend.trips.model import DeclaredPlate
from backend.trips.rules.case import MOST_TRAILERS, Case
from backend.trips.rules.rule import Found, Rule, Subject, at, refused
from core.identifiers.plates import Jurisdiction, Plate, PlateKind, parse_plate
from core.problems import ProblemCode
from core.vouchers.claims import MAX_PLATES

HOME_PLATES = frozenset({Jurisdiction.HK, Jurisdiction.MO})
PLATE_SOURCE = "GA 36-2018; Cap. 374E (Hong Kong); DSAT (Macao)"
CROSS_BORDER = "GA 36-2018 (粤Z)"


def no_vehicle(case: Case) -> Iterator[Found]:
    """Without a plate, or with a trailer's alone: a trailer does not drive by itself."""
    stated, plates = case.declaration.plates, case.plates.values()
    only_trailers = len(plates) == len(stated) and all(plate.kind is PlateKind.TRAILER for plate in plates)
    if only_trailers:
        yield at("plates")


def too_many_plates(case: Case) -> Iterator[Found]:
    """A code has room for four."""
    if len(case.declaration.plates) > MAX_PLATES:
        yield at("plates", limit=MAX_PLATES)


def empty_plate(case: Case) -> Iterator[Found]:
    """A line without a plate."""
    yield from _empty(case.declaration.plates, "plates")
    yield from _empty(case.declaration.trailers, "trailers")


def _empty(stated: Sequence[DeclaredPlate], *path: str) -> Iterator[Found]:
    for index, plate in enumerate(stated):
        if not clean(plate.text):
            yield at(*path, index, "text")


def no_plate(case: Case) -> Iterator[Found]:
    """What no plate of its jurisdiction looks like."""
    yield from _malformed(case.declaration.plates, "plates")
    yield from _malformed(case.declaration.trailers, "trailers")


def _malformed(stated: Sequence[DeclaredPlate], *path: str) -> Iterator[Found]:
    for index, plate in enumerate(stated):
        text = clean(plate.text)
        if text:
            parse = partial(parse_plate, text, plate.jurisdiction)
            yield from refused(parse, ProblemCode.PLATE_INVALID, *path, index, "text")


def plate_twice(case: Case) -> Iterator[Found]:
    """The same plate in two lines, a trailer's among them."""
    known: set[Plate] = set()
    for path, plates in (("plates", case.plates), ("trailers", case.trailers)):
        for index, plate in plates.items():
            if plate in known:
                yield at(path, index, "text", text=plate.display())
            known.add(plate)


def home_missing(case: Case) -> Iterator[Found]:
    """A 粤Z plate is hung beside a home plate."""
    if not _homes(case):
        yield from _cross_border(case)


def pair_mismatch(case: Case) -> Iterator[Found]:
    """港 is hung beside a Hong Kong plate, 澳 beside a Macao one."""
    if _homes(case):
        yield from _cross_border(case)


def _homes(case: Case) -> frozenset[Jurisdiction]:
    return frozenset(plate.jurisdiction for plate in case.plates.values()) & HOME_PLATES


def _cross_border(case: Case) -> Iterator[Found]:
    if len(case.plates) < len(case.declaration.plates):  # the missing one may be among what is no plate yet
        return
    for index, plate in case.plates.items():
        needed = plate.cross_border_home
        if needed is not None and needed not in _homes(case):
            yield at("plates", index, "text", text=plate.display(), needed=needed.value)


def too_many_trailers(case: Case) -> Iterator[Found]:
    """A road train has two at most."""
    if len(case.declaration.trailers) > MOST_TRAILERS:
        yield at("trailers", limit=MOST_TRAILERS)


def no_trailer(case: Case) -> Iterator[Found]:
    """A mainland trailer's plate ends in 挂."""
    trailers: Mapping[int, Plate] = case.trailers
    for index, plate in trailers.items():
        if plate.jurisdiction is Jurisdiction.CN and plate.kind is not PlateKind.TRAILER:
            yield at("trailers", index, "text", text=plate.display())


RULES = (
    Rule(
        id="vehicle.plate-required",
        subject=Subject.VEHICLE,
        code=ProblemCode.FIELD_REQUIRED,
        field="plates",
        source="WCO Data Model (BorderTransportMeans)",
        example="粤B·1234挂",
        find=no_vehicle,
    ),
    Rule(
        id="vehicle.plates-at-most",
        subject=Subject.VEHICLE,
        code=ProblemCode.TOO_MANY,
        field="plates",
        args=("limit",),
        source="Clearlane (CL1)",
        example="5 × …",
        find=too_many_plates,
    ),
    Rule(
        id="vehicle.plate-empty",
        subject=Subject.VEHICLE,
        code=ProblemCode.FIELD_REQUIRED,
        field="plates.*.text",
        source="WCO Data Model (BorderTransportMeans)",
        example="–",
        find=empty_plate,
    ),
    Rule(
        id="vehicle.plate-form",
        subject=Subject.VEHICLE,
        code=ProblemCode.PLATE_INVALID,
        field="plates.*.text",
        args=("text", "jurisdiction"),
        jurisdictions=("CN", "HK", "MO"),
        source=PLATE_SOURCE,
        example="粤B·12I45",
        find=no_plate,
    ),
    Rule(
        id="vehicle.plate-twice",
        subject=Subject.VEHICLE,
        code=ProblemCode.PLATE_DUPLICATE,
        field="plates.*.text",
        args=("text",),
        source=PLATE_SOURCE,
        example="粤B·12345, 粤B 12345",
        find=plate_twice,
    ),
    Rule(
        id="vehicle.home-plate",
        subject=Subject.VEHICLE,
        code=ProblemCode.PLATE_HOME_MISSING,
        field="plates.*.text",
        args=("text", "needed"),
        jurisdictions=("CN", "HK", "MO"),
        source=CROSS_BORDER,
        example="粤Z·DF15港",
        find=home_missing,
    ),
    Rule(
        id="vehicle.plate-pair",
        subject=Subject.VEHICLE,
        code=ProblemCode.PLATE_PAIR_MISMATCH,
        field="plates.*.text",
        args=("text", "needed"),
        jurisdictions=("CN", "HK", "MO"),
        source=CROSS_BORDER,
        example="粤Z·DF15港, MA-12-34",
        find=pair_mismatch,
    ),
    Rule(
        id="vehicle.trailers-at-most",
        subject=Subject.VEHICLE,
        code=ProblemCode.TOO_MANY,
        field="trailers",
        args=("limit",),
        source="GB 1589-2016",
        example="3 × …",
        find=too_many_trailers,
    ),
    Rule(
        id="vehicle.trailer-plate",
        subject=Subject.VEHICLE,
        code=ProblemCode.TRAILER_PLATE,
        field="trailers.*.text",
        args=("text",),
        jurisdictions=("CN",),
        source="GA 36-2018 (挂)",
        example="粤B·12345",
        find=no_trailer,
    ),
)
