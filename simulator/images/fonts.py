"""The font of every drawn sign: Noto Sans CJK, which has Latin and Han characters in one weight."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

PLACES = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc"),
)
SIMPLIFIED = 2
"""The face in the collection that draws Han characters as the mainland writes them."""


class FontMissing(Exception):
    """No font here can draw a Chinese plate."""


@lru_cache(maxsize=64)
def bold(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels. Raises FontMissing."""
    place = next((place for place in PLACES if place.is_file()), None)
    if place is None:
        raise FontMissing("no Noto Sans CJK font is installed: install fonts-noto-cjk")
    return ImageFont.truetype(str(place), size, index=SIMPLIFIED)
