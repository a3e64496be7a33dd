"""The lane in three dimensions: flat faces, a camera that looks at them, and where each point lands in the picture.

Metres; across to the right, up, and ahead away from the camera.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulator.images.camera import Pixels
from simulator.images.hard.strokes import Mask

Point = tuple[float, float, float]
Corners = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right, bottom left, as one reads the face."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A flat face: its picture, where it stands, and which part of the picture is there at all."""

    pixels: Pixels
    corners: Corners
    mask: Mask | None = None


@dataclass(frozen=True)
class View:
    """A camera: where it stands, what it looks at, how it is rolled (degrees), its picture and its lens."""

    place: Point
    target: Point
    width: int
    height: int
    focal: float
    """Focal length in pixels."""
    roll: float = 0.0

    def project(self, points: Iterable[Point]) -> NDArray[np.float64]:
        """Return where the points land, in pixels; they must lie before the camera."""
        relative = np.array(list(points), dtype=np.float64) - np.array(self.place)
        seen = relative @ self._axes().T
        depth = np.maximum(seen[:, 2], 0.05)
        across = seen[:, 0] / depth * self.focal + self.width / 2
        down = -seen[:, 1] / depth * self.focal + self.height / 2
        return np.stack([across, down], axis=1)

    def _axes(self) -> NDArray[np.float64]:
        ahead = np.array(self.target) - np.array(self.place)
        ahead = ahead / np.linalg.norm(ahead)
        right = np.cross((0.0, 1.0, 0.0), ahead)
        right = right / np.linalg.norm(right)
        up = np.cross(ahead, right)
        turn = np.deg2rad(self.roll)
        return np.stack(
            [right * np.cos(turn) + up * np.sin(turn), up * np.cos(turn) - right * np.sin(turn), ahead]
        )


def upright(left: float, bottom: float, width: float, height: float, ahead: float = 0.0) -> Corners:
    """Return the corners of a face that looks straight back at the camera's side of the lane."""
    right, top = left + width, bottom + height
    return (left, top, ahead), (right, top, ahead), (right, bottom, ahead), (left, bottom, ahead)


def within(corners: Corners, left: float, top: float, right: float, bottom: float) -> Corners:
    """Return the part of a face between shares of its width and height, a little nearer to the reader."""
    place = np.array(corners)
    normal = np.cross(place[1] - place[0], place[3] - place[0])
    nearer = normal / np.linalg.norm(normal) * 0.01

    def at(across: float, down: float) -> Point:
        x, y, z = place[0] + (place[1] - place[0]) * across + (place[3] - place[0]) * down - nearer
        return float(x), float(y), float(z)

    return at(left, top), at(right, top), at(right, bottom), at(left, bottom)


def paint(canvas: Pixels, view: View, surfaces: Iterable[Surface]) -> None:
    """Paint the surfaces one over the other, the first one farthest."""
    for surface in surfaces:
        _paint(canvas, view, surface)


def _paint(canvas: Pixels, view: View, surface: Surface) -> None:
    height, width = surface.pixels.shape[:2]
    corners = view.project(surface.corners).astype(np.float32)
    pixels, mask = _shrunk(surface, corners)
    height, width = pixels.shape[:2]
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(edges, corners)
    size = (view.width, view.height)
    warped = cv2.warpPerspective(
        pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    share = (
        cv2.warpPerspective(mask, matrix, size, flags=cv2.INTER_LINEAR)[:, :, None].astype(np.float32) / 255
    )
    canvas[:] = np.clip(canvas * (1 - share) + warped * share, 0, 255)


def _shrunk(surface: Surface, corners: NDArray[np.float32]) -> tuple[Pixels, Mask]:
    """Return the surface about as large as it will be seen: shrinking by warping alone would tear thin strokes."""
    height, width = surface.pixels.shape[:2]
    seen = max(float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[2] - corners[3])))
    tall = max(float(np.linalg.norm(corners[3] - corners[0])), float(np.linalg.norm(corners[2] - corners[1])))
    mask = surface.mask if surface.mask is not None else np.full((height, width), 255, dtype=np.uint8)
    wanted = (min(width, max(round(seen), 2)), min(height, max(round(tall), 2)))
    if wanted == (width, height):
        return surface.pixels, mask
    pixels = cv2.resize(surface.pixels, wanted, interpolation=cv2.INTER_AREA)
    return np.asarray(pixels, dtype=np.uint8), np.asarray(
        cv2.resize(mask, wanted, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
