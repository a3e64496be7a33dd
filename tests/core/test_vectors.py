"""The committed vector files are what the code says today, so that every other implementation is bound by them."""

from importlib import resources

import pytest

from core.vectors import VECTORS, file_text


@pytest.mark.parametrize("name", VECTORS)
def test_the_committed_vectors_are_those_of_the_code(name: str) -> None:
    committed = resources.files("core.vectors").joinpath(f"{name}.json").read_text("utf-8")
    assert committed == file_text(name), "run python -m core.vectors and look at the difference"


def test_every_vector_file_is_made_by_the_code() -> None:
    files = {
        entry.name for entry in resources.files("core.vectors").iterdir() if entry.name.endswith(".json")
    }
    assert files == {f"{name}.json" for name in VECTORS}
