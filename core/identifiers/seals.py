"""Seal numbers: what is stamped on a mechanical seal (ISO 17712 asks for a unique mark, not for a form)."""

import re

from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal

_FORM = re.compile(r"[A-Z0-9]{4,15}")


def parse_seal(text: str) -> str:
    """Return the seal number in canonical form: 4 to 15 capital letters and digits, one digit at least.

    Raises:
        Refusal: SEAL_FORMAT with `text`.
    """
    canonical = normalise(text)
    if not _FORM.fullmatch(canonical) or canonical.isalpha():
        raise Refusal(ProblemCode.SEAL_FORMAT, args={"text": text.strip()[:40]})
    return canonical
