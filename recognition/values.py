"""What goes through recognition: frozen values, from the detected region to the readings of one frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.identifiers.plates import Jurisdiction
from core.passages import Verdict
from recognition.grounds import Ground

Frame = NDArray[np.uint8]
"""An image, height x width x 3, 8 bits a channel, in blue-green-red order."""

LogProbabilities = NDArray[np.float32]
"""Steps x len(alphabet.SYMBOLS), natural logarithms, one CTC step a row."""


@dataclass(frozen=True)
class Box:
    """An upright rectangle in pixels of the frame; (x, y) is its top left corner."""

    x: int
    y: int
    width: int
    height: int

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        left, top = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Box(left, top, right - left, bottom - top)

    def holds(self, other: "Box") -> bool:
        """Whether the middle of the other lies in this one."""
        x, y = other.x + other.width / 2, other.y + other.height / 2
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def covered_by(self, other: "Box") -> float:
        """The share of this box that lies in the other, 0 to 1."""
        return self._shared(other) / max(self.width * self.height, 1)

    def overlap(self, other: "Box") -> float:
        """The share of the smaller box that lies in the other, 0 to 1."""
        return self._shared(other) / max(min(self.width * self.height, other.width * other.height), 1)

    def _shared(self, other: "Box") -> int:
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)


SURE_SCORE = 0.5
"""A region with this score or a higher one is text; what lies below may be."""


@dataclass(frozen=True, eq=False)
class Region:
    """Where the detector sees text: four corners in pixels, clockwise from the top left of the text, 4 x 2.

    `score` is how sure the detector is, 0 to 1; see SURE_SCORE.
    """

    corners: NDArray[np.float32]
    score: float

    @property
    def box(self) -> Box:
        """The upright rectangle around the corners, from the frame's edge on where they lie outside."""
        left, top = np.maximum(np.floor(self.corners.min(axis=0)), 0).astype(int)
        right, bottom = np.ceil(self.corners.max(axis=0)).astype(int)
        return Box(int(left), int(top), int(right - left), int(bottom - top))

    @property
    def width(self) -> float:
        """Length along the line of text, pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        """Length across the line of text, pixels."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))


@dataclass(frozen=True, eq=False)
class Line:
    """One line of text as every reader saw it: the same order of readers in every line of a frame."""

    box: Box
    seen: tuple[LogProbabilities, ...]
    ground: Ground = Ground.UNKNOWN


@dataclass(frozen=True)
class Marking:
    """A size and type code as read, and where."""

    text: str
    box: Box


@dataclass(frozen=True)
class PlateReading:
    """A plate as read, never as declared. `text` is canonical (core.identifiers.plates); confidence 0 to 1.

    `inferred` holds those of its characters that no reader saw and the form of the plate demands: the small 粤, 港
    and 澳 of a cross-border plate, which a camera over a lane seldom resolves.
    """

    text: str
    jurisdiction: Jurisdiction
    confidence: float
    box: Box
    inferred: str = ""


@dataclass(frozen=True)
class ContainerReading:
    """A container number as read. `check_digit` is true when the printed digit was read and agrees (ISO 6346).

    `size_type` is the code painted beside it (22G1), where one was read.
    """

    text: str
    confidence: float
    check_digit: bool
    box: Box
    size_type: str | None = None


@dataclass(frozen=True)
class Readings:
    """All that was read in one frame, best first."""

    plates: tuple[PlateReading, ...]
    containers: tuple[ContainerReading, ...]


@dataclass(frozen=True)
class Verification:
    """How far a frame bears out a declared number; `score` is a log-likelihood ratio, 0 at best.

    `margin` is how far the score is ahead of every number that the line could be taken for instead.
    `box` is the place in the frame that a MATCH or a MISMATCH rests on: of it a cut-out is kept as evidence.
    """

    expected: str
    verdict: Verdict
    score: float
    read: str | None
    box: Box | None = None
    margin: float = 0.0
