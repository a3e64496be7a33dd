"""Reading what the hub answered: data, a `Problem`, or nothing of the schema."""

from typing import Any, TypeAlias

from graphql import ExecutionResult

from core.hub.errors import HubBroken, HubProblem, query_failure

Answer: TypeAlias = dict[str, Any]
PROBLEM = "... on Problem { code message path args { name value } }"
"""What a document asks of a refusal, so that `root` can raise all of it."""


def root(data: Answer) -> Answer:
    """Return the only root field of an answer; raises HubProblem for a `Problem` there, HubBroken for no object."""
    values = list(data.values())
    if len(values) != 1 or not isinstance(values[0], dict):
        raise HubBroken("one object was expected")
    if values[0].get("__typename") == "Problem":
        raise HubProblem.of(values[0])
    return values[0]


def data_of(result: ExecutionResult) -> Answer:
    """Return the data of one message of a subscription; raises HubProblem or HubBroken for its errors."""
    if result.errors:
        raise query_failure(str(result.errors[0]), list(result.errors))
    return result.data or {}
