"""Number plates of the mainland, Hong Kong, Macao and elsewhere."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal

__all__ = ["Jurisdiction", "Plate", "PlateKind", "is_plate", "normalise", "parse_plate"]


class Jurisdiction(StrEnum):
    """Where a plate was issued: Hong Kong MA1234 and Macao MA-12-34 are the same string without it."""

    CN = "CN"
    HK = "HK"
    MO = "MO"
    OTHER = "OTHER"


class PlateKind(StrEnum):
    """The form of a plate."""

    STANDARD = "STANDARD"
    NEW_ENERGY = "NEW_ENERGY"
    TRAILER = "TRAILER"
    CROSS_BORDER_HK = "CROSS_BORDER_HK"
    CROSS_BORDER_MO = "CROSS_BORDER_MO"
    SPECIAL = "SPECIAL"
    HONG_KONG = "HONG_KONG"
    HONG_KONG_PERSONALISED = "HONG_KONG_PERSONALISED"
    MACAO = "MACAO"
    GENERIC = "GENERIC"


# GA 36-2018; the office letter O is older, of public bodies, and still on the road.
# 粤Z is kept for vehicles that cross the border: there 港 or 澳 is the fifth character.
_OFFICE = "(?!粤Z)[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-HJ-Z]"
_SIGN = "[A-HJ-NP-Z0-9]"
# Transport Department of Hong Kong: no I, O or Q. An ordinary mark has no leading zero; whatever else has up
# to 8 characters and a letter is personalised, unless it looks like an ordinary one with a zero slipped in.
_HONG_KONG_SIGN = "[A-HJ-NPR-Z0-9]"

_FORMS: dict[Jurisdiction, tuple[tuple[PlateKind, re.Pattern[str]], ...]] = {
    Jurisdiction.CN: (
        (PlateKind.CROSS_BORDER_HK, re.compile(f"粤Z{_SIGN}{{4}}港")),
        (PlateKind.CROSS_BORDER_MO, re.compile(f"粤Z{_SIGN}{{4}}澳")),
        (PlateKind.TRAILER, re.compile(f"{_OFFICE}{_SIGN}{{4}}挂")),
        (PlateKind.SPECIAL, re.compile(f"{_OFFICE}{_SIGN}{{4}}[学警领使]|使[0-9]{{6}}|[0-9]{{6}}使")),
        (PlateKind.NEW_ENERGY, re.compile(f"{_OFFICE}(?:[A-HJK]{_SIGN}[0-9]{{4}}|[0-9]{{5}}[A-HJK])")),
        (PlateKind.STANDARD, re.compile(f"{_OFFICE}{_SIGN}{{5}}")),
    ),
    Jurisdiction.HK: (
        (PlateKind.HONG_KONG, re.compile("[A-HJ-NPR-Z]{0,2}[1-9][0-9]{0,3}")),
        (
            PlateKind.HONG_KONG_PERSONALISED,
            re.compile(f"(?=.*[A-Z])(?![A-Z]{{1,2}}0[0-9]{{0,3}}$){_HONG_KONG_SIGN}{{1,8}}"),
        ),
    ),
    Jurisdiction.MO: ((PlateKind.MACAO, re.compile("[A-Z]{1,2}[0-9]{4}")),),
    Jurisdiction.OTHER: ((PlateKind.GENERIC, re.compile("[A-Z0-9]{2,12}")),),
}


def _kind(text: str, jurisdiction: Jurisdiction) -> PlateKind | None:
    return next((kind for kind, form in _FORMS[jurisdiction] if form.fullmatch(text)), None)


def is_plate(text: str, jurisdiction: Jurisdiction) -> bool:
    """Whether a text in canonical form is a plate of this jurisdiction."""
    return _kind(text, jurisdiction) is not None


@dataclass(frozen=True)
class Plate:
    """A plate in canonical form (`normalise`); Han characters stay. Made by `parse_plate`.

    Raises:
        ValueError: the text is not a plate of that jurisdiction in canonical form.
    """

    jurisdiction: Jurisdiction
    text: str

    def __post_init__(self) -> None:
        if _kind(self.text, self.jurisdiction) is None:
            raise ValueError(f"{self.text!r} is not a plate of {self.jurisdiction}")

    @property
    def kind(self) -> PlateKind:
        """The form of the plate."""
        kind = _kind(self.text, self.jurisdiction)
        assert kind is not None  # __post_init__ saw it
        return kind

    @property
    def cross_border_home(self) -> Jurisdiction | None:
        """The jurisdiction whose plate must stand beside a 粤Z plate, or None."""
        return {
            PlateKind.CROSS_BORDER_HK: Jurisdiction.HK,
            PlateKind.CROSS_BORDER_MO: Jurisdiction.MO,
        }.get(self.kind)

    def display(self) -> str:
        """Return the text as people write it: 粤B·12345, 粤Z·DF15港, UP 2643, MA-12-34."""
        match self.kind:
            case PlateKind.HONG_KONG:
                letters = self.text.rstrip("0123456789")
                return f"{letters} {self.text[len(letters) :]}".strip()
            case PlateKind.MACAO:
                return f"{self.text[:-4]}-{self.text[-4:-2]}-{self.text[-2:]}"
            case PlateKind.HONG_KONG_PERSONALISED | PlateKind.GENERIC:
                return self.text
            case _ if "使" in self.text[:1] or self.text[:1].isdigit():
                return self.text
            case _:
                return f"{self.text[:2]}·{self.text[2:]}"


def parse_plate(text: str, jurisdiction: Jurisdiction) -> Plate:
    """Return the plate that a person typed or a camera read.

    Raises:
        Refusal: PLATE_INVALID with `text` and `jurisdiction`.
    """
    canonical = normalise(text)
    if _kind(canonical, jurisdiction) is None:
        raise Refusal(
            ProblemCode.PLATE_INVALID, args={"text": text.strip()[:40], "jurisdiction": jurisdiction.value}
        )
    return Plate(jurisdiction, canonical)
