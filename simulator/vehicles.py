"""A vehicle as it stands in a lane: what its plates and doors really show, whatever was declared."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.identifiers.plates import Jurisdiction, Plate, PlateKind, normalise, parse_plate
from core.problems import Refusal

NORMAL_TEMPERATURE = 36.5


@dataclass(frozen=True)
class Vehicle:
    """A truck with its driver.

    `containers` are numbers as painted, 4 letters and 7 digits, a wrong check digit among them if so painted;
    `temperature` is the driver's, in degrees Celsius; `appearance` is the seed of colour, light and noise.
    """

    plates: tuple[Plate, ...]
    containers: tuple[str, ...] = ()
    temperature: float = NORMAL_TEMPERATURE
    appearance: int = 0

    @property
    def name(self) -> str:
        """What people call it: its first plate."""
        return self.plates[0].text if self.plates else "a vehicle without plates"


def plate_as_written(text: str) -> Plate:
    """Return the plate of a text without its jurisdiction: told by its form (hyphened pairs are Macao's).

    Raises:
        Refusal: PLATE_INVALID where it is no plate of any form.
    """
    order = [Jurisdiction.CN, Jurisdiction.HK, Jurisdiction.OTHER]
    if text.count("-") == 2:
        order.insert(0, Jurisdiction.MO)
    for jurisdiction in order[:-1]:
        try:
            return parse_plate(text, jurisdiction)
        except Refusal:
            continue
    return parse_plate(text, order[-1])


def painted_number(text: str) -> str:
    """Return a container number as it can be painted, right or wrong.

    Raises:
        ValueError: not four letters and seven digits.
    """
    number = normalise(text)
    letters, digits = number[:4], number[4:]
    if len(number) != 11 or not (number.isascii() and letters.isalpha() and digits.isdigit()):
        raise ValueError(f"{text!r} is no container number: four letters and seven digits are needed")
    return number


def tractor(plates: Sequence[Plate]) -> tuple[Plate, ...]:
    """Return the plates on the tractor's front: all but a trailer's."""
    return tuple(plate for plate in plates if plate.kind is not PlateKind.TRAILER)


def behind(plates: Sequence[Plate]) -> tuple[Plate, ...]:
    """Return the plates at the rear: the trailer's own where it has one, else the tractor's."""
    trailers = tuple(plate for plate in plates if plate.kind is PlateKind.TRAILER)
    return trailers or tuple(plates)
