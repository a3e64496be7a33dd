"""Size and type codes (ISO 6346) that stand beside container numbers."""

from collections.abc import Iterable, Sequence

from core.identifiers.container_types import parse_size_type
from core.problems import Refusal
from recognition.sightings import Sighting
from recognition.values import Box, ContainerReading, Marking

_CODE = 4
_LETTERS = str.maketrans({"6": "G", "8": "B", "0": "O"})
_DIGITS = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6"})
_REACH = 1.5
"""How far a code may stand from its number, in lengths of the number."""


def size_types(sightings: Iterable[Sighting]) -> tuple[Marking, ...]:
    """The codes among the sightings; signs that look alike are what their place asks for."""
    read = ((_code(sighting.text), sighting.region.box) for sighting in sightings)
    return tuple(Marking(text, box) for text, box in read if text is not None)


def _code(text: str) -> str | None:
    if len(text) != _CODE:
        return None
    for candidate in (
        text,
        text[:2].translate(_DIGITS) + text[2].translate(_LETTERS) + text[3].translate(_DIGITS),
    ):
        try:
            return parse_size_type(candidate).text
        except Refusal:
            continue
    return None


def beside(reading: ContainerReading, codes: Sequence[Marking]) -> str | None:
    """The code nearest to the number, if any stands within reach."""
    reach = _REACH * max(reading.box.width, reading.box.height)
    near = [(_distance(reading.box, code.box), code.text) for code in codes]
    return min(((gap, text) for gap, text in near if gap <= reach), default=(0.0, None))[1]


def _distance(box: Box, other: Box) -> float:
    """Pixels from middle to middle, the larger of across and down."""
    across = abs(box.x + box.width / 2 - other.x - other.width / 2)
    down = abs(box.y + box.height / 2 - other.y - other.height / 2)
    return max(across, down)
