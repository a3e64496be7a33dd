"""What can go wrong in talking to the hub: no answer, a refusal, a defect."""

from collections.abc import Mapping
from typing import Any

from gql.transport.exceptions import TransportQueryError

UNAUTHENTICATED = "UNAUTHENTICATED"


class HubUnreachable(Exception):
    """No answer came: what was asked may have happened. Ask again with the same idempotency key."""


class HubBroken(Exception):
    """The hub answered, but not as the schema says: a defect on one of the two sides, not a refusal."""


class HubProblem(Exception):
    """An expected refusal of the hub: the schema's `Problem` as an exception."""

    def __init__(self, code: str, message: str, path: tuple[str, ...], arguments: Mapping[str, str]) -> None:
        super().__init__(message)
        self.code = code
        """A `core.problems.ProblemCode`; text, because a newer hub may know one more."""
        self.message = message
        self.path = path
        self.arguments = dict(arguments)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "HubProblem":
        """Read the fields of a `Problem`; what the document did not ask for is empty."""
        pairs = {argument["name"]: argument["value"] for argument in fields.get("args", ())}
        return cls(fields["code"], fields.get("message", ""), tuple(fields.get("path", ())), pairs)


def query_failure(error: TransportQueryError) -> Exception:
    for entry in error.errors or ():
        code = (entry.get("extensions") or {}).get("code") if isinstance(entry, dict) else None
        if isinstance(code, str):
            return HubProblem(code, str(entry.get("message", "")), (), {})
    return HubBroken(str(error))


def server_failure(status: int | None, message: str) -> Exception:
    if status == 401:
        return HubProblem(UNAUTHENTICATED, message, (), {})
    if status == 404:
        return HubProblem("NOT_FOUND", message, (), {})
    if status is None or status >= 500 or status == 429:
        return HubUnreachable(f"the hub answered {status}: {message}")
    return HubBroken(f"the hub answered {status}: {message}")
