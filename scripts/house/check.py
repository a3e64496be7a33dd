"""`scripts/check`: everything that can be said about the code without running it."""

import subprocess
import time
from collections.abc import Callable

from scripts.house import addresses, limits
from scripts.house.places import ROOT, VENV
from scripts.house.steps import say

PYTHON = ("core", "backend", "recognition", "kiosk", "simulator", "scripts", "tests", "docs")
BIN = VENV / "bin"


def main(arguments: list[str]) -> int:
    """Run every check, whatever the others say; 1 if one failed."""
    bad = [name for name, check in CHECKS.items() if not _passes(name, check)]
    say(
        f"check: {len(CHECKS) - len(bad)} passed, {len(bad)} failed" + (f" ({', '.join(bad)})" if bad else "")
    )
    return 1 if bad or arguments else 0


def _passes(name: str, check: Callable[[], list[str]]) -> bool:
    began = time.monotonic()
    found = check()
    say(f"  {'bad' if found else 'ok '} {time.monotonic() - began:6.1f} s {name}")
    for line in found:
        say(f"      {line}")
    return not found


def tool(*arguments: str) -> Callable[[], list[str]]:
    """A check by another program: its output if it fails."""

    def run() -> list[str]:
        result = subprocess.run(
            arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return (result.stdout.splitlines() or ["failed"]) if result.returncode else []

    return run


def _schema() -> list[str]:
    printed = subprocess.run(
        [BIN / "python", "-m", "backend", "schema"], cwd=ROOT, capture_output=True, check=False
    )
    if printed.returncode:
        return printed.stderr.decode().splitlines()
    if printed.stdout != (ROOT / "schema.graphql").read_bytes():
        return ["schema.graphql is not what the code prints: run scripts/schema and look at the difference"]
    return []


def _types() -> list[str]:
    return tool(str(BIN / "mypy"), *(folder for folder in PYTHON if (ROOT / folder).is_dir()))()


def _dockerfiles() -> list[str]:
    found = [str(path.relative_to(ROOT)) for path in limits.tracked("Dockerfile")]
    return tool(str(BIN / "hadolint"), *found)()


CHECKS: dict[str, Callable[[], list[str]]] = {
    "style": tool(str(BIN / "ruff"), "check", "--quiet", "."),
    "format": tool(str(BIN / "ruff"), "format", "--check", "."),
    "types": _types,
    "sizes": limits.check,
    "addresses": addresses.check,
    "schema": _schema,
    "compose": tool(
        str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"
    ),
    "Dockerfiles": _dockerfiles,
    "pages": tool("npm", "run", "check", "--silent", "--workspaces", "--if-present"),
    "journeys": tool(str(ROOT / "node_modules/.bin/tsc"), "--project", "tests/journeys"),
}
