"""Prints the page's TypeScript types from the pydantic messages, through their JSON schema."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from kiosk.agent.protocol import CodeSeen, Hello, LaneView, LanguageChosen, Ping

FROM_PAGE = (Hello, CodeSeen, LanguageChosen, Ping)
TO_PAGE = (LaneView,)

HEADER = """// The messages between this page and its lane agent.
// Made by `python -m kiosk.agent protocol` from kiosk/agent/protocol.py; do not edit.
"""


def typescript() -> str:
    """Return the whole file `kiosk/page/src/protocol.ts`."""
    modes = [(model, "validation") for model in FROM_PAGE] + [(model, "serialization") for model in TO_PAGE]
    _, schema = models_json_schema(modes, by_alias=True)  # type: ignore[arg-type]
    parts = [_declared(name, shape) for name, shape in sorted(schema["$defs"].items())]
    unions = (_union("PageMessage", FROM_PAGE), _union("AgentMessage", TO_PAGE))
    return "\n".join([HEADER, *parts, *unions])


def _union(name: str, members: tuple[type, ...]) -> str:
    return f"export type {name} = {' | '.join(member.__name__ for member in members)};\n"


def _declared(name: str, shape: Mapping[str, Any]) -> str:
    comment = f"/** {' '.join(shape['description'].split())} */\n" if "description" in shape else ""
    if shape.get("type") != "object":
        return f"{comment}export type {name} = {_type(shape)};\n"
    # A constant such as `type` is always sent, though pydantic gives it a default.
    required = set(shape.get("required", ()))
    fields = [
        f"  {field}{'' if field in required or 'const' in inner else '?'}: {_type(inner)};"
        for field, inner in shape["properties"].items()
    ]
    return "\n".join([f"{comment}export interface {name} {{", *fields, "}", ""])


def _type(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[-1]
    if "const" in shape:
        return _literal(shape["const"])
    if "enum" in shape:
        return " | ".join(_literal(value) for value in shape["enum"])
    if "anyOf" in shape:
        return " | ".join(_type(inner) for inner in shape["anyOf"])
    return _plain(shape)


def _plain(shape: Mapping[str, Any]) -> str:
    match shape.get("type"):
        case "array":
            return f"readonly {_type(shape['items'])}[]"
        case "object":
            return f"Readonly<Record<string, {_type(shape['additionalProperties'])}>>"
        case "integer" | "number":
            return "number"
        case "string" | "boolean" | "null" as name:
            return str(name)
    raise ValueError(f"no TypeScript for {dict(shape)}")


def _literal(value: object) -> str:
    return TypeAdapter(object).dump_json(value).decode()
