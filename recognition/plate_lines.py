"""Which regions of a frame may make a plate: one row, two rows, a Han character in a box of its own."""

from collections.abc import Iterable, Sequence

from recognition.geometry import bridge, follows, part, stands_under
from recognition.plates import is_marking, may_lack_office
from recognition.sightings import Sighting
from recognition.values import Region

_PLATE_SIGNS = (3, 10)
_ROW_SIGNS = 5
_ROW_DIGITS = 3
_CLEAR = 0.9
_TWO_ROWS = 2.4
_SQUARE_ROWS = ((-1.26, -0.57), (-0.68, 0.0))
_LIFTS = (0.0, 0.12)


def plate_groups(sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    """The rows of regions that may make a plate together, one group a possible plate."""
    fewest, most = _PLATE_SIGNS
    for sighting in sightings:
        region, signs = sighting.region, len(sighting.text)
        if fewest < signs <= most and not is_marking(sighting.text):
            yield (region,)
        if may_lack_office(sighting.text):
            yield from _with_office(sighting, sightings)
        if region.width < _TWO_ROWS * region.height and signs and sighting.clarity < _CLEAR:
            yield part(region, 0, 0, 1, 0.48), part(region, 0, 0.42, 1, 1)
        if _says_cross_border(sighting):
            yield from _two_rows_above(region)
        if sighting.digits >= _ROW_DIGITS and signs <= _ROW_SIGNS:
            yield from _rows_above(sighting, sightings)


def _says_cross_border(sighting: Sighting) -> bool:
    return "Z" in sighting.text[:3] and len(sighting.text) >= _ROW_SIGNS


def _two_rows_above(plate: Region) -> Iterable[tuple[Region, ...]]:
    """The square plate of Hong Kong that stands right above a 粤Z plate; detectors see it as a mere picture.

    The plates are made in few sizes, so its rows stand where these shares of the lower plate's region say.
    """
    for lift in _LIFTS:
        yield tuple(part(plate, 0.12, top - lift, 0.88, bottom - lift) for top, bottom in _SQUARE_ROWS)


def _with_office(tail: Sighting, sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    """A mainland plate whose Han character the detector put in a box of its own, or left out."""
    short = (entry for entry in sightings if entry is not tail and len(entry.text) <= 2)
    offices = [entry.region for entry in short if follows(entry.region, tail.region)]
    for office in offices:
        yield (bridge(office, tail.region, 0.0),)
    if not offices and tail.region.box.x > 0:
        yield (part(tail.region, -0.24, 0.0, 1.03, 1.0),)


def _rows_above(lower: Sighting, sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    uppers = [
        other
        for other in sightings
        if other is not lower
        and 0 < len(other.text) <= _ROW_SIGNS
        and not other.text.isdigit()
        and stands_under(other.region, lower.region)
    ]
    for upper in uppers:
        yield upper.region, lower.region
    if not uppers and lower.digits >= len(lower.text) - 1:
        # Detectors often miss the two letters over the digits of a two-row plate.
        yield part(lower.region, 0.0, -1.0, 1.0, 0.05), lower.region
