"""Prints the distributions here that production does not need: an image is freed of them.

The lock holds the tools of tests and checks, too. Needed is what pyproject.toml declares, and what that needs itself.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRA = re.compile(r"\bextra\s*==")


def needed(declared: Iterable[str], installed: Iterable[Distribution]) -> set[str]:
    """Return the names of what is declared and of all that it needs, extras left out.

    A requirement that is for another system only is not installed here and so left out as well.
    """
    there = {normal(found.metadata["Name"]): found for found in installed}
    names: set[str] = set()
    waiting = [name_of(line) for line in declared]
    while waiting:
        name = waiting.pop()
        if name in names or name not in there:
            continue
        names.add(name)
        waiting += [name_of(line) for line in there[name].requires or () if not EXTRA.search(line)]
    return names


def name_of(requirement: str) -> str:
    """Return whom a requirement is for, as it is compared."""
    found = NAME.match(requirement)
    if found is None:
        raise ValueError(f"no requirement: {requirement}")
    return normal(found.group())


def normal(name: str) -> str:
    """Return a distribution's name in the one spelling of all."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> list[str]:
    """Return what pyproject.toml says the product needs."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    return list(project["dependencies"])


def main() -> int:
    """Print the names of the rest, one a line."""
    names = needed(declared(), distributions())
    print("\n".join(sorted({normal(found.metadata["Name"]) for found in distributions()} - names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
