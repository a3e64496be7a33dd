"""The outer form of a document, looked at before anything of it is validated.

The rules of validation compare fields in pairs and follow fragments again and again: 490 times the same field kept one
processor busy for 0.9 s, and 30 fragments that each spread the next one twice would have kept it for hours. So what is
too large is refused here, in one walk that stops at the limit.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from core.problems import ProblemCode, Refusal

MOST_CHARACTERS = 20_000
MOST_TOKENS = 2000
MOST_DEFINITIONS = 40
"""Operations and fragments of one document."""
MOST_DEPTH = 12
MOST_ALIASES = 30
MOST_FIELDS = 800
"""With a fragment's fields counted wherever it is spread."""
MOST_REPEATED = 20
"""How often one set may select the same name: all its selections are compared with each other."""
MOST_VALUES = 5000
"""Numbers, texts, lists and objects in the variables."""

MOST_CATALOGUE_DEPTH = 24
"""Of the schema's own catalogue: what tools ask to draw a schema goes 16 deep."""
CATALOGUE = frozenset({"__schema", "__type"})


def too_long(what: str, number: int | str, limit: int) -> Refusal:
    """Return the refusal of a document with too many of something."""
    return Refusal(
        ProblemCode.QUERY_TOO_LARGE, args={"what": what, "number": str(number), "limit": str(limit)}
    )


def check_text(text: str) -> None:
    """Look at the length. Raises Refusal."""
    if len(text) > MOST_CHARACTERS:
        raise too_long("characters", len(text), MOST_CHARACTERS)


def check_variables(variables: object) -> None:
    """Count what the variables hold. Raises Refusal."""
    open_values: list[object] = [variables]
    number = 0
    while open_values:
        value = open_values.pop()
        inner: Iterable[object] = ()
        if isinstance(value, dict):
            inner = value.values()
        elif isinstance(value, list):
            inner = value
        before = len(open_values)
        open_values.extend(inner)
        number += len(open_values) - before
        if number > MOST_VALUES:
            raise too_long("values in variables", f">{MOST_VALUES}", MOST_VALUES)


def check_document(document: DocumentNode) -> None:
    """Look at what the document asks for. Raises Refusal."""
    if len(document.definitions) > MOST_DEFINITIONS:
        raise too_long("operations and fragments", len(document.definitions), MOST_DEFINITIONS)
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    asked = _Walk(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            asked.level([node.selection_set], 1)
        elif isinstance(node, FragmentDefinitionNode):  # validation looks also at one that nobody spreads
            _Walk(fragments).level([node.selection_set], 1, is_catalogue=True)


@dataclass(frozen=True)
class _Open:
    """A selection set, and the fragments through which it was reached."""

    selected: SelectionSetNode
    through: frozenset[str] = frozenset()


class _Walk:
    """Goes through a document as an execution would: what has the same name is one."""

    def __init__(self, fragments: dict[str, SelectionSetNode]) -> None:
        self._fragments = fragments
        self._seen = 0
        self._aliases = 0

    def level(self, sets: list[SelectionSetNode], depth: int, *, is_catalogue: bool = False) -> None:
        """Go through what is selected at one place, then deeper."""
        limit = MOST_CATALOGUE_DEPTH if is_catalogue else MOST_DEPTH
        if depth > limit:
            raise too_long("levels of fields (depth)", depth, limit)
        deeper: dict[str, list[SelectionSetNode]] = {}
        names: Counter[str] = Counter()
        for field in self._fields(sets):
            name = (field.alias or field.name).value
            names[name] += 1
            if names[name] > MOST_REPEATED:
                raise too_long(f"times the field {name[:40]} in one place", names[name], MOST_REPEATED)
            if field.selection_set:
                within = f"{name} {field.name.value in CATALOGUE}"
                deeper.setdefault(within, []).append(field.selection_set)
        for within, selected in deeper.items():
            self.level(selected, depth + 1, is_catalogue=is_catalogue or within.endswith(" True"))

    def _fields(self, sets: list[SelectionSetNode]) -> Iterator[FieldNode]:
        open_sets = [_Open(selected) for selected in sets]
        while open_sets:
            place = open_sets.pop()
            for node in place.selected.selections:
                self._count()
                if isinstance(node, FieldNode):
                    self._count_alias(node)
                    yield node
                elif isinstance(node, FragmentSpreadNode):
                    open_sets += self._spread(node.name.value, place.through)
                elif inline := getattr(node, "selection_set", None):
                    open_sets.append(_Open(inline, place.through))

    def _spread(self, name: str, through: frozenset[str]) -> list[_Open]:
        if name in through or name not in self._fragments:
            return []  # validation says so
        return [_Open(self._fragments[name], through | {name})]

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MOST_FIELDS:
            raise too_long(
                "fields, those of fragments wherever they are spread", f">{MOST_FIELDS}", MOST_FIELDS
            )

    def _count_alias(self, node: FieldNode) -> None:
        self._aliases += node.alias is not None
        if self._aliases > MOST_ALIASES:
            raise too_long("aliases", f">{MOST_ALIASES}", MOST_ALIASES)
