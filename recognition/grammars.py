"""How the plates of each jurisdiction are made up, as templates of what may stand in each place."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.identifiers.plates import Jurisdiction
from recognition.alphabet import DIGITS, LETTERS, PROVINCES
from recognition.templates import Position, Template

_MAINLAND_LETTERS = LETTERS.replace("I", "").replace("O", "")
MAINLAND_SIGNS = DIGITS + _MAINLAND_LETTERS
_HONG_KONG_LETTERS = _MAINLAND_LETTERS.replace("Q", "")
HONG_KONG_SIGNS = DIGITS + _HONG_KONG_LETTERS
_INFERRED = 3.0
_STRAY = 4.0


@dataclass(frozen=True)
class Grammar:
    """A template of a jurisdiction. `before` and `after` are inferred, not read; `price` is paid for that."""

    jurisdiction: Jurisdiction
    template: Template
    before: str = ""
    after: str = ""
    price: float = 0.0


def _places(*allowed: str) -> tuple[Position, ...]:
    return tuple(Position(characters) for characters in allowed)


# A camera over a lane seldom resolves the small 粤, 港 and 澳; Z and the four signs between them are large.
CROSS_BORDER = Template(
    (
        Position("粤", unknown=0.7, any_other=1.8),
        *_places("Z", *4 * (MAINLAND_SIGNS,)),
        Position("港澳", unknown=1.0, any_other=1.8),
    )
)


def _mainland() -> Iterable[Grammar]:
    office = (PROVINCES, LETTERS.replace("I", ""))
    for tail in (5 * (MAINLAND_SIGNS,), 6 * (MAINLAND_SIGNS,), (*4 * (MAINLAND_SIGNS,), "挂学警领使")):
        yield Grammar(Jurisdiction.CN, Template(_places(*office, *tail)))
    first, *middle, last = CROSS_BORDER.positions
    yield Grammar(Jurisdiction.CN, CROSS_BORDER)
    yield Grammar(Jurisdiction.CN, Template((*middle, last)), before="粤", price=_INFERRED)
    for home, price in (("港", _INFERRED), ("澳", _INFERRED + 0.3)):
        yield Grammar(Jurisdiction.CN, Template((first, *middle)), after=home, price=price)
        yield Grammar(
            Jurisdiction.CN, Template(tuple(middle)), before="粤", after=home, price=_INFERRED + price
        )


def _guangdong() -> Grammar:
    """A plate of Guangdong whose 粤 was not read: counts beside a plate of Hong Kong or Macao only."""
    return Grammar(
        Jurisdiction.CN,
        Template(_places("ABCDEFGHJKLMNPQRSTUVWXY", *5 * (MAINLAND_SIGNS,)), _STRAY),
        before="粤",
        price=_INFERRED,
    )


def _hong_kong() -> Iterable[Grammar]:
    for letters, digits in ((2, 4), (2, 3), (2, 2), (1, 4), (1, 3)):
        places = (*letters * (_HONG_KONG_LETTERS,), DIGITS[1:], *(digits - 1) * (DIGITS,))
        yield Grammar(Jurisdiction.HK, Template(_places(*places), _STRAY), price=0.4 * (6 - letters - digits))


def _macao() -> Iterable[Grammar]:
    # The hyphen between the pairs of digits tells MA-12-34 from Hong Kong's MA 1234.
    hyphen = Position("·", any_other=None)
    for first in (("M", LETTERS), ("M",)):
        pairs = _places(DIGITS, DIGITS)
        places = (*_places(*first), *pairs, hyphen, *pairs)
        yield Grammar(Jurisdiction.MO, Template(places, _STRAY), price=-0.5)


GRAMMARS: tuple[Grammar, ...] = (*_mainland(), _guangdong(), *_hong_kong(), *_macao())
