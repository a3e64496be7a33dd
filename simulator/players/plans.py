"""What comes next in the traffic: the vehicle, its order, its driver, and whether it will be an exception."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from core.vouchers.claims import Direction
from simulator.players.traffic_marks import REFERENCE
from simulator.players.vehicles import draw_seal, draw_vehicle
from simulator.vehicles import Vehicle

HOT = 38.6
"""Degrees Celsius; from 38.0 on a lane calls it high."""
VEGETABLES = "蔬菜 8 吨"
"""The load that quarantine is asked about: it is declared with its HS code."""
BATTERIES = "电子元件 320 箱"
"""Dangerous goods: lithium batteries packed with equipment."""
MACHINES = "Machine parts, 6 crates"
"""Goods in transit."""
GOODS = (
    "Household goods, 120 cartons",
    BATTERIES,
    "Garments on hangers, 14 pallets",
    VEGETABLES,
    MACHINES,
    "玩具 410 箱",
)
NAMES = ("陈大文", "李志强", "Wong Ka Ho", "黄伟", "何美玲", "张建国", "Lam Chi Fai", "周敏")
LONGEST_GAP = 3.0
"""Times the mean: traffic that stays away for longer looks broken."""
LANGUAGES = ("ZH_HANS", "ZH_HANT", "EN")


class Oddity(StrEnum):
    """How a vehicle of the traffic departs from the rule."""

    WRONG_PLATE = "WRONG_PLATE"
    """Another truck came than was declared."""
    HOT_DRIVER = "HOT_DRIVER"
    STALE_CODE = "STALE_CODE"
    """The driver first shows an old picture of his code, then opens the code itself."""
    HELD = "HELD"
    """An agency wants to see the load at a bay."""
    SPENT_CODE = "SPENT_CODE"
    """A second vehicle comes with the code of one that has passed."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One vehicle of the traffic. `declared` is what the driver states, `real` what drives up."""

    declared: Vehicle
    real: Vehicle
    oddity: Oddity | None
    reference: str
    direction: Direction
    goods: str
    seals: tuple[str, ...]
    driver_name: str
    driver_phone: str
    language: str
    after: float
    """Seconds after the vehicle before it."""


def plans(seed: int, mean_seconds: float, permille: int) -> Iterator[Plan]:
    """Yield the traffic for ever; the same seed gives the same vehicles in the same order."""
    random = Random(seed)
    taken: set[str] = set()
    number = 0
    while True:
        number += 1
        declared = _unlike(random, taken)
        oddity = random.choice(tuple(Oddity)) if random.randrange(1000) < permille else None
        yield Plan(
            declared=declared,
            real=_real(declared, oddity, random),
            oddity=oddity,
            reference=f"{REFERENCE}{seed % 1_000_000:06d}-{number:05d}",
            direction=random.choice((Direction.SOUTHBOUND, Direction.SOUTHBOUND, Direction.NORTHBOUND)),
            goods=random.choice(GOODS),
            seals=tuple(draw_seal(random) for _ in declared.containers),
            driver_name=random.choice(NAMES),
            driver_phone=f"+8526{random.randrange(10_000_000):07d}",
            language=random.choice(LANGUAGES),
            after=_gap(number, random) * mean_seconds,
        )


def _gap(number: int, random: Random) -> float:
    """Return the time since the vehicle before, as a share of the mean; the first one sets off at once."""
    gap = min(random.expovariate(1.0), LONGEST_GAP)
    return gap if number > 1 else 0.0


def _unlike(random: Random, taken: set[str]) -> Vehicle:
    """Return a vehicle none of whose plates came before: one vehicle has one trip at a time."""
    while True:
        vehicle = draw_vehicle(random)
        plates = {plate.text for plate in vehicle.plates}
        if not plates & taken:
            taken |= plates
            return vehicle


def _real(declared: Vehicle, oddity: Oddity | None, random: Random) -> Vehicle:
    if oddity is Oddity.HOT_DRIVER:
        return replace(declared, temperature=HOT)
    if oddity is Oddity.WRONG_PLATE:
        return replace(_same_kind(declared, random), containers=declared.containers)
    return declared


def _same_kind(declared: Vehicle, random: Random) -> Vehicle:
    """Return another vehicle with plates of the same jurisdictions and forms."""
    while True:
        other = draw_vehicle(random)
        if [plate.kind for plate in other.plates] == [plate.kind for plate in declared.plates]:
            return other
