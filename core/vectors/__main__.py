"""Writes the vector files beside this module."""

from pathlib import Path

from core.vectors import VECTORS, file_text

if __name__ == "__main__":
    for name in VECTORS:
        path = Path(__file__).with_name(f"{name}.json")
        path.write_text(file_text(name), encoding="utf-8")
        print(path.name)
