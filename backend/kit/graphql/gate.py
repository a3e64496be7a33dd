"""What stands before an execution: the document's text, form, validity and cost, each refused in its own words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from backend.kit.graphql.permissions import as_error
from backend.kit.graphql.shape import MOST_TOKENS, check_document, check_text, check_variables, too_long
from backend.kit.graphql.weights import Scale, Weight
from core.problems import ProblemCode, Refusal

REMEMBERED = 200
MOST_REMEMBERED_CHARACTERS = 4000
"""Our own documents have up to 1,600. One of the longest allowed keeps 0.5 MB: 500 of them were 250 MB that anybody
could have the hub keep."""
MOST_ERRORS = 5
"""Of one document. Each unknown name is compared with all that exist: a hundred of them took 0.2 s."""
MOST_COST = 16_000
MOST_COST_OF_MESSAGE = 1_000
"""Of a subscription: it is paid for whatever happens, and by each of those who listen."""
TOO_MANY_TOKENS = f"more than {MOST_TOKENS} tokens"

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class WrongDocument(Exception):
    """A document that will not be executed, and each reason."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Weighed:
    """What an operation costs and may cost."""

    weight: Weight
    limit: int


@dataclass(frozen=True)
class Passed:
    """A valid document and its operations, by name."""

    document: DocumentNode
    operations: dict[str | None, Weighed]

    def chosen(self, name: str | None) -> str | None:
        """Return the name of the operation to be executed. Raises WrongDocument when that is none or several."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations))
        if name is None or name not in self.operations:
            raise WrongDocument([GraphQLError("`operationName` must name one of the document's operations.")])
        return name

    def check_cost(self, operation_name: str | None, variables: dict[str, Any]) -> None:
        """Compare the cost with the limit. Raises Refusal."""
        weighed = self.operations[operation_name]
        cost = weighed.weight.of(variables)
        if cost > weighed.limit:
            args = {"cost": str(cost), "limit": str(weighed.limit)}
            raise Refusal(ProblemCode.QUERY_TOO_COSTLY, args=args)


class Gate:
    """Lets documents of one schema through. It remembers what passed, unless that is long; to refuse is cheap."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._scale = Scale(schema)
        self._pass: Callable[[str], Passed] = lru_cache(REMEMBERED)(self._look)

    def look(self, text: str) -> Passed:
        """Return the document, valid and weighed. Raises WrongDocument."""
        try:
            check_text(text)
            return self._pass(text) if len(text) <= MOST_REMEMBERED_CHARACTERS else self._look(text)
        except Refusal as refusal:
            raise WrongDocument([as_error(refusal)]) from None

    def look_at_request(
        self, passed: Passed, operation_name: str | None, variables: dict[str, Any] | None
    ) -> None:
        """Look at what comes with a document. Raises WrongDocument."""
        try:
            check_variables(variables)
            passed.check_cost(operation_name, variables or {})
        except Refusal as refusal:
            raise WrongDocument([as_error(refusal)]) from None

    def _look(self, text: str) -> Passed:
        document = _parsed(text)
        check_document(document)
        if errors := validate(self._schema, document, RULES, max_errors=MOST_ERRORS):
            # without their causes: a number too long to be read is the document's fault, not ours
            raise WrongDocument([GraphQLError(error.message, error.nodes) for error in errors])
        return Passed(
            document,
            {
                node.name.value if node.name else None: Weighed(weight, _limit(node))
                for node, weight in self._scale.weigh(document)
            },
        )


def _limit(operation: OperationDefinitionNode) -> int:
    return MOST_COST_OF_MESSAGE if operation.operation is OperationType.SUBSCRIPTION else MOST_COST


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=MOST_TOKENS)
    except GraphQLSyntaxError as error:
        if TOO_MANY_TOKENS in error.message:
            raise too_long("tokens", f">{MOST_TOKENS}", MOST_TOKENS) from None
        raise WrongDocument([error]) from None
