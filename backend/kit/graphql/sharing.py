"""One execution and one encoding of a subscription's message for all who see the same of it.

A message is shared only where its type says so (`OneForAll`), and only among subscribers of one role who asked by the
same document. Its fields must be plain attributes: that is looked at when the schema is built, so that no resolver can
make something of the person; the permission table asks for the role alone. Everything else is executed for each
subscriber. `docs/decisions/0007-one-execution-for-all-subscribers.md` says why.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from graphql import (
    DirectiveNode,
    ExecutionResult,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    VariableNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    visit,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from backend.kit.context import Context

DEFINITION = "strawberry-definition"
Key = tuple[object, ...]
MOST_ANSWERS = 8
"""Kept of one message. The pages send one or two documents; somebody who sends a thousand must not fill the memory."""


class OneForAll:
    """A message that is the same object for many subscribers: its answers are kept for as long as it lives."""

    def answers(self) -> "dict[Key, Answered]":
        """Return what was answered so far, by who asked and how."""
        kept: dict[Key, Answered] = self.__dict__.setdefault("_answers", {})
        return kept


class Answered:
    """The answer to one message, in the place of the executor that would find it again."""

    def __init__(self, result: ExecutionResult, operation: Node) -> None:
        self._result = result
        self._operation = operation  # kept, so that the id in the key stays its own

    def execute_operation(self, serially: bool | None = None) -> ExecutionResult:  # noqa: ARG002 - as Executor's
        """Return the answer."""
        return self._result


class SharingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes a subscription's document for each message, unless somebody alike got its answer before."""

    _asked: Key | None = None

    def build_per_event_executor(self, payload: Any) -> Any:
        """Return what executes for this message."""
        if not isinstance(payload, OneForAll):
            return super().build_per_event_executor(payload)
        if self._asked is None:
            self._asked = self._who_and_how()
        answers = payload.answers()
        answered = answers.get(self._asked)
        if answered is None:
            result = super().build_per_event_executor(payload).execute_operation(False)
            if not isinstance(result, ExecutionResult):
                raise TypeError(f"{type(payload).__name__} cannot be shared: its answer has to be waited for")
            if result.errors:  # an error carries the trace id of one subscriber
                return Answered(result, self.operation)
            encoded: Any = orjson.Fragment(orjson.dumps(result.data))
            answered = Answered(ExecutionResult(encoded, None), self.operation)
            if len(answers) < MOST_ANSWERS:
                answers[self._asked] = answered
        return answered

    def _who_and_how(self) -> Key:
        """Return what an answer depends on beside the message: the role, the document, its @include and @skip."""
        context: Context = self.context_value
        names = _names_in_directives(self.operation, *self.fragment_definitions.values())
        values = tuple((name, self.variable_values.coerced.get(name)) for name in names)
        return (context.actor.role, id(self.operation), values)


def _names_in_directives(*nodes: Node) -> list[str]:
    """Return the names of the variables that decide which fields are asked for; shared fields have no arguments."""
    names: set[str] = set()

    class Directives(Visitor):
        def enter_directive(self, directive: DirectiveNode, *_: object) -> None:
            names.update(
                argument.value.name.value
                for argument in directive.arguments or ()
                if isinstance(argument.value, VariableNode)
            )

    for node in nodes:
        visit(node, Directives())
    return sorted(names)


def check_shared(schema: GraphQLSchema) -> list[str]:
    """Return, in words, each field within a shared message that could differ among subscribers of one role."""
    shared = [kind for kind in schema.type_map.values() if _is_shared(kind)]
    return [failure for kind in shared for failure in _failures(kind, set())]


def _is_shared(kind: GraphQLNamedType) -> bool:
    definition: Any = kind.extensions.get(DEFINITION)
    return (
        isinstance(kind, GraphQLObjectType)
        and definition is not None
        and issubclass(definition.origin, OneForAll)
    )


def _failures(kind: GraphQLNamedType, seen: set[str]) -> Iterator[str]:
    if kind.name in seen or is_leaf_type(kind):
        return
    seen.add(kind.name)
    if not isinstance(kind, GraphQLObjectType):
        yield f"{kind.name} is within a shared message and is no object type"
        return
    for name, field in kind.fields.items():
        if field.args or field.extensions[DEFINITION].base_resolver is not None:
            yield f"{kind.name}.{name} is within a shared message and is not a plain attribute"
        yield from _failures(get_named_type(field.type), seen)
