"""The three text models of the recogniser (Apache-2.0), taken out of the wheels that carry them."""

from pathlib import Path

from scripts.house.fetch import Wheel, install
from scripts.house.places import MODELS

WHEELS = (
    Wheel(
        name="rapidocr",
        version="3.10.0",
        sha256="2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
        files={
            "rapidocr/models/PP-OCRv6_det_small.onnx": "PP-OCRv6_det_small.onnx",
            "rapidocr/models/PP-OCRv6_rec_small.onnx": "PP-OCRv6_rec_small.onnx",
            "rapidocr-3.10.0.dist-info/licenses/": "licenses",
        },
    ),
    Wheel(
        name="rapidocr",
        version="3.8.4",
        sha256="1a8400df99ea2348a6d1902d1c6fa64c29edcf56b3c58cecd4cf1e5ff51b7ae2",
        files={"rapidocr/models/ch_PP-OCRv4_rec_mobile.onnx": "ch_PP-OCRv4_rec_mobile.onnx"},
    ),
)


def install_models(destination: Path = MODELS) -> bool:
    """Put the models into `destination`; False if they were there."""
    return install(destination, WHEELS)


if __name__ == "__main__":
    install_models()
