"""What the product imports is declared, and what is declared is imported or has a reason to be there."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.contract.order import TOP, imports

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("core", "backend", "recognition", "kiosk", "simulator")
NOT_IMPORTED = {
    "httptools": "uvicorn's parser, beneath its protocol",
    "uvloop": "uvicorn's loop, chosen by name",
    "webauthn": "passkeys, which stand beside the device key in the design",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {normal(re.split(r"[<>=\[;! ]", line)[0]) for line in project["dependencies"]}


def imported() -> set[str]:
    """The distributions whose modules the product's folders import."""
    distributions = packages_distributions()
    own = TOP | sys.stdlib_module_names
    files = (
        path
        for folder in PRODUCT
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    )
    modules = {found.parts[0] for path in files for found in imports(path.read_text())} - own
    return {normal(distributions[module][0]) for module in modules}


def test_every_imported_library_is_declared() -> None:
    assert imported() - declared() == set()


def test_every_declared_library_is_imported_or_has_its_reason() -> None:
    assert declared() - imported() == set(NOT_IMPORTED)
