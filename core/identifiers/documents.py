"""Numbers of people's documents and of references to goods, in one canonical form."""

import re

from core.declarations import DocumentKind, ReferenceKind
from core.identifiers.countries import COUNTRIES
from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal

_BRACKETS = str.maketrans("", "", "()")
_ANY_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
_DOCUMENTS = {
    DocumentKind.PASSPORT: re.compile(r"(?=.*[0-9])[A-Z0-9]{6,9}"),  # ICAO Doc 9303
    DocumentKind.HOME_RETURN_PERMIT: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    DocumentKind.EXIT_ENTRY_PERMIT: re.compile(r"C[A-Z0-9][0-9]{7}|W[0-9]{8}"),
}
_IDENTITY_CARDS = {
    "CN": re.compile(r"[1-9][0-9]{16}[0-9X]"),  # GB 11643
    "HK": re.compile(r"[A-Z]{1,2}[0-9]{6}[0-9A]"),
    "MO": re.compile(r"[157][0-9]{7}"),
}
_REFERENCES = {
    ReferenceKind.CUSTOMS_DECLARATION: re.compile(r"(?=.*[0-9])[A-Z0-9]{8,22}"),
    ReferenceKind.TIR_CARNET: re.compile(r"[A-Z]{2}[0-9]{8}"),
    ReferenceKind.UCR: re.compile(r"[0-9][A-Z]{2}[A-Z0-9/]{1,32}"),
}
_ANY_REFERENCE = re.compile(r"(?=.*[0-9])[A-Z0-9/]{4,35}")


def parse_document(kind: DocumentKind, text: str, issuing_country: str | None) -> str:
    """Return the number of a document; cards of the mainland and Hong Kong must have the right last character.

    Raises:
        Refusal: DOCUMENT_NUMBER_INVALID with `text`; DOCUMENT_CHECK_DIGIT with `text`.
    """
    canonical = normalise(text).translate(_BRACKETS)
    form = _DOCUMENTS.get(kind, _ANY_NUMBER)
    if kind is DocumentKind.IDENTITY_CARD:
        form = _IDENTITY_CARDS.get(issuing_country or "", _ANY_NUMBER)
    if not form.fullmatch(canonical):
        raise Refusal(ProblemCode.DOCUMENT_NUMBER_INVALID, args={"text": text.strip()[:40]})
    if kind is DocumentKind.IDENTITY_CARD and canonical[-1] != _last(canonical, issuing_country):
        raise Refusal(ProblemCode.DOCUMENT_CHECK_DIGIT, args={"text": canonical})
    return canonical


def _last(number: str, issuing_country: str | None) -> str:
    if issuing_country == "CN":  # ISO 7064 MOD 11-2
        total = sum(int(digit) << (17 - place) for place, digit in enumerate(number[:-1]))
        return "10X98765432"[total % 11]
    if issuing_country == "HK":
        values = [int(sign, 36) for sign in number[:-1]]
        values = [36, *values] if len(values) == 7 else values
        rest = -sum(value * (9 - place) for place, value in enumerate(values)) % 11
        return "0123456789A"[rest]
    return number[-1]


def parse_reference(kind: ReferenceKind, text: str) -> str:
    """Return the number of a reference. Raises Refusal REFERENCE_FORMAT with `text`."""
    canonical = normalise(text)
    form = _REFERENCES.get(kind, _ANY_REFERENCE)
    country = canonical[1:3] if kind is ReferenceKind.UCR else "HK"
    if not form.fullmatch(canonical) or country not in COUNTRIES:
        raise Refusal(ProblemCode.REFERENCE_FORMAT, args={"text": text.strip()[:40]})
    return canonical
