"""The symbols that plates and container numbers are made of, and how a model's dictionary folds onto them.

Every reader answers in these symbols, whatever its own dictionary, so that the decoders know one alphabet only.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
SUFFIXES = "港澳挂学警领使"

BLANK = 0
SEPARATOR = 1
OTHER = 2
SYMBOLS: tuple[str, ...] = ("", "·", "□", *DIGITS, *LETTERS, *PROVINCES, *SUFFIXES)
INDEX: dict[str, int] = {symbol: index for index, symbol in enumerate(SYMBOLS)}

_SEPARATORS = frozenset(" ·.-‐–—_:,'`•・．。、…*°|/\\~=\"")
_TRADITIONAL = dict(
    zip(
        "粵滬蘇遼貴雲陝寧贛魯閩瓊掛學領晉遙寕奥奧噢",
        "粤沪苏辽贵云陕宁赣鲁闽琼挂学领晋辽宁粤粤粤",
        strict=True,
    )
)


def fold(character: str) -> int:
    """The index in SYMBOLS for one character of a model's dictionary; OTHER where it stands for nothing here."""
    plain = unicodedata.normalize("NFKC", character).strip() or " "
    plain = _TRADITIONAL.get(plain, plain.upper())
    if plain in _SEPARATORS:
        return SEPARATOR
    return INDEX.get(plain, OTHER)


def folding(dictionary: Sequence[str]) -> NDArray[np.int64]:
    """For each class of a CTC model (class 0 is its blank, the last is its space) the index in SYMBOLS."""
    return np.array([BLANK, *(fold(character) for character in dictionary), SEPARATOR], dtype=np.int64)
