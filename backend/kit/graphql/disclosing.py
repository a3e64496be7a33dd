"""Each answer that shows an office personal data is recorded before it leaves, once, whatever it shows of it.

A domain says which fields these are, in `PERSONAL` beside its PERMISSIONS, and whose they are by the attribute
`disclosed_as` of what it shows. Their owner, and who handed them in, read them without a record.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from backend.kit.context import Context
from backend.kit.disclosing import Shown, begin, note
from core.roles import Role

OFFICE = frozenset({Role.OFFICER, Role.AGENCY})
SUBJECT = "disclosed_as"
PersonalTable: TypeAlias = Mapping[str, str]
"""Type -> names of its fields that are personal data, with spaces between."""
Record: TypeAlias = Callable[[Context, Shown], Awaitable[None]]


async def unrecorded(_context: Context, _shown: Shown) -> None:
    """Stand in where nobody records: then nothing personal is shown. Raises LookupError."""
    raise LookupError("personal data is shown only where it is recorded")


def watch(schema: GraphQLSchema, tables: Sequence[PersonalTable]) -> None:
    """Have each of these fields note whose it is. Raises ValueError for one that does not exist."""
    named = ((kind, field) for table in tables for kind, fields in table.items() for field in fields.split())
    for type_name, name in named:
        kind = schema.get_type(type_name)
        if not isinstance(kind, GraphQLObjectType) or name not in kind.fields:
            raise ValueError(f"{type_name}.{name} is said to be personal and does not exist")
        kind.fields[name].resolve = _noted(kind.fields[name])


def _noted(field: GraphQLField) -> Callable[..., Any]:
    inner = field.resolve or default_field_resolver

    def resolve(source: Any, info: Any, **kwargs: Any) -> Any:
        value = inner(source, info, **kwargs)
        if value and info.context.actor.role in OFFICE:
            note(getattr(source, SUBJECT))
        return value

    return resolve


def disclosing(record: Record) -> type[SchemaExtension]:
    """Return the extension that has `record` write what an answer shows, and holds the answer back where it cannot."""

    class Disclosing(SchemaExtension):
        async def on_operation(self) -> AsyncIterator[None]:
            """Record before an answer over HTTP leaves."""
            self._shown = begin()
            yield
            await self._recorded(self.execution_context.result)

        async def on_stream_result(self, result: Any) -> AsyncIterator[None]:
            """Record before a message on a socket leaves."""
            await self._recorded(result)
            yield

        async def _recorded(self, result: Any) -> None:
            if not self._shown:
                return
            execution = self.execution_context
            asked = _roots(execution)
            now = Shown(dict(self._shown.subjects), {**self._shown.facts, "asked": asked})
            self._shown.subjects.clear()
            self._shown.facts.clear()
            try:
                await record(execution.context, now)
            except Exception as failure:  # noqa: BLE001 - not recorded is not shown; PlainErrors tells why
                path: list[str | int] = list(asked[:1])
                result.data = None
                result.errors = [GraphQLError("not recorded", path=path, original_error=failure)]

    return Disclosing


def _roots(execution: ExecutionContext) -> list[str]:
    """Return the root fields of what was asked."""
    chosen = execution.operation_name
    document = execution.graphql_document
    operations = [
        node
        for node in (document.definitions if document else ())
        if isinstance(node, OperationDefinitionNode) and chosen in (None, node.name and node.name.value)
    ]
    fields = [field for node in operations for field in node.selection_set.selections]
    return sorted({field.name.value for field in fields if isinstance(field, FieldNode)})
