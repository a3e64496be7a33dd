"""PP-OCR models on onnxruntime: DB text detection and CTC line reading, at few fixed input shapes.

Every new input shape makes onnxruntime plan and keep new memory (ever-new shapes grew a worker to 1 GB),
so frames and lines are fitted into the shapes listed here and into no others.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from recognition.alphabet import OTHER, SYMBOLS, folding
from recognition.ctc import condensed
from recognition.protocols import Fineness
from recognition.values import SURE_SCORE, Frame, LogProbabilities, Region

DETECTION_SHAPES: dict[Fineness, tuple[tuple[int, int], ...]] = {
    Fineness.QUICK: ((320, 448), (384, 384), (448, 320)),
    Fineness.FINE: ((480, 640), (544, 544), (640, 480)),
    Fineness.FINEST: ((736, 960), (832, 832), (960, 736)),
}
"""Height and width of what the detector sees, pixels: for each fineness one of three for any frame."""
READING_WIDTHS = (96, 160, 240, 320, 480)
READING_HEIGHT = 48

_THRESHOLD = 0.3
_FAINT_THRESHOLD = 0.1
_FAINT_SCORE = 0.15
_UNCLIP = 1.6
_SMALLEST = 3.0
_SAME = 0.3
_MAX_REGIONS = 200
_FLOOR = np.float32(1e-7)


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _fit(frame: Frame, height: int, width: int, fill: int) -> tuple[Frame, float]:
    """The frame scaled to fit height x width, its aspect kept, the rest filled; and the scale used."""
    scale = min(height / frame.shape[0], width / frame.shape[1])
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.full((height, width, 3), fill, dtype=np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(frame, size, interpolation=method)
    return canvas, scale


def _network_input(image: Frame) -> NDArray[np.float32]:
    scaled = image.astype(np.float32) / np.float32(127.5) - np.float32(1)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


class PaddleDetector:
    """PP-OCRv6 text detection (differentiable binarization, DB)."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        self._session = _session(model, threads)
        self._input = self._session.get_inputs()[0].name

    def detect(self, frame: Frame, *, fineness: Fineness = Fineness.QUICK) -> list[Region]:
        """See protocols.Detector."""
        height, width = max(
            DETECTION_SHAPES[fineness],
            key=lambda shape: min(shape[0] / frame.shape[0], shape[1] / frame.shape[1]),
        )
        canvas, scale = _fit(frame, height, width, fill=0)
        answer = self._session.run(None, {self._input: _network_input(canvas)})[0]
        return regions_from(np.asarray(answer, dtype=np.float32)[0, 0], scale)


def regions_from(text_map: NDArray[np.float32], scale: float) -> list[Region]:
    """Boxes from DB's map of text probability, as in «Real-time Scene Text Detection with DB» (Liao et al. 2020).

    Where the map is faint, text is too small or too blurred to be sure of: such regions come with their low score,
    where no sure one stands. `scale` is map pixels per frame pixel.
    """
    sure = _boxes(text_map, _THRESHOLD, SURE_SCORE, scale)
    faint = _boxes(text_map, _FAINT_THRESHOLD, _FAINT_SCORE, scale)
    return sure + [region for region in faint if all(region.box.overlap(other.box) < _SAME for other in sure)]


def _boxes(text_map: NDArray[np.float32], threshold: float, least: float, scale: float) -> list[Region]:
    mask = cv2.dilate((text_map > threshold).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    regions = []
    for contour in contours[:_MAX_REGIONS]:
        centre, (first, second), angle = cv2.minAreaRect(contour)
        if min(first, second) < _SMALLEST:
            continue
        score = _mean_inside(text_map, cv2.boxPoints((centre, (first, second), angle)))
        if score < least:
            continue
        # DB learns shrunken regions; for a rectangle the polygon offset is the same growth on every side.
        growth = 2 * (first * second * _UNCLIP / (2 * (first + second)))
        points = cv2.boxPoints((centre, (first + growth, second + growth), angle))
        regions.append(Region(_clockwise(points) / np.float32(scale), score))
    return regions


def _mean_inside(text_map: NDArray[np.float32], points: NDArray[Any]) -> float:
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(points.max(axis=0)).astype(int)
    part = text_map[top : bottom + 1, left : right + 1]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [(points - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, inside)[0])


def _clockwise(points: NDArray[Any]) -> NDArray[np.float32]:
    """Corners from the top left, clockwise, of a rectangle turned by less than 45 degrees."""
    ordered = points[np.argsort(points[:, 0])]
    left = ordered[:2][np.argsort(ordered[:2, 1])]
    right = ordered[2:][np.argsort(ordered[2:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], dtype=np.float32)


class PaddleReader:
    """A PP-OCR CTC recogniser; its dictionary is read from the model's own metadata."""

    def __init__(self, model: Path, threads: int = 1, widths: Sequence[int] = READING_WIDTHS) -> None:
        self._session = _session(model, threads)
        self._input = self._session.get_inputs()[0].name
        self._widths = tuple(sorted(widths))
        dictionary = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._wanted, self._fold = _folding_matrix(folding(dictionary))

    def read(self, lines: Sequence[Frame]) -> list[LogProbabilities]:
        """See protocols.Reader."""
        return [self._read_one(line) for line in lines]

    def _read_one(self, line: Frame) -> LogProbabilities:
        wanted = line.shape[1] * READING_HEIGHT / line.shape[0]
        width = next((width for width in self._widths if width >= wanted), self._widths[-1])
        used = max(1, min(width, round(wanted)))
        canvas = np.full((READING_HEIGHT, width, 3), 127, dtype=np.uint8)
        canvas[:, :used] = cv2.resize(line, (used, READING_HEIGHT), interpolation=cv2.INTER_LINEAR)
        answer = self._session.run(None, {self._input: _network_input(canvas)})[0]
        probabilities = np.asarray(answer, dtype=np.float32)[0]
        folded = probabilities[:, self._wanted] @ self._fold
        folded[:, OTHER] = 1 - folded.sum(axis=1)
        return condensed(np.log(np.maximum(folded, _FLOOR)))


def _folding_matrix(classes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The model's classes that mean something here, and the 0/1 matrix that adds them up by symbol."""
    wanted = np.flatnonzero(classes != OTHER)
    matrix = np.zeros((len(wanted), len(SYMBOLS)), np.float32)
    matrix[np.arange(len(wanted)), classes[wanted]] = 1
    return wanted, matrix
