"""The command `explain`: a picture of what was seen where, what each reader made of it, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.passages import Verdict
from recognition.ctc import greedy
from recognition.faces import FaceDetector, blurred
from recognition.files import bytes_of
from recognition.intake import decode_image
from recognition.pipeline import Observation, Recogniser, readings
from recognition.values import Box, ContainerReading, Frame, Line, PlateReading, Readings, Verification
from recognition.verification import Expected, verify

_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
)
_SIZE, _ROW, _PANEL, _CROP = 17, 64, 620, (190, 48)
_LARGEST_SIDE, _MOST_LINES = 1280, 24
_INK, _PAPER, _QUIET = "#1B1F24", "#FFFFFF", "#4F5866"
_READ, _TRIED = "#1B7F5C", "#0B57D0"
_VERDICTS = {Verdict.MATCH: "#1B7F5C", Verdict.UNSURE: "#946200", Verdict.MISMATCH: "#8C1D18"}


@dataclass(frozen=True, eq=False)
class _Seen:
    """All that is told of one picture."""

    frame: Frame
    observation: Observation
    found: Readings
    verdicts: tuple[Verification, ...]

    @property
    def numbers(self) -> list[PlateReading | ContainerReading]:
        """What was read."""
        return [*self.found.plates, *self.found.containers]

    @property
    def lines(self) -> tuple[tuple[str, Line], ...]:
        """Each line tried, once, with the kind of number that was sought in it."""
        tried = [("plate", line) for line in self.observation.plate_lines]
        tried += [("container", line) for line in self.observation.container_lines]
        best: dict[tuple[str, Box, tuple[str, ...]], Line] = {
            (kind, line.box, _views(line)): line for kind, line in tried
        }
        return tuple((kind, line) for (kind, _, _), line in best.items())


def explain(
    recogniser: Recogniser, faces: FaceDetector, file: Path, expected: Sequence[Expected]
) -> tuple[Image.Image, dict[str, Any]]:
    """The picture with its explanation beside it, faces blurred, and the same facts as plain values.

    Raises:
        OSError: the file cannot be read.
        Refusal: IMAGE_*, see intake.decode_image.
    """
    frame = decode_image(bytes_of(file))
    observation = recogniser.observe(frame)
    found = readings(observation)
    seen = _Seen(frame, observation, found, verify(observation, found, expected))
    return _drawn(seen, blurred(frame, faces)), _told(file, seen)


def _told(file: Path, seen: _Seen) -> dict[str, Any]:
    return {
        "file": str(file),
        "lines": [
            {
                "sought": kind,
                "box": _corners(line.box),
                "ground": line.ground.value,
                "readers": list(_views(line)),
            }
            for kind, line in seen.lines
        ],
        "read": [
            {"text": entry.text, "confidence": entry.confidence, "box": _corners(entry.box)}
            for entry in seen.numbers
        ],
        "verdicts": [
            {
                "expected": entry.expected,
                "verdict": entry.verdict.value.lower(),
                "score": entry.score,
                "margin": entry.margin,
            }
            for entry in seen.verdicts
        ],
    }


def _corners(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _views(line: Line) -> tuple[str, ...]:
    return tuple(greedy(view) for view in line.seen)


def _drawn(seen: _Seen, shown: Frame) -> Image.Image:
    scale = min(1.0, _LARGEST_SIDE / max(shown.shape[:2]))
    size = (max(1, round(shown.shape[1] * scale)), max(1, round(shown.shape[0] * scale)))
    picture = Image.fromarray(cv2.cvtColor(cv2.resize(shown, size), cv2.COLOR_BGR2RGB))
    _mark(picture, seen, scale)
    panel = _panel(seen, shown)
    whole = Image.new("RGB", (picture.width + panel.width, max(picture.height, panel.height)), _PAPER)
    whole.paste(picture, (0, 0))
    whole.paste(panel, (picture.width, 0))
    return whole


def _mark(picture: Image.Image, seen: _Seen, scale: float) -> None:
    draw = ImageDraw.Draw(picture)
    for _, line in seen.lines:
        draw.rectangle(_scaled(line.box, scale), outline=_TRIED, width=1)
    for entry in seen.numbers:
        left, top, right, bottom = _scaled(entry.box, scale)
        draw.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=_READ, width=3)
        label = f"{entry.text}  {entry.confidence:.2f}"
        place = (right + 8, (top + bottom - _SIZE) / 2)
        draw.rectangle(draw.textbbox(place, label, font=_font(_SIZE)), fill=_READ)
        draw.text(place, label, fill=_PAPER, font=_font(_SIZE))
    for verdict in (entry for entry in seen.verdicts if entry.box is not None):
        assert verdict.box is not None  # the line above has seen to it
        draw.rectangle(_scaled(verdict.box, scale), outline=_VERDICTS[verdict.verdict], width=2)


def _scaled(box: Box, scale: float) -> tuple[float, float, float, float]:
    return box.x * scale, box.y * scale, (box.x + box.width) * scale, (box.y + box.height) * scale


def _panel(seen: _Seen, shown: Frame) -> Image.Image:
    verdicts = [
        (
            f"{entry.expected}: {entry.verdict.value} (score {entry.score:.1f}, margin {entry.margin:.1f})",
            _VERDICTS[entry.verdict],
        )
        for entry in seen.verdicts
    ]
    heads = [("green, bold: read   blue, thin: tried", _QUIET), *verdicts]
    if not seen.lines:
        heads.append(("no line that could hold a number", _QUIET))
    lines = seen.lines[:_MOST_LINES]
    if len(seen.lines) > len(lines):
        heads.append((f"{len(seen.lines) - len(lines)} more lines were tried", _QUIET))
    panel = Image.new("RGB", (_PANEL, (len(heads) + 1) * (_SIZE + 10) + len(lines) * _ROW), _PAPER)
    draw = ImageDraw.Draw(panel)
    top = 8
    for text, colour in heads:
        draw.text((12, top), text, fill=colour, font=_font(_SIZE))
        top += _SIZE + 10
    for kind, line in lines:
        panel.paste(_crop(shown, line.box), (12, top))
        for row, view in enumerate(_views(line)):
            draw.text((_CROP[0] + 24, top + row * (_SIZE + 5)), view or "-", fill=_INK, font=_font(_SIZE))
        draw.text(
            (_CROP[0] + 264, top), f"{kind}, {line.ground.value.lower()}", fill=_QUIET, font=_font(_SIZE)
        )
        top += _ROW
    return panel


def _crop(frame: Frame, box: Box) -> Image.Image:
    piece = frame[box.y : box.y + box.height, box.x : box.x + box.width]
    if piece.size == 0:
        return Image.new("RGB", (1, 1), _PAPER)
    image = Image.fromarray(np.ascontiguousarray(piece[:, :, ::-1]))
    image.thumbnail(_CROP)
    return image


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with Han characters; without one the signs it lacks are drawn as boxes."""
    place = next((place for place in _FONTS if place.is_file()), None)
    return ImageFont.load_default(size) if place is None else ImageFont.truetype(str(place), size, index=2)
