"""What a document would cost, by its own words: each field counts, and a list multiplies what is asked of its rows.

docs/decisions/0008 says why, and what the numbers stand for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from backend.kit.graphql.shape import CATALOGUE

SIZE_ARGUMENT = "first"
LARGEST_PAGE = 100
"""Counted for a size that is not known before execution."""
USUAL_LIST = 3
"""Rows of a list that has no `first`: plates, containers, seals, reasons, lanes of a checkpoint."""
CATALOGUE_SHARE = 3
"""The schema's own catalogue is in memory: three of its fields count as one. Whole, as tools ask for it, it may be
asked once in a document."""
WRAPPED = "ofType"
"""Leads from a list or a required type to what is in it: half of the types it is asked of have nothing there."""
ROOTS = {OperationType.QUERY: 50, OperationType.SUBSCRIPTION: 50, OperationType.MUTATION: 3000}
"""A root field asks the database; a mutation opens a transaction."""


@dataclass(frozen=True)
class Weight:
    """A cost: a number, and further costs that a variable of the request multiplies."""

    fixed: int = 0
    multiplied: tuple[tuple[str, int, "Weight"], ...] = ()

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.fixed + other.fixed, self.multiplied + other.multiplied)

    def times(self, number: int) -> "Weight":
        """Return the cost of so many."""
        terms = tuple((name, default, weight.times(number)) for name, default, weight in self.multiplied)
        return Weight(self.fixed * number, terms)

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return the number for these variables."""
        return self.fixed + sum(
            _rows(variables.get(name, default)) * weight.of(variables)
            for name, default, weight in self.multiplied
        )


def _rows(value: object) -> int:
    """Return how many rows this value of `first` asks for; whatever is no number may become any."""
    known = isinstance(value, int) and not isinstance(value, bool)
    return max(1, value) if known and isinstance(value, int) else LARGEST_PAGE


class Scale:
    """Weighs valid documents of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._catalogue = _catalogue_sizes(schema)

    def weigh(self, document: DocumentNode) -> Iterator[tuple[OperationDefinitionNode, Weight]]:
        """Yield each operation with its cost."""
        fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                yield node, _Weighing(self._schema, self._catalogue, fragments, node).total()


class _Weighing:
    """One operation on the scale. Directives are not looked at: what may be left out counts too."""

    def __init__(
        self,
        schema: GraphQLSchema,
        catalogue: Mapping[str, int],
        fragments: Mapping[str, FragmentDefinitionNode],
        operation: OperationDefinitionNode,
    ) -> None:
        self._schema = schema
        self._catalogue = catalogue
        self._fragments = fragments
        self._operation = operation
        self._defaults = {
            definition.variable.name.value: _literal(definition.default_value)
            for definition in operation.variable_definitions or ()
        }
        self._weighed: dict[tuple[str, bool, int], Weight] = {}

    def total(self) -> Weight:
        kind = self._operation.operation
        root = self._schema.get_root_type(kind)
        return self._selected(self._operation.selection_set, root, is_sized=False, each=ROOTS[kind])

    def _selected(
        self, selected: SelectionSetNode, parent: GraphQLNamedType | None, *, is_sized: bool, each: int = 1
    ) -> Weight:
        weight = Weight()
        for node in selected.selections:
            if isinstance(node, FieldNode):
                weight += self._field(node, parent, is_sized=is_sized, each=each)
            elif isinstance(node, InlineFragmentNode):
                kind = self._named(node.type_condition.name.value) if node.type_condition else parent
                weight += self._selected(node.selection_set, kind, is_sized=is_sized, each=each)
            elif isinstance(node, FragmentSpreadNode):
                weight += self._fragment(node.name.value, is_sized=is_sized, each=each)
        return weight

    def _fragment(self, name: str, *, is_sized: bool, each: int) -> Weight:
        key = (name, is_sized, each)
        if key not in self._weighed:
            fragment = self._fragments[name]
            kind = self._named(fragment.type_condition.name.value)
            self._weighed[key] = self._selected(fragment.selection_set, kind, is_sized=is_sized, each=each)
        return self._weighed[key]

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, *, is_sized: bool, each: int
    ) -> Weight:
        field = self._schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        if field is None or node.name.value == "__typename":
            return Weight(1)
        own = Weight(each)
        if node.selection_set is None:
            return own
        if node.name.value in CATALOGUE:
            catalogue = self._selected(node.selection_set, get_named_type(field.type), is_sized=False)
            return own + Weight(catalogue.fixed // CATALOGUE_SHARE)
        if node.name.value == WRAPPED:
            wrapped = self._selected(node.selection_set, get_named_type(field.type), is_sized=False)
            return own + Weight(wrapped.fixed // 2)
        has_size = SIZE_ARGUMENT in field.args
        below = self._selected(node.selection_set, get_named_type(field.type), is_sized=has_size)
        if has_size:
            return own + self._sized(node, field, below)
        if not _is_list(field.type) or is_sized:  # the rows of a sized list are counted by its size
            return own + below
        return own + below.times(self._catalogue.get(f"{parent}.{node.name.value}", USUAL_LIST))

    def _sized(self, node: FieldNode, field: GraphQLField, below: Weight) -> Weight:
        given = next(
            (entry.value for entry in node.arguments or () if entry.name.value == SIZE_ARGUMENT), None
        )
        if isinstance(given, VariableNode):
            name = given.name.value
            default = self._defaults.get(name)
            if default is None:
                default = field.args[SIZE_ARGUMENT].default_value
            return Weight(0, ((name, default, below),))
        value = field.args[SIZE_ARGUMENT].default_value if given is None else _literal(given)
        return below.times(_rows(value))

    def _named(self, name: str) -> GraphQLNamedType | None:
        return self._schema.get_type(name)


def _literal(node: ValueNode | None) -> int | None:
    return int(node.value) if isinstance(node, IntValueNode) else None


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _catalogue_sizes(schema: GraphQLSchema) -> dict[str, int]:
    """Return how many rows the lists of the schema's own catalogue (`__schema`) have, on the average of its types."""
    kinds = list(schema.type_map.values())
    fields = [field for kind in kinds for field in getattr(kind, "fields", {}).values()]
    objects = [kind for kind in kinds if isinstance(kind, GraphQLObjectType)]
    arguments = [argument for field in fields for argument in getattr(field, "args", {}).values()]
    return {
        "__Schema.types": len(kinds),
        "__Schema.directives": len(schema.directives),
        "__Type.fields": -(-len(fields) // len(kinds)),
        "__Type.inputFields": -(-len(fields) // len(kinds)),
        "__Type.enumValues": 1 + len(kinds) // len(objects),
        "__Type.interfaces": 1,
        "__Type.possibleTypes": 1,
        "__Field.args": -(-len(arguments) // len(fields)),
        "__Directive.args": 1,
    }
