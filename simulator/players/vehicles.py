"""Which vehicles come: plates that belong together, sound container numbers, seals; drawn from a seed."""

from random import Random

from core.identifiers.containers import check_digit
from core.identifiers.plates import Jurisdiction, Plate, parse_plate
from simulator.vehicles import Vehicle

OWNERS = ("CSQU", "MSKU", "TCLU", "OOLU", "TGHU", "HLXU", "CMAU", "YMLU", "EGHU", "KKFU")
MAINLAND_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
HONG_KONG_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ"
OFFICES = ("粤B", "粤B", "粤A", "粤S", "粤L", "湘A", "赣D", "桂A")
COLDEST, WARMEST = 36.1, 36.9


def draw_vehicle(random: Random) -> Vehicle:
    """Return the next vehicle: most cross the border with two plates, some are mainland trucks with a trailer."""
    kind = random.choices(("hong kong", "macao", "mainland", "new energy", "trailer"), (70, 8, 8, 6, 8))[0]
    makers = {
        "hong kong": _cross_border_hong_kong,
        "macao": _cross_border_macao,
        "mainland": _mainland,
        "new energy": _new_energy,
        "trailer": _with_trailer,
    }
    plates = makers[kind](random)
    loaded = kind != "new energy" and random.random() < 0.9
    return Vehicle(
        plates=plates,
        containers=(draw_container(random),) if loaded else (),
        temperature=round(random.uniform(COLDEST, WARMEST), 1),
        appearance=random.getrandbits(32),
    )


def draw_container(random: Random) -> str:
    """Return a container number with its right check digit (a serial whose digit would be 10 is never given)."""
    while True:
        first_ten = f"{random.choice(OWNERS)}{random.randrange(100_000, 1_000_000)}"
        digit = check_digit(first_ten)
        if digit:
            return f"{first_ten}{digit}"


def draw_seal(random: Random) -> str:
    """Return a seal number."""
    return f"HS{random.randrange(100_000, 1_000_000)}"


def _signs(random: Random, count: int) -> str:
    """Return signs of a mainland plate with a digit among them, as offices give them out."""
    letters = random.randint(0, 2)
    signs = [random.choice(MAINLAND_SIGNS[:24]) for _ in range(letters)]
    signs += [random.choice("0123456789") for _ in range(count - letters)]
    return "".join(signs)


def _cross_border_hong_kong(random: Random) -> tuple[Plate, ...]:
    letters = "".join(random.choice(HONG_KONG_SIGNS) for _ in range(2))
    home = parse_plate(f"{letters}{random.randrange(1000, 10_000)}", Jurisdiction.HK)
    return parse_plate(f"粤Z{_signs(random, 4)}港", Jurisdiction.CN), home


def _cross_border_macao(random: Random) -> tuple[Plate, ...]:
    home = parse_plate(f"M{random.choice(HONG_KONG_SIGNS)}{random.randrange(10_000):04d}", Jurisdiction.MO)
    return parse_plate(f"粤Z{_signs(random, 4)}澳", Jurisdiction.CN), home


def _mainland(random: Random) -> tuple[Plate, ...]:
    return (parse_plate(f"{random.choice(OFFICES)}{_signs(random, 5)}", Jurisdiction.CN),)


def _new_energy(random: Random) -> tuple[Plate, ...]:
    number = f"{random.randrange(10_000, 100_000)}{random.choice('DF')}"
    return (parse_plate(f"{random.choice(OFFICES)}{number}", Jurisdiction.CN),)


def _with_trailer(random: Random) -> tuple[Plate, ...]:
    trailer = parse_plate(f"{random.choice(OFFICES)}{_signs(random, 4)}挂", Jurisdiction.CN)
    return (*_mainland(random), trailer)
