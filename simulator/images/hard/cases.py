"""What a hard image shows and what makes it hard: each condition meets each subject."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """What stands between the camera and the number."""

    PLAIN = "plain"
    NIGHT = "night"
    RAIN = "rain"
    DIRT = "dirt"
    GLARE = "glare"
    MOTION = "motion"
    PARTIAL = "partial"
    """A post or a bar covers a part of it; on the hard level a sign may be gone for good."""
    DISTANCE = "distance"
    TILT = "tilt"
    SHADOW = "shadow"
    COMPRESSION = "compression"


class Level(StrEnum):
    """How hard."""

    EASY = "easy"
    HARD = "hard"


class Subject(StrEnum):
    """What stands there. The names of plates are kinds of plates, the others are ways a container is marked."""

    MAINLAND = "mainland"
    HEAVY = "mainland yellow two rows"
    NEW_ENERGY = "new energy"
    TRAILER = "trailer"
    SPECIAL = "special"
    PAIR = "cross-border with Hong Kong"
    PAIR_MACAO = "cross-border with Macao"
    HONG_KONG = "Hong Kong"
    HONG_KONG_ROWS = "Hong Kong two rows"
    PERSONALISED = "Hong Kong personalised"
    MACAO = "Macao"
    DOOR_LINE = "door one line"
    DOOR_LINES = "door two lines"
    SIDE = "side lines"
    VERTICAL = "vertical"
    ROOF = "door and roof"
    TWO = "two containers"
    BOTH = "door and trailer plate"


CONTAINERS = frozenset(
    {
        Subject.DOOR_LINE, Subject.DOOR_LINES, Subject.SIDE, Subject.VERTICAL, Subject.ROOF, Subject.TWO,
        Subject.BOTH,
    }
)  # fmt: skip
"""Subjects with a container."""
ROUND = len(Condition) * len(Subject)
"""Cases until each condition has met each subject once."""


@dataclass(frozen=True)
class Case:
    """One image to draw: the same case gives the same picture."""

    condition: Condition
    level: Level
    subject: Subject
    seed: str

    @property
    def note(self) -> str:
        """What truth.csv says of it."""
        return f"{self.condition}; {self.level}; {self.subject}; seed {self.seed}"


def cases(seed: int, count: int, level: Level | None = None) -> Iterator[Case]:
    """Give as many cases; 198 of them hold each condition with each subject once, half of them hard.

    A level given is every case's. The first cases of a longer run are those of a shorter one.
    """
    conditions, subjects = tuple(Condition), tuple(Subject)
    for number in range(count):
        # 11 conditions and 18 subjects have no common factor: stepping through both meets every pair.
        hard = (
            number // len(subjects) % 2 == 1
        )  # 11 a round: odd, so that the next round turns the levels about
        yield Case(
            condition=conditions[number % len(conditions)],
            level=level or (Level.HARD if hard else Level.EASY),
            subject=subjects[number % len(subjects)],
            seed=f"{seed}.{number}",
        )
