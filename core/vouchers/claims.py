"""What a voucher says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Plate
from core.words import Language

CLAIMS_VERSION = 1
MAX_VALIDITY = timedelta(hours=24)
MAX_PLATES = 4
MAX_CONTAINERS = 4
ID_BYTES = 12
DRIVER_BYTES = 8
ANCHOR_BYTES = 16


class Direction(StrEnum):
    """The way of the crossing."""

    SOUTHBOUND = "SOUTHBOUND"
    """From the mainland to Hong Kong or Macao."""
    NORTHBOUND = "NORTHBOUND"
    """To the mainland."""


class Presentation(StrEnum):
    """How the code is shown: on a phone with its live part, or on paper without."""

    LIVE = "LIVE"
    PRINT = "PRINT"


class LaneClass(StrEnum):
    """The kind of traffic a voucher or a lane is for."""

    GOODS = "GOODS"
    PASSENGER = "PASSENGER"
    ANY = "ANY"


@dataclass(frozen=True, kw_only=True)
class VoucherClaims:
    """The content of one voucher; times are whole seconds with a zone, the driver an HMAC known to the hub.

    Raises:
        ValueError: a size, a count or a combination that the wire form does not allow.
    """

    voucher_id: bytes
    not_before: datetime
    expires: datetime
    trip_id: bytes
    direction: Direction
    checkpoint: int
    plates: tuple[Plate, ...]
    containers: tuple[ContainerNumber, ...]
    driver: bytes
    crew: int
    language: Language
    lane_class: LaneClass
    presentation: Presentation
    anchor: bytes | None
    version: int = CLAIMS_VERSION

    def __post_init__(self) -> None:
        for holds, rule in self._rules():
            if not holds:
                raise ValueError(rule)

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        window = self.expires - self.not_before
        whole = self.not_before.microsecond == self.expires.microsecond == 0
        return (
            (self.version == CLAIMS_VERSION, "unknown version of the claims"),
            (len(self.voucher_id) == ID_BYTES, "a voucher id has 12 bytes"),
            (len(self.trip_id) == ID_BYTES, "a trip id has 12 bytes"),
            (len(self.driver) == DRIVER_BYTES, "the driver's HMAC has 8 bytes"),
            (self.not_before.utcoffset() is not None and whole, "times are whole seconds with a zone"),
            (timedelta() < window <= MAX_VALIDITY, "a voucher is valid for at most 24 hours"),
            (0 < self.checkpoint < 1 << 16, "a checkpoint number is 1 to 65,535"),
            (0 < self.crew < 100, "1 to 99 people in the vehicle, the driver included"),
            (0 < len(self.plates) <= MAX_PLATES, "one to four plates"),
            (len(set(self.plates)) == len(self.plates), "each plate once"),
            (len(self.containers) <= MAX_CONTAINERS, "at most four containers"),
            (len(set(self.containers)) == len(self.containers), "each container once"),
            (self._anchor_fits(), "a live voucher has an anchor of 16 bytes, a printed one none"),
        )

    def _anchor_fits(self) -> bool:
        if self.presentation is Presentation.PRINT:
            return self.anchor is None
        return self.anchor is not None and len(self.anchor) == ANCHOR_BYTES
