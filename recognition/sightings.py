"""A region of text with what the first reader made of it: from these the lines worth reading are put together."""

from dataclasses import dataclass
from functools import cached_property

from recognition.ctc import clarity, greedy
from recognition.values import LogProbabilities, Region


@dataclass(frozen=True, eq=False)
class Sighting:
    """A region, its CTC steps as the first reader saw it, and its text without separators."""

    region: Region
    seen: LogProbabilities

    @cached_property
    def text(self) -> str:
        """The best path without grammar, separators left out."""
        return greedy(self.seen).replace("·", "")

    @property
    def digits(self) -> int:
        """How many of its signs are digits."""
        return sum(sign.isdigit() for sign in self.text)

    @property
    def clarity(self) -> float:
        """How sure its characters are, 0 to 1."""
        return clarity(self.seen)


def is_word(text: str) -> bool:
    """Whether a line, read as no plate, could be one of nothing but letters or nothing but digits, if declared so.

    A sign or two stand everywhere in a picture: they prove nothing.
    """
    return text.isascii() and (text.isalpha() or text.isdigit()) and 3 <= len(text) <= 8
