"""Size and type of a container (ISO 6346): the four characters beneath its number."""

import re
from dataclasses import dataclass

from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal

TWENTY_FEET = 6_068
FORTY_FIVE_FEET = 13_716
_LENGTHS = {
    "1": 2_991, "2": TWENTY_FEET, "3": 9_125, "4": 12_192, "A": 7_150, "B": 7_315, "C": 7_430, "D": 7_450,
    "E": 7_820, "F": 8_100, "G": 12_500, "H": 13_106, "K": 13_600, "L": FORTY_FIVE_FEET, "M": 14_630,
    "N": 14_935, "P": 16_154,
}  # fmt: skip
_FORM = re.compile(
    "([1-4A-HKL-NP])[0245689C-FL-NP]"
    "(?:G[P0-9]|V[H0-9]|B[UK0-9]|S[N0-9]|R[ETS0-9]|H[RI0-9]|U[T0-9]|P[LFCS0-9]|T[NDG0-9]|A[S0-9]|[KN][A-Z0-9])"
)
_TEN_FEET_KG, _ISO_KG = 10_160, 36_000  # ISO 668:2020, series 1


@dataclass(frozen=True)
class ContainerType:
    """A size and type code in canonical form. Made by `parse_size_type`."""

    text: str

    @property
    def length_mm(self) -> int:
        """Its outer length in millimetres."""
        return _LENGTHS[self.text[0]]

    @property
    def greatest_gross_kg(self) -> int:
        """The most it may weigh with what is in it (ISO 668)."""
        return _TEN_FEET_KG if self.text[0] == "1" else _ISO_KG


def parse_size_type(text: str) -> ContainerType:
    """Return the size and type that a person typed.

    Raises:
        Refusal: SIZE_TYPE_INVALID with `text`.
    """
    canonical = normalise(text)
    if not _FORM.fullmatch(canonical):
        raise Refusal(ProblemCode.SIZE_TYPE_INVALID, args={"text": text.strip()[:40]})
    return ContainerType(canonical)
