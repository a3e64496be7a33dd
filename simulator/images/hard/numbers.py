"""Numbers for hard images, drawn by chance within the grammars: each kind of plate, and of container marks."""

from collections.abc import Callable
from random import Random

from core.identifiers.plates import Jurisdiction, Plate, parse_plate
from simulator.images.hard.cases import Subject

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_HONG_KONG = "ABCDEFGHJKLMNPRSTUVWXYZ"
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤粤粤粤粤粤桂琼渝川贵云藏陕甘青宁新"
_OFFICES = "ABCDEFGHJKLMN"


def plates_of(subject: Subject, random: Random) -> tuple[Plate, ...]:
    """Return the plates of a subject of plates, the mainland's first.

    Raises:
        KeyError: a subject without plates.
    """
    makers: dict[Subject, Callable[[Random], tuple[Plate, ...]]] = {
        Subject.MAINLAND: lambda chance: (_mainland(chance, _mixed(chance)),),
        Subject.HEAVY: lambda chance: (_mainland(chance, _mixed(chance)),),
        Subject.NEW_ENERGY: _new_energy,
        Subject.TRAILER: lambda chance: (_mainland(chance, f"{_digits(chance, 4)}挂"),),
        Subject.BOTH: lambda chance: (_mainland(chance, f"{_digits(chance, 4)}挂"),),
        Subject.SPECIAL: _special,
        Subject.PAIR: lambda chance: (_cross_border(chance, "港"), _hong_kong(chance)),
        Subject.PAIR_MACAO: lambda chance: (_cross_border(chance, "澳"), _macao(chance)),
        Subject.HONG_KONG: lambda chance: (_hong_kong(chance),),
        Subject.HONG_KONG_ROWS: lambda chance: (_hong_kong(chance),),
        Subject.PERSONALISED: _personalised,
        Subject.MACAO: lambda chance: (_macao(chance),),
    }
    return makers[subject](random)


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _mixed(random: Random) -> str:
    """Five signs as they are issued: mostly digits, up to two letters."""
    signs = list(_digits(random, 5))
    for place in random.sample(range(5), random.choice((0, 1, 1, 2))):
        signs[place] = random.choice(_SIGNS[:24])
    return "".join(signs)


def _mainland(random: Random, rest: str) -> Plate:
    province, office = random.choice(_PROVINCES), random.choice(_OFFICES)
    return parse_plate(f"{province}{office}{rest}", Jurisdiction.CN)


def _new_energy(random: Random) -> tuple[Plate, ...]:
    if random.random() < 0.3:  # large vehicles end in the letter
        return (_mainland(random, _digits(random, 5) + random.choice("DF")),)
    return (_mainland(random, random.choice("DF") + random.choice(_SIGNS) + _digits(random, 4)),)


def _special(random: Random) -> tuple[Plate, ...]:
    kind = random.choice("学警领使学警")
    if kind == "使":
        return (parse_plate(f"{_digits(random, 6)}使", Jurisdiction.CN),)
    return (_mainland(random, f"{_digits(random, 4)}{kind}"),)


def _cross_border(random: Random, home: str) -> Plate:
    signs = list(_digits(random, 4))
    signs[random.choice((0, 0, 3))] = random.choice(_SIGNS[:24])
    return parse_plate(f"粤Z{''.join(signs)}{home}", Jurisdiction.CN)


def _hong_kong(random: Random) -> Plate:
    letters = random.choice(_HONG_KONG) + random.choice(_HONG_KONG)
    return parse_plate(
        f"{letters}{random.randint(1 if random.random() < 0.1 else 100, 9999)}", Jurisdiction.HK
    )


def _personalised(random: Random) -> tuple[Plate, ...]:
    letters = "".join(random.choice(_HONG_KONG) for _ in range(random.randint(3, 6)))
    return (parse_plate(letters + random.choice(("", "1", "8", "88", "2")), Jurisdiction.HK),)


def _macao(random: Random) -> Plate:
    letters = random.choice("M") + random.choice(_HONG_KONG)
    return parse_plate(f"{letters}{_digits(random, 4)}", Jurisdiction.MO)
