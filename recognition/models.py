"""The recogniser as it is shipped: PP-OCRv6 finds text, PP-OCRv6 and PP-OCRv4 read it; CenterFace finds faces."""

from pathlib import Path

import cv2
import numpy as np

from recognition.engines import (
    DETECTION_SHAPES,
    READING_HEIGHT,
    READING_WIDTHS,
    PaddleDetector,
    PaddleReader,
)
from recognition.faces import CenterFace, FaceDetector
from recognition.pipeline import Recogniser
from recognition.protocols import Fineness
from recognition.values import Frame

DETECTION = "PP-OCRv6_det_small.onnx"
GENERAL_READING = "PP-OCRv6_rec_small.onnx"
CHINESE_READING = "ch_PP-OCRv4_rec_mobile.onnx"
FACES = "centerface.onnx"


class ModelsMissing(Exception):
    """A model file is not where the settings say."""


def load(folder: Path, threads: int = 1) -> Recogniser:
    """The recogniser with the models of this folder.

    Raises:
        ModelsMissing: naming the file, and what to do.
    """
    _must_be_there(folder, DETECTION, GENERAL_READING, CHINESE_READING)
    cv2.setNumThreads(threads)
    readers = (
        PaddleReader(folder / GENERAL_READING, threads),
        PaddleReader(folder / CHINESE_READING, threads),
    )
    return Recogniser(PaddleDetector(folder / DETECTION, threads), readers)


def load_faces(folder: Path, threads: int = 1) -> FaceDetector:
    """The face detector with the model of this folder; reading plates and containers does not need it.

    Raises:
        ModelsMissing: naming the file, and what to do.
    """
    _must_be_there(folder, FACES)
    cv2.setNumThreads(threads)
    return CenterFace(folder / FACES)


def _must_be_there(folder: Path, *names: str) -> None:
    for name in names:
        if not (folder / name).is_file():
            raise ModelsMissing(f"{folder / name} is missing: run scripts/setup, or set CLEARLANE_MODELS")


def warm_up(recogniser: Recogniser) -> None:
    """One run of each model at each shape of the first two looks: no vehicle pays for onnxruntime's planning."""
    frames = {
        fineness: [_plain(height, width) for height, width in DETECTION_SHAPES[fineness]]
        for fineness in (Fineness.QUICK, Fineness.FINE)
    }
    recogniser.warm_up(frames, [_plain(READING_HEIGHT, width) for width in READING_WIDTHS])


def _plain(height: int, width: int) -> Frame:
    return np.full((height, width, 3), 200, dtype=np.uint8)
