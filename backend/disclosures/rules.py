"""What counts as the same question."""

import unicodedata

from core.identifiers.han import simplified
from core.identifiers.text import normalise


def same(text: str) -> str:
    """Return the form in which two ways of writing one question are the same."""
    return simplified(normalise(unicodedata.normalize("NFKC", text)))
