"""Test vectors that bind every implementation: `python -m core.vectors` writes the JSON files beside this."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.vectors import containers, decisions, envelope, live, plates

VECTORS: Mapping[str, Callable[[], dict[str, object]]] = MappingProxyType(
    {
        "plates": plates.vectors,
        "containers": containers.vectors,
        "live": live.vectors,
        "envelope": envelope.vectors,
        "decisions": decisions.vectors,
    }
)
"""File name without its ending -> what it holds; the modules beside this state expectations by hand."""


def file_text(name: str) -> str:
    """Return the exact text of one vector file."""
    return json.dumps(VECTORS[name](), ensure_ascii=False, indent=1) + "\n"
