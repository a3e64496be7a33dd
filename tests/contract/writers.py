"""Who writes which collection, as far as it can be read from source text: only a domain's own service may."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

Sources = Mapping[str, str]

DRIVER_METHODS = (
    "bulk_write delete_many delete_one find_one_and_delete find_one_and_replace "
    "find_one_and_update insert_many insert_one replace_one update_many update_one"
)
DRIVER_WRITES = frozenset(DRIVER_METHODS.split())
# methods of a document; lists and strings have some of the same name, but those are never awaited
DOCUMENT_WRITES = frozenset(
    {"create", "delete", "delete_all", "insert", "replace", "save", "save_changes", "set", "update", "upsert"}
)
WRITING_FUNCTIONS = frozenset({"change_if"})


Words = frozenset[str]


@dataclass(frozen=True)
class Write:
    """One call that changes a collection, and the words its collection is named by."""

    line: int
    words: Words
    certain: bool  # a driver's method; a document's method counts only when the words name a collection


def violations(sources: Sources) -> list[str]:
    """Every write outside the service of the collection's own domain, as `path:line reason`."""
    owners = collections(sources)
    found = []
    for path, source in sorted(sources.items()):
        pure = PurePosixPath(path)
        if pure.parts[0] != "backend" or pure.parts[1] == "kit":
            continue
        for write in writes(ast.parse(source)):
            domains = {owners[word] for word in write.words if word in owners}
            reason = _reason(pure, domains) if write.certain or domains else None
            if reason:
                found.append(f"{path}:{write.line} {reason}")
    return found


def _reason(path: PurePosixPath, domains: set[str]) -> str | None:
    foreign = domains - {path.parts[1]}
    if foreign:
        return f"writes a collection of {', '.join(sorted(foreign))}: call its service"
    if not (path.stem.startswith("service") or path.parent.name == "service"):
        return "only service.py writes"
    return None


def collections(sources: Sources) -> dict[str, str]:
    """What names a collection -> its domain: the document, its Settings.name, constants made of them."""
    owners: dict[str, str] = {}
    in_domains = [(PurePosixPath(path), source) for path, source in sources.items() if path.count("/") > 1]
    for path, source in in_domains:
        if path.parts[0] == "backend" and path.stem.startswith("model"):
            owners |= dict.fromkeys(_names_of_documents(ast.parse(source)), path.parts[1])
    for path, source in in_domains:
        for name, words in _assignments(ast.parse(source).body):
            if name.isupper() and any(owners.get(word) == path.parts[1] for word in words):
                owners[name] = path.parts[1]
    return owners


def _names_of_documents(tree: ast.Module) -> Iterator[str]:
    for document in tree.body:
        for settings in getattr(document, "body", []):
            if (
                isinstance(document, ast.ClassDef)
                and isinstance(settings, ast.ClassDef)
                and settings.name == "Settings"
            ):
                yield document.name
                yield from (
                    word for name, words in _assignments(settings.body) if name == "name" for word in words
                )


def writes(tree: ast.Module) -> Iterator[Write]:
    shared = dict(_assignments(tree.body))
    for statement in tree.body:
        known = shared | dict(_assignments(ast.walk(statement)))
        awaited = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Await)}
        for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
            if (place := _written_place(call)) is not None:
                yield Write(call.lineno, _made_of(place, known), certain=True)
            elif id(call) in awaited and (document := _written_document(call)) is not None:
                yield Write(call.lineno, _made_of(document, known), certain=False)


def _written_place(call: ast.Call) -> ast.expr | None:
    """The expression that names the collection this call certainly writes to."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in DRIVER_WRITES:
        return call.func.value
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return call.args[0] if name in WRITING_FUNCTIONS and call.args else None


def _written_document(call: ast.Call) -> ast.expr | None:
    """The document that this awaited call may write: lists and strings have methods of the same names."""
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in DOCUMENT_WRITES
    ):
        return call.func.value
    return None


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Words]]:
    """What each local name is made from: assignments and annotated parameters."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, _words(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, _words(node.value or node.annotation)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, _words(node.annotation)


def _words(expression: ast.expr) -> Words:
    nodes = list(ast.walk(expression))
    return frozenset(
        [node.id for node in nodes if isinstance(node, ast.Name)]
        + [node.attr for node in nodes if isinstance(node, ast.Attribute)]
        + [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    )


def _made_of(place: ast.expr, known: Mapping[str, Words]) -> Words:
    """The words of an expression, and of what its names were made from, to the end."""
    found, ahead = set[str](), set(_words(place))
    while ahead:
        found |= ahead
        ahead = {word for name in ahead for word in known.get(name, ())} - found
    return frozenset(found)
