"""Which regions of a frame may make a plate: one row, two rows, a Han character in a box of its own."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from recognition.alphabet import PROVINCES
from recognition.gaze import Gaze
from recognition.geometry import bridge, follows, lies, part, stands_under
from recognition.grounds import Ground
from recognition.plates import is_marking, may_lack_office
from recognition.sightings import Sighting
from recognition.values import Region

_PLATE_SIGNS = (3, 10)
_ROW_SIGNS = 5
_ROW_DIGITS = 3
_CLEAR = 0.9
_TWO_ROWS = 2.4
_MAINLAND_SIGNS = (6, 7, 8)
_FLAT = (2.8, 6.5)
_SIDES = (0.04, 0.96)
_ABOVE, _BELOW = (-2.4, 0.0), (1.0, 3.4)
_SIGN_SHARE = 0.8
_KNOWN = 0.75
_SAYS_GUANGDONG = re.compile(r"^[粤□0OQ]?[A-H]")
_SAYS_HOME = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,3}")
_SAYS_CROSS_BORDER = re.compile(r"^.{0,2}[Z7].{4}|^.?2.{4}")


def plate_groups(sightings: Sequence[Sighting], gaze: Gaze) -> Iterable[tuple[Region, ...]]:
    """The rows of regions that may make a plate together, one group a possible plate."""
    fewest, most = _PLATE_SIGNS
    sightings = [sighting for sighting in sightings if not lies(sighting.region)]
    for sighting in sightings:
        region, signs = sighting.region, len(sighting.text)
        if fewest < signs <= most and (not is_marking(sighting.text) or _may_hide_a_province(sighting)):
            yield (region,)
        if may_lack_office(sighting.text) and gaze.ground(region) is not Ground.WHITE:
            yield from _with_office(sighting, sightings)
        if region.width < _TWO_ROWS * region.height and signs and sighting.clarity < _CLEAR:
            yield part(region, 0, 0, 1, 0.48), part(region, 0, 0.42, 1, 1)
        if sighting.digits >= _ROW_DIGITS and signs <= _ROW_SIGNS:
            yield from _rows_above(sighting, sightings, gaze)
    yield from _partners(sightings, gaze)


def _may_be_guangdong(sighting: Sighting, gaze: Gaze) -> bool:
    """Whether the plate is of the province across from Hong Kong and Macao, as far as its readers can tell."""
    provinces = {sign for text in gaze.second_opinions(sighting.region) for sign in text if sign in PROVINCES}
    return _SAYS_GUANGDONG.match(sighting.text) is not None and (not provinces or "粤" in provinces)


def _may_hide_a_province(sighting: Sighting) -> bool:
    """Whether what the general reader takes for a mere number may be a mainland plate."""
    shape = sighting.region.width / max(sighting.region.height, 1.0)
    return sighting.text.isdigit() and len(sighting.text) in _MAINLAND_SIGNS and _FLAT[0] < shape < _FLAT[1]


def _partners(sightings: Sequence[Sighting], gaze: Gaze) -> Iterable[tuple[Region, ...]]:
    """The other plate of a vehicle that crosses the border, right above or below, if the detector did not see it.

    Its signs are about as tall as those of the plate that was seen, so that its rows can be told by their strokes,
    and its ground says whose plate it may be.
    """
    known = [sighting.region for sighting in sightings]
    for sighting in sightings:
        plate = sighting.region
        wanted = _partner_ground(sighting, gaze)
        if wanted is None:
            continue
        for top, bottom in (_ABOVE, _BELOW):
            place = part(plate, _SIDES[0], top, _SIDES[1], bottom)
            rows = [
                gaze.panel(row)
                for row in gaze.rows(place, _SIGN_SHARE / (bottom - top))
                if wanted(gaze.ground(row))
            ]
            seen = [_known(row, known) for row in rows]
            yield from ((row,) for row, there in zip(rows, seen, strict=True) if there is None)
            yield from pairwise(there or row for row, there in zip(rows, seen, strict=True))


def _known(row: Region, known: Sequence[Region]) -> Region | None:
    return next((region for region in known if row.box.covered_by(region.box) > _KNOWN), None)


def _partner_ground(sighting: Sighting, gaze: Gaze) -> Callable[[Ground], bool] | None:
    """What the partner of this plate is painted on; None where this is no plate that has one."""
    ground = gaze.ground(sighting.region)
    if _SAYS_CROSS_BORDER.search(sighting.text) and ground is Ground.BLACK:
        return lambda other: other is not Ground.UNKNOWN
    if ground is Ground.BLUE and _may_be_guangdong(sighting, gaze):
        return lambda other: other.is_light
    if _SAYS_HOME.fullmatch(sighting.text):
        return lambda other: other in {Ground.BLACK, Ground.DARK}
    return None


def _with_office(tail: Sighting, sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    """A mainland plate whose Han character the detector put in a box of its own, or left out."""
    short = (entry for entry in sightings if entry is not tail and len(entry.text) <= 2)
    offices = [entry.region for entry in short if follows(entry.region, tail.region)]
    for office in offices:
        yield (bridge(office, tail.region, 0.0),)
    if not offices and tail.region.box.x > 0:
        yield (part(tail.region, -0.24, 0.0, 1.24 if tail.text[:1] == "Z" else 1.03, 1.0),)


def _rows_above(lower: Sighting, sightings: Sequence[Sighting], gaze: Gaze) -> Iterable[tuple[Region, ...]]:
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
        above = gaze.rows(part(lower.region, 0.0, -1.5, 1.0, 0.1), _SIGN_SHARE / 1.6)
        yield from ((gaze.panel(row), lower.region) for row in above[-1:])
        yield part(lower.region, 0.0, -1.15, 1.0, 0.05), lower.region
