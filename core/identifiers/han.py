"""Chinese characters in one form: traditional ones as the simplified ones, so that a name is found in either."""

import json
from functools import cache
from importlib import resources

_FILE = "han.json"


@cache
def _table() -> dict[int, int]:
    """Return traditional -> simplified of 2,841 characters, from Unicode's CLDR."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    pairs: dict[str, str] = json.loads(text)
    return str.maketrans(pairs["traditional"], pairs["simplified"])


def simplified(text: str) -> str:
    """Return the text with each traditional character as its simplified one; all others stay."""
    return text.translate(_table())


def is_han(character: str) -> bool:
    """Tell whether the character is a Chinese one (CJK Unified Ideographs)."""
    return "\u4e00" <= character <= "\u9fff"
