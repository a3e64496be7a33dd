"""The order of the house as rules over import statements; read from source text, nothing is imported."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

Sources = Mapping[str, str]  # path from the repository's root -> text

DOMAINS = (
    "identity", "sites", "vouchers", "disclosures", "orders", "trips", "clearances", "captures", "lanes",
    "search", "inspections", "intercom", "notices", "partners", "figures", "feed",
)  # fmt: skip
SHARED_MODULES = frozenset({"model", "service", "events", "rules"})
TOP = frozenset({"core", "backend", "recognition", "kiosk", "simulator", "scripts", "tests"})
MAY_IMPORT = {
    "core": frozenset({"core"}),
    "backend": frozenset({"core", "backend"}),
    "recognition": frozenset({"core", "recognition"}),
    "kiosk": frozenset({"core", "kiosk", "recognition"}),
    "simulator": frozenset({"core", "simulator"}),
}
# core is pure: whatever reads a clock, a file, a socket or another process stays outside
IMPURE_NAMES = (
    "aiohttp asyncio fcntl ftplib gql graphql http io logging multiprocessing os pathlib pymongo "
    "random requests select selectors shutil signal smtplib socket sqlite3 ssl starlette "
    "strawberry subprocess sys tempfile threading time urllib beanie pydantic cv2 numpy "
    "onnxruntime uvicorn"
)
IMPURE = frozenset(IMPURE_NAMES.split())


@dataclass(frozen=True)
class Import:
    """One imported module, as a dotted name with every `from` name joined on."""

    line: int
    module: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.module.split("."))


def imports(source: str) -> Iterator[Import]:
    """Every import of a module, function-local ones too; relative ones are refused elsewhere (ruff TID)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (Import(node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def python_violations(sources: Sources) -> list[str]:
    """Every import that breaks the order, as `path:line reason`."""
    found = []
    for path, source in sorted(sources.items()):
        for imported in imports(source):
            reason = _reason(PurePosixPath(path), imported)
            if reason:
                found.append(f"{path}:{imported.line} {reason}")
    return found


def _reason(path: PurePosixPath, imported: Import) -> str | None:
    part, target = path.parts[0], imported.parts[0]
    if target in TOP and target not in MAY_IMPORT[part]:
        return f"{part} must not import {target}"
    if target == "strawberry" and not _speaks_graphql(path):
        return "only schema.py files and backend/kit/graphql import strawberry"
    if part == "core":
        return _core_reason(path, imported)
    if part == "backend" and target == "backend" and len(imported.parts) > 1:
        return _backend_reason(path, imported)
    return None


def _core_reason(path: PurePosixPath, imported: Import) -> str | None:
    if path.parts[1] == "hub" or path.name == "hub.py":
        return None
    if imported.parts[:2] == ("core", "hub"):
        return "core is pure: only programs use core.hub"
    if imported.parts[0] in IMPURE and path.name != "__main__.py":
        return f"core is pure: {imported.parts[0]} does not belong in it"
    return None


def _backend_reason(path: PurePosixPath, imported: Import) -> str | None:
    home = path.parts[1]
    if home in ("app.py", "__main__.py", "__init__.py"):
        return None
    to = imported.parts[1]
    if to in ("app", "__main__"):
        return "only app.py wires: nothing imports it"
    if home == "schema.py":
        return _root_schema_reason(imported)
    if to == "kit":
        return _graphql_reason(path, imported)
    if to == "settings":
        return None
    if to not in DOMAINS:
        return None if f"{to}.py" == home else f"backend.{to} is not to the left"
    return _domain_reason(path, imported)


def _root_schema_reason(imported: Import) -> str | None:
    if imported.parts[1] in ("kit", "settings") or _stem(imported, 2).startswith("schema"):
        return None
    return "backend/schema.py merges the domains' schema modules and imports nothing else of them"


def _graphql_reason(path: PurePosixPath, imported: Import) -> str | None:
    if _stem(imported, 2) == "graphql" and not _speaks_graphql(path):
        return "only schema.py files speak GraphQL (backend.kit.graphql)"
    return None


def _domain_reason(path: PurePosixPath, imported: Import) -> str | None:
    home, to = path.parts[1], imported.parts[1]
    if home == to:
        if _stem(imported, 2).startswith("schema") and not _is_schema(path):
            return "nothing in a domain imports its GraphQL layer"
        return None
    if home not in DOMAINS:
        return f"{home} knows no domain, not even {to}"
    if DOMAINS.index(to) > DOMAINS.index(home):
        return f"{home} stands to the left of {to}"
    shared = _stem(imported, 2)
    if shared in SHARED_MODULES or (shared.startswith("schema") and _is_schema(path)):
        return None
    return f"of {to} only {', '.join(sorted(SHARED_MODULES))} are for others, not {shared or to}"


def _stem(imported: Import, position: int) -> str:
    return imported.parts[position] if len(imported.parts) > position else ""


def _is_schema(path: PurePosixPath) -> bool:
    """`schema.py`, or a part of one that grew past its size: `schema_types.py`, `schema/types.py`."""
    return path.stem.startswith("schema") or path.parent.name == "schema"


def _speaks_graphql(path: PurePosixPath) -> bool:
    if path.parts[0] != "backend":
        return False
    in_kit = path.parts[1] == "kit" and path.parts[2].startswith("graphql")
    return in_kit or _is_schema(path) or path.name == "app.py"


SPECIFIER = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*|@import\s+(?:url\()?)["']([^"']+)["']""")
FRONT_ENDS = ("ui", "pwa", "kiosk/page")
PACKAGES = {"@clearlane/ui": "ui", "@clearlane/pwa": "pwa", "@clearlane/kiosk": "kiosk/page"}
APPS = tuple(f"pwa/src/{app}" for app in ("driver", "carrier", "officer", "demo", "rules"))


def front_end_violations(sources: Sources) -> list[str]:
    """Front ends import ui and themselves, the apps of pwa not each other: no officer code on a phone."""
    return [
        f"{path}:{number} must not import {target}"
        for path, source in sorted(sources.items())
        for number, line in enumerate(source.splitlines(), start=1)
        for specifier in SPECIFIER.findall(line)
        if (target := _front_end_target(path, specifier)) and _crosses(path, target)
    ]


def _front_end_target(path: str, specifier: str) -> str | None:
    for package, folder in PACKAGES.items():
        if specifier == package or specifier.startswith(package + "/"):
            return folder + specifier.removeprefix(package)
    if not specifier.startswith("."):
        return None
    parts: list[str] = []
    for part in (*PurePosixPath(path).parent.parts, *PurePosixPath(specifier).parts):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _crosses(path: str, target: str) -> bool:
    home, to = _within(path, FRONT_ENDS), _within(target, FRONT_ENDS)
    if to is not None and to not in (home, "ui"):
        return True
    home_app, to_app = _within(path, APPS), _within(target, APPS)
    return home_app is not None and to_app is not None and home_app != to_app


def _within(path: str, folders: tuple[str, ...]) -> str | None:
    return next((folder for folder in folders if path == folder or path.startswith(folder + "/")), None)
