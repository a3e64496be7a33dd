"""A film for Chromium's fake camera: a phone's screen with this code, held a little aslant before a lane's camera.

Arguments: the code's text, the file to write (concatenated JPEG frames, which Chromium plays in a loop).
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import qrcode
from numpy.typing import NDArray
from qrcode.constants import ERROR_CORRECT_L

WIDTH, HEIGHT, FRAMES = 1280, 720, 20


def screen(text: str) -> NDArray[np.uint8]:
    """Return the picture of the phone's screen, BGR."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, box_size=8, border=4)
    code.add_data(text)
    code.make(fit=True)
    modules = np.array(code.get_matrix(), dtype=np.uint8)
    picture = np.kron(1 - modules, np.ones((8, 8), dtype=np.uint8)) * 255
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def main(text: str, target: Path) -> None:
    """Write the film."""
    phone = screen(text)
    side = phone.shape[0]
    film = bytearray()
    for number in range(FRAMES):
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), 3.0 * np.sin(number / FRAMES * 2 * np.pi), 1.0)
        turn[:, 2] += ((WIDTH - side) / 2, (HEIGHT - side) / 2)
        frame = cv2.warpAffine(phone, turn, (WIDTH, HEIGHT), borderValue=(60, 60, 60))
        film += cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    target.write_bytes(film)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
