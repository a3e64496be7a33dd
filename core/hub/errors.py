"""What can go wrong in talking to the hub: no answer, a refusal, a defect."""

from collections.abc import Mapping, Sequence
from typing import Any

UNAUTHENTICATED = "UNAUTHENTICATED"
INTERNAL = "INTERNAL"
"""What the hub says of its own faults: what was asked may have happened, as after no answer at all."""

UNAVAILABLE = "UNAVAILABLE"
"""What the hub says while its database is away: as good as no answer."""


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


def query_failure(message: str, errors: Sequence[object]) -> Exception:
    """Return what to raise for `errors` of an answer: HubProblem where one of them has the code of a refusal."""
    for entry in errors:
        code = (entry.get("extensions") or {}).get("code") if isinstance(entry, dict) else None
        if code == UNAVAILABLE:
            return HubUnreachable(message)
        if code == INTERNAL:
            return HubBroken(message)
        if isinstance(code, str):
            return HubProblem(code, message, (), {})
    return HubBroken(message)


def server_failure(status: int | None, message: str) -> Exception:
    """Return what to raise for an HTTP status without an answer of the schema; 5xx and 429 leave the outcome open."""
    if status == 401:
        return HubProblem(UNAUTHENTICATED, message, (), {})
    if status == 404:
        return HubProblem("NOT_FOUND", message, (), {})
    if status is None or status >= 500 or status == 429:
        return HubUnreachable(f"the hub answered {status}: {message}")
    return HubBroken(f"the hub answered {status}: {message}")
