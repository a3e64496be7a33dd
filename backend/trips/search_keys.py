"""By which texts a trip is found: the beginnings of what it declares, each in one plain form.

Each beginning is a key of its own, up to `LONGEST` characters: so a question is one point of an index that holds the
trips in the order of the answer, and costs the same whether it fits ten trips or fifty thousand. A longer question
takes the key of its first `LONGEST` characters, and the whole text, which is a key too, has to begin with it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from backend.trips.model import Declaration, DeclaredPlate
from core.identifiers.han import is_han, simplified
from core.identifiers.plates import parse_plate
from core.identifiers.text import normalise
from core.problems import Refusal

VERSION = 1
"""Raised when the keys of the same trip become others: `python -m backend search backfill` writes those of before."""
LONGEST = 12
MOST_KEYS = 600
"""Of one trip: a draft of 150,000 bytes may hold thousands of lines that are no plates."""
MOST_CHARACTERS = 60
SERIAL_AT = 4
_WORDS = re.compile(r"[\u4e00-\u9fff]+|[^\W\d_\u4e00-\u9fff]+")
_PARTS = re.compile(r"[^\W_]+")
_NO_DIGIT = re.compile(r"\D")
_LETTERS = re.compile(r"[A-Z]+(?=[0-9])")


class MatchKind(StrEnum):
    """By what a trip was found."""

    PLATE = "PLATE"
    CONTAINER = "CONTAINER"
    TRIP = "TRIP"
    VOUCHER = "VOUCHER"
    DRIVER_NAME = "DRIVER_NAME"
    DRIVER_PHONE = "DRIVER_PHONE"
    REFERENCE = "REFERENCE"


LETTER: dict[MatchKind, str] = {
    MatchKind.PLATE: "P",
    MatchKind.CONTAINER: "C",
    MatchKind.TRIP: "I",
    MatchKind.DRIVER_NAME: "N",
    MatchKind.DRIVER_PHONE: "T",
    MatchKind.REFERENCE: "R",
}
LEAST: dict[MatchKind, int] = {
    MatchKind.PLATE: 3,
    MatchKind.CONTAINER: 3,
    MatchKind.TRIP: 8,  # the first eight digits are the second in which it was begun
    MatchKind.VOUCHER: 8,
    MatchKind.DRIVER_NAME: 2,
    MatchKind.DRIVER_PHONE: 4,
    MatchKind.REFERENCE: 3,
}
"""The fewest characters of a beginning; a whole text may be shorter (Hong Kong has a plate 8)."""


@dataclass(frozen=True)
class Findable:
    """A text of a trip: as it is shown, and each form in which somebody may begin to write it."""

    kind: MatchKind
    shown: str
    forms: tuple[str, ...]


def findables(trip_id: str, reference: str, declaration: Declaration) -> Iterator[Findable]:
    """Yield all texts by which a trip is found."""
    yield Findable(MatchKind.TRIP, trip_id, (trip_id.upper(),))
    for plate in (*declaration.plates, *declaration.trailers):
        yield Findable(MatchKind.PLATE, _shown(plate), plate_forms(plate.text))
    for container in declaration.containers:
        yield Findable(MatchKind.CONTAINER, container.number, container_forms(container.number))
    if declaration.driver_name:
        yield Findable(MatchKind.DRIVER_NAME, declaration.driver_name, name_forms(declaration.driver_name))
    if declaration.driver_phone:
        backwards = digits(declaration.driver_phone)[::-1]
        yield Findable(MatchKind.DRIVER_PHONE, declaration.driver_phone, (backwards,))
    for number in (reference, *(stated.number for stated in declaration.references if stated.number)):
        yield Findable(MatchKind.REFERENCE, number, reference_forms(number))


def _shown(plate: DeclaredPlate) -> str:
    try:
        return parse_plate(plate.text, plate.jurisdiction).display()
    except Refusal:  # a draft may hold what is no plate
        return plate.text


def keys(trip_id: str, reference: str, declaration: Declaration) -> list[str]:
    """Return the keys under which a trip is stored."""
    every = (
        key
        for findable in findables(trip_id, reference, declaration)
        for form in findable.forms
        for key in _beginnings(findable.kind, form[:MOST_CHARACTERS])
    )
    return sorted(set(islice(every, MOST_KEYS)))


def _beginnings(kind: MatchKind, form: str) -> Iterator[str]:
    for length in range(LEAST[kind], min(LONGEST, len(form)) + 1):
        yield key(kind, form[:length])
    if form:
        yield key(kind, form)


def key(kind: MatchKind, form: str) -> str:
    """Return the key of a text of this kind."""
    return f"{LETTER[kind]}:{form}"


def plate_forms(text: str) -> tuple[str, ...]:
    """Return a plate whole; without its province, without its office letter; a Hong Kong or Macao one by its digits."""
    whole = simplified(normalise(text))
    if whole and is_han(whole[0]):
        return whole, whole[1:], whole[2:]
    return _distinct((whole, _LETTERS.sub("", whole, count=1)))


def container_forms(text: str) -> tuple[str, ...]:
    """Return a container number whole and by its serial number."""
    whole = normalise(text)
    return _distinct((whole, whole[SERIAL_AT:]))


def name_forms(text: str) -> tuple[str, ...]:
    """Return the words of a name, Latin ones without accents, Chinese ones simplified and by the given name too."""
    words = name_words(text)
    given = (word[1:] for word in words if is_han(word[0]) and len(word) > 2)
    return _distinct((*words, *given))


def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a name or of a question for one, in capitals; a Chinese name is one word."""
    apart = unicodedata.normalize("NFKD", simplified(text))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).replace("'", "")
    return tuple(_WORDS.findall(plain.upper()))


def reference_forms(text: str) -> tuple[str, ...]:
    """Return a reference whole, and from the start of each of its parts on: HT-2026-0001 is found by 0001."""
    parts = _PARTS.findall(normalise_signs(text))
    return _distinct("".join(parts[start:]) for start in range(min(len(parts), 6)))


def normalise_signs(text: str) -> str:
    """Return the text in ASCII capitals where it has letters, its separators kept."""
    return unicodedata.normalize("NFKC", text).upper()


def digits(text: str) -> str:
    """Return the digits alone; 00 before a country's code is a way to write its plus sign."""
    found = _NO_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    return found.removeprefix("00") if text.strip().startswith("00") else found


def _distinct(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in forms if form))
