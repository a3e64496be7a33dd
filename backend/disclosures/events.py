"""The record of what was shown."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role


@dataclass(frozen=True, kw_only=True)
class DisclosureMade(Event):
    """An answer with personal data, or the answer to a search, left for an officer or an agency.

    `subjects` are the streams of the trips and orders it showed, `asked` the fields of the schema that were asked.
    Of a search also what it may have meant, how many trips its page found, and a pseudonym of its words.
    """

    kind = "disclosure.made"
    audience = frozenset({Role.AUDITOR})
    subjects: tuple[str, ...]
    asked: tuple[str, ...]
    question: str | None = None
    kinds: tuple[str, ...] | None = None
    found: int | None = None
