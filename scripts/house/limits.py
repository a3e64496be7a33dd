"""Sizes that keep code readable: files, functions, nesting, parameters. A line with `long: why` may pass one."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scripts.house.places import ROOT

FILE_LINES = 300
FUNCTION_LINES = 40
NESTING = 3
POSITIONAL = 5
SUFFIXES = (".py", ".ts", ".svelte", ".css")
REASON = "long: "
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def tracked(*suffixes: str) -> list[Path]:
    """Files of the repository, new ones too, that are not generated."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [
        ROOT / name for name in listed.split("\0") if name.endswith(suffixes) and "/generated/" not in name
    ]
    return [path for path in paths if path.is_file()]


def check() -> list[str]:
    """Every passed limit of the tree, as `path:line reason`."""
    found = []
    for path in tracked(*SUFFIXES):
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}:{line} {reason}" for line, reason in passed(path.read_text(), path.suffix)]
    return found


def passed(source: str, suffix: str) -> Iterator[tuple[int, str]]:
    """The limits one file passes, as line and reason."""
    lines = source.splitlines()
    if len(lines) > FILE_LINES and REASON not in lines[0]:
        yield 1, f"{len(lines)} lines in a file, {FILE_LINES} allowed"
    if suffix != ".py":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and REASON not in lines[node.lineno - 1]:
            yield from ((node.lineno, f"{node.name}: {reason}") for reason in _of_function(node))


def _of_function(node: Function) -> Iterator[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > FUNCTION_LINES:
        yield f"{length} lines in a function, {FUNCTION_LINES} allowed"
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    count = len(names) - (names[:1] in (["self"], ["cls"]))
    if count > POSITIONAL and not node.name.startswith("test_"):  # fixtures come by keyword
        yield f"{count} positional parameters, {POSITIONAL} allowed"
    depth = max((_depth(statement) for statement in node.body), default=0)
    if depth > NESTING:
        yield f"nested {depth} deep, {NESTING} allowed"


def _depth(node: ast.AST) -> int:
    if isinstance(node, Function | ast.ClassDef | ast.Lambda):
        return 0  # an inner function is counted by itself
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        inner = max((_depth(child) for child in node.body), default=0)
        return max(1 + inner, _depth(node.orelse[0]))  # elif is not deeper than its if
    inner = max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)
    return inner + isinstance(node, BLOCKS)
