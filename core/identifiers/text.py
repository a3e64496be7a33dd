"""The canonical text of an identifier: one form for what people type, paste, scan and read."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOWER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
# Hong Kong and Macao keyboards write mainland plates with traditional characters.
_TRADITIONAL = str.maketrans("粵滬蘇閩贛魯瓊貴雲陝寧晉遼掛學領", "粤沪苏闽赣鲁琼贵云陕宁晋辽挂学领")
_SPACES = "\t\n\r \u00a0\u2002\u2003\u2009\u202f\u3000"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DOTS = ".\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DROPPED = {ord(character): None for character in _SPACES + _INVISIBLE + _DOTS + _HYPHENS}


def normalise(text: str) -> str:
    """Return the canonical form: ASCII capitals, no full-width, spaces, dots, hyphens, invisible signs.

    Traditional plate characters become the simplified ones that plates carry; other characters stay.
    """
    return text.translate(_FULL_WIDTH).translate(_LOWER).translate(_TRADITIONAL).translate(_DROPPED)
