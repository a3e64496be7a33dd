"""What one answer shows of people, noted while it is made, so that it can be recorded before it leaves."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from backend.kit.eventlog import Fact


@dataclass
class Shown:
    """Whose records an answer shows: event streams such as `trip:<id>`, in the order in which they were shown.

    `facts` are what else belongs into the record: never a personal value itself.
    """

    subjects: dict[str, None] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.subjects or self.facts)


_NOTES: ContextVar[Shown] = ContextVar("shown")


def begin() -> Shown:
    """Return the notes of the operation that begins in this task; those of one socket have notes of their own."""
    shown = Shown()
    _NOTES.set(shown)
    return shown


def note(*subjects: str, **facts: Fact) -> None:
    """Say that the present answer shows something of these. Raises LookupError where nobody would record it."""
    shown = _NOTES.get()
    shown.subjects.update(dict.fromkeys(subjects))
    shown.facts.update(facts)
