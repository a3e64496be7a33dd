"""Each image holds all that its process imports: its folders alone, and production's libraries alone."""

import re
import shlex
import subprocess
import sys
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

from scripts.compose.runtime import declared, needed, normal
from scripts.house.places import ROOT

DOCKERFILE = ROOT / "scripts/compose/Dockerfile"
CEILING_SECONDS = 60
ENTRIES = {
    "hub": ("backend.__main__", "backend.app", "backend.kit.record.command", "scripts.compose.database"),
    "worker": ("recognition.__main__", "recognition.worker"),
    "lane-agent": ("kiosk.agent.__main__", "kiosk.agent.runtime"),
}
ALONE = """
import importlib, sys
class NotThere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in set({away!r}):
            raise ModuleNotFoundError(f"{{name}} is not in this image")
sys.path[:] = [{folder!r}] + [place for place in sys.path if place not in ("", {root!r})]
sys.meta_path.insert(0, NotThere())
for entry in {entries!r}:
    importlib.import_module(entry)
"""


def folders(target: str) -> list[str]:
    """What the stages of a target copy of the repository's Python."""
    stages = {part.splitlines()[0].split()[-1]: part for part in DOCKERFILE.read_text().split("\nFROM ")[1:]}
    copied = re.findall(r"^COPY (?!--from)(.+)$", stages["run"] + stages[target], re.MULTILINE)
    return [path for line in copied for path in shlex.split(line)[:-1]]


def left_out() -> list[str]:
    """Modules of libraries that an image is freed of."""
    kept = needed(declared(), distributions())
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if not {normal(owner) for owner in owners} & kept
    )


@pytest.mark.parametrize("target", ENTRIES)
def test_a_process_imports_nothing_that_its_image_lacks(target: str, tmp_path: Path) -> None:
    for name in folders(target):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    code = ALONE.format(away=left_out(), folder=str(tmp_path), root=str(ROOT), entries=ENTRIES[target])
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=CEILING_SECONDS,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "pytest" in left_out()
