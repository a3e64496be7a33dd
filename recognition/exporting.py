"""The command `blur`: pictures that leave the port, upright, without faces and without anything but their pixels."""

from collections.abc import Sequence
from pathlib import Path

import cv2

from core.images import ImageType, type_of
from core.problems import Refusal
from recognition.faces import FaceDetector, blurred
from recognition.files import bytes_of, one_line, say, why
from recognition.intake import decode_image
from recognition.values import Frame

_ENDINGS = {ImageType.JPEG: ".jpg", ImageType.PNG: ".png", ImageType.WEBP: ".webp"}
_QUALITY = 92
_OPTIONS = {
    ImageType.JPEG: (cv2.IMWRITE_JPEG_QUALITY, _QUALITY),
    ImageType.PNG: (),
    ImageType.WEBP: (cv2.IMWRITE_WEBP_QUALITY, _QUALITY),
}


def for_export(data: bytes, detector: FaceDetector) -> bytes:
    """The picture in the same format with all faces blurred; where and when it was taken is not in it any more.

    Raises:
        Refusal: IMAGE_*, see intake.decode_image.
    """
    return _encoded(blurred(decode_image(data), detector), type_of(data))


def blur_files(detector: FaceDetector, files: Sequence[Path], folder: Path, *, as_json: bool) -> int:
    """Writes each picture under its name into the folder, and prints a line for it; 1 when one could not be done.

    A file that is there already is left alone, so that no picture is replaced by another one, nor by itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for file in files:
        try:
            answer = {"file": str(file), "written": str(_blur(detector, file, folder))}
        except (OSError, Refusal) as error:
            failed = True
            answer = {"file": str(file), "error": why(error)}
        say(one_line(answer) if as_json else ": ".join(answer.values()))
    return int(failed)


def _blur(detector: FaceDetector, file: Path, folder: Path) -> Path:
    data = bytes_of(file)
    picture = for_export(data, detector)
    target = folder / f"{file.stem}{_ENDINGS[type_of(data)]}"
    with target.open("xb") as output:
        output.write(picture)
    return target


def _encoded(frame: Frame, kind: ImageType) -> bytes:
    _, encoded = cv2.imencode(_ENDINGS[kind], frame, _OPTIONS[kind])
    return encoded.tobytes()
