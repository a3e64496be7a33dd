"""No package registry and no path of one machine stands in the repository: it is built anywhere."""

import re
from pathlib import Path

from scripts.house.limits import tracked
from scripts.house.places import ROOT

# written in pieces, so that this file is not found by itself
REGISTRY = re.compile(
    "|".join([r"registry\.(npmjs|yarnpkg)", r"\bpypi\.(org|python)", r"pythonhosted\.", r"jsdelivr\."])
)
INDEX = re.compile(r"^\s*(-i|--index-url|--extra-index-url|--find-links)\b|^\s*registry\s*=", re.MULTILINE)
MACHINE = re.compile(r"(?<![\w.])/(home/\w+|root|Users/\w+)/")
LOCKS = ("requirements.lock", "package-lock.json", ".npmrc", "pyproject.toml")
ALLOWED = frozenset({"scripts/house/addresses.py"})


def check() -> list[str]:
    """Every line that names a registry or a machine's path, as `path:line reason`."""
    found = []
    for path in tracked(""):
        name = path.relative_to(ROOT).as_posix()
        if name not in ALLOWED and (text := _text(path)) is not None:
            found += [f"{name}:{line} {reason}" for line, reason in named(text, locked=path.name in LOCKS)]
    return found


def named(text: str, *, locked: bool = False) -> list[tuple[int, str]]:
    """Lines of one file that name what they must not, with the reason."""
    here = str(ROOT.parent) + "/"
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if REGISTRY.search(line) or (locked and INDEX.search(line)):
            found.append((number, "names a package registry"))
        if MACHINE.search(line) or (len(here) > 2 and here in line):
            found.append((number, "holds a path of this machine"))
    return found


def _text(path: Path) -> str | None:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None
