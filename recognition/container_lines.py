"""Which regions of a frame may make a container number: owner, serial, check digit, side by side or in rows."""

from collections.abc import Iterable, Sequence

from recognition.containers import OWNER, SERIAL, may_be_container
from recognition.ctc import decode
from recognition.geometry import bridge, follows, part, stands_under
from recognition.sightings import Sighting
from recognition.templates import Template
from recognition.values import Region

_UNLIKELY = -6.0
_NUMBER_SIGNS = 9


def container_groups(sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    """The rows of regions that may make a container number together, one group a possible number."""
    for sighting in sightings:
        if len(sighting.text) >= _NUMBER_SIGNS and may_be_container(sighting.seen):
            yield (sighting.region,)
            yield (bridge(sighting.region, sighting.region, 1.4),)
            yield from ((sighting.region, digit) for digit in _check_digits(sighting.region, sightings))
    owners = [entry for entry in sightings if 3 <= len(entry.text) <= 6 and _fits(entry, OWNER)]
    serials = [entry for entry in sightings if 5 <= len(entry.text) <= 9 and _fits(entry, SERIAL)]
    for owner in owners:
        for serial in serials:
            yield from _chained(owner.region, serial.region, sightings)


def _chained(owner: Region, serial: Region, sightings: Sequence[Sighting]) -> Iterable[tuple[Region, ...]]:
    beside = follows(owner, serial)
    if not beside and not stands_under(owner, serial):
        return
    yield owner, serial
    yield owner, part(serial, 0, 0, 1.4, 1)
    if beside:
        yield (bridge(owner, serial, 1.6),)
    yield from ((owner, serial, digit) for digit in _check_digits(serial, sightings))


def _check_digits(number: Region, sightings: Sequence[Sighting]) -> list[Region]:
    """What may be the check digit in its box, to the right of the number."""
    short = (entry for entry in sightings if len(entry.text) <= 2 and entry.digits)
    return [entry.region for entry in short if follows(number, entry.region)]


def _fits(sighting: Sighting, template: Template) -> bool:
    decoded = decode(sighting.seen, template)
    return decoded is not None and decoded.score > _UNLIKELY
