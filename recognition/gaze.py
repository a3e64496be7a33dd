"""One frame under the eyes of all readers."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from recognition.ctc import greedy, join
from recognition.geometry import cut
from recognition.grounds import Ground, ground_of
from recognition.protocols import Reader
from recognition.rows import panel, rows_of, slot, tightened
from recognition.sightings import Sighting
from recognition.values import Box, Frame, Line, LogProbabilities, Region


class Gaze:
    """One frame under the eyes of all readers; no reader is asked twice about the same region."""

    def __init__(self, frame: Frame, readers: Sequence[Reader]) -> None:
        self._frame = frame
        self._readers = readers
        self._known: dict[tuple[int, bytes], LogProbabilities] = {}
        self._lines: dict[tuple[bytes, ...], Line] = {}

    def first(self, group: Sequence[Region]) -> LogProbabilities:
        """The regions as the first reader sees them, one after the other."""
        return self._read(0, group)

    def second_opinions(self, region: Region) -> list[str]:
        """What the other readers make of the region."""
        return [greedy(self._read(index, [region])) for index in range(1, len(self._readers))]

    def sightings(self, regions: Iterable[Region]) -> list[Sighting]:
        """Each region as the first reader sees it."""
        tight = (part for region in regions for part in tightened(self._frame, region))
        return [Sighting(region, self.first([region])) for region in tight]

    def lines(
        self, groups: Iterable[Sequence[Region]], likely: Callable[[LogProbabilities], bool]
    ) -> tuple[Line, ...]:
        """Each group as one line; the other readers are asked only where the first finds it likely."""
        found = []
        for group in groups:
            first = self.first(group)
            if likely(first):
                key = tuple(region.corners.tobytes() for region in group)
                if key not in self._lines:
                    self._lines[key] = self._line(group, first)
                found.append(self._lines[key])
        return tuple(found)

    def _line(self, group: Sequence[Region], first: LogProbabilities) -> Line:
        others = (self._read(index, group) for index in range(1, len(self._readers)))
        box = reduce(Box.union, (region.box for region in group))
        return Line(box, (first, *others), self.ground(group[0]))

    def rows(self, region: Region, sign_height: float) -> list[Region]:
        """The rows of text inside the region, from above, where its signs are so tall (a share of its height)."""
        rows = rows_of(cut(self._frame, region), sign_height)
        return [slot(region, row) for row in rows]

    def panel(self, row: Region) -> Region:
        """The row without what lies left and right of a light plate; a dark one has no edges to be told."""
        return panel(self._frame, row) if self.ground(row).is_light else row

    def ground(self, region: Region) -> Ground:
        """What the region's text is painted on."""
        return ground_of(cut(self._frame, region))

    def _read(self, index: int, group: Sequence[Region]) -> LogProbabilities:
        keys = [(index, region.corners.tobytes()) for region in group]
        for key, region in zip(keys, group, strict=True):
            if key not in self._known:
                self._known[key] = self._readers[index].read([cut(self._frame, region)])[0]
        return join([self._known[key] for key in keys])
